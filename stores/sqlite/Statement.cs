using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace QtcHub.Stores.Sqlite;

/// <summary>
/// A prepared statement that is kept as long as its connection, used by one thread at a time. Its parameters are <c>?1</c> upwards. It speaks to SQLite
/// itself: the provider's command makes a reader, a record and boxed values for each call, which cost more than most statements here.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int OnStack = 512;
    private readonly sqlite3 database;
    private readonly sqlite3_stmt prepared;
    private readonly int parameters;

    public Statement(SqliteConnection connection, int parameters, string sql)
    {
        database = connection.Handle ?? throw new InvariantException("a statement's connection is open");
        this.parameters = parameters;
        Check(sqlite3_prepare_v3(database, sql, SQLITE_PREPARE_PERSISTENT, out prepared));
        Invariant.Holds(sqlite3_bind_parameter_count(prepared) == parameters, "a statement declares its parameters");
    }

    /// <summary>Runs a change; how many rows it changed.</summary>
    public int Run(params ReadOnlySpan<SqlValue> values)
    {
        Bind(values);
        var code = sqlite3_step(prepared);
        Reset(code);
        return sqlite3_changes(database);
    }

    /// <summary>Runs a query that answers one number or null.</summary>
    public long? Number(params ReadOnlySpan<SqlValue> values)
    {
        Bind(values);
        var code = sqlite3_step(prepared);
        long? number = code == SQLITE_ROW && sqlite3_column_type(prepared, 0) == SQLITE_INTEGER ? sqlite3_column_int64(prepared, 0) : null;
        Reset(code);
        return number;
    }

    /// <summary>Runs a query and reads all its rows; the SQL or the data limits how many.</summary>
    public List<T> Read<T>(Func<SqlRow, T> read, params ReadOnlySpan<SqlValue> values)
    {
        Bind(values);
        var found = new List<T>();
        int code;
        while ((code = sqlite3_step(prepared)) == SQLITE_ROW)
        {
            found.Add(read(new SqlRow(prepared)));
        }

        Reset(code);
        return found;
    }

    /// <summary>Runs a query and reads rows as long as <paramref name="read"/> gives a value.</summary>
    public List<T> ReadWhile<T>(Func<SqlRow, T?> read, params ReadOnlySpan<SqlValue> values)
        where T : class
    {
        Bind(values);
        var found = new List<T>();
        int code;
        while ((code = sqlite3_step(prepared)) == SQLITE_ROW && read(new SqlRow(prepared)) is { } value)
        {
            found.Add(value);
        }

        Reset(code);
        return found;
    }

    public void Dispose() => prepared.Dispose();

    private void Bind(ReadOnlySpan<SqlValue> values)
    {
        Invariant.Holds(values.Length == parameters, "a statement gets all its parameters");
        for (var at = 0; at < values.Length; at++)
        {
            Check(Bind(at + 1, values[at]));
        }
    }

    private int Bind(int number, SqlValue value)
    {
        if (value.Blob is { } blob)
        {
            return sqlite3_bind_blob(prepared, number, blob);
        }

        return value.Text is { } text ? BindText(number, text) : sqlite3_bind_int64(prepared, number, value.Number);
    }

    private int BindText(int number, string text)
    {
        Span<byte> utf8 = text.Length * 3 <= OnStack ? stackalloc byte[OnStack] : new byte[text.Length * 3];
        return sqlite3_bind_text(prepared, number, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    /// <summary>Makes the statement ready for its next run; only then does an error of the last step have its full code.</summary>
    private void Reset(int code)
    {
        var reset = sqlite3_reset(prepared);
        Check(code is SQLITE_ROW or SQLITE_DONE ? reset : code);
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, database);
}

/// <summary>A value to bind: a text, a number or bytes.</summary>
internal readonly struct SqlValue
{
    private SqlValue(string? text, byte[]? blob, long number) => (Text, Blob, Number) = (text, blob, number);

    public string? Text { get; }

    public byte[]? Blob { get; }

    public long Number { get; }

    public static implicit operator SqlValue(string text) => new(text, null, 0);

    public static implicit operator SqlValue(byte[] blob) => new(null, blob, 0);

    public static implicit operator SqlValue(long number) => new(null, null, number);
}

/// <summary>The row at hand; its columns are read before the next step.</summary>
internal readonly struct SqlRow(sqlite3_stmt prepared)
{
    public string GetString(int column) => sqlite3_column_text(prepared, column).utf8_to_string();

    public long GetInt64(int column) => sqlite3_column_int64(prepared, column);

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public bool IsNull(int column) => sqlite3_column_type(prepared, column) == SQLITE_NULL;

    public byte[] GetBlob(int column) => sqlite3_column_blob(prepared, column).ToArray();
}
