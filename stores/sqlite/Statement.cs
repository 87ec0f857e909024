using Microsoft.Data.Sqlite;

namespace QtcHub.Stores.Sqlite;

/// <summary>A prepared statement that is kept as long as its connection. Its parameters are <c>?1</c> upwards.</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand command;

    public Statement(SqliteConnection connection, int parameters, string sql)
    {
        command = new SqliteCommand(sql, connection);
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter($"?{i}", DBNull.Value));
        }

        command.Prepare();
    }

    /// <summary>Runs a change; how many rows it changed.</summary>
    public int Run(params ReadOnlySpan<object> values)
    {
        Bind(values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a query that answers one number or null.</summary>
    public long? Number(params ReadOnlySpan<object> values)
    {
        Bind(values);
        return command.ExecuteScalar() as long?;
    }

    /// <summary>Runs a query and reads all its rows; the SQL or the data limits how many.</summary>
    public List<T> Read<T>(Func<SqliteDataReader, T> read, params ReadOnlySpan<object> values)
    {
        Bind(values);
        using var reader = command.ExecuteReader();
        var found = new List<T>();
        while (reader.Read())
        {
            found.Add(read(reader));
        }

        return found;
    }

    /// <summary>Runs a query and reads rows as long as <paramref name="read"/> gives a value.</summary>
    public List<T> ReadWhile<T>(Func<SqliteDataReader, T?> read, params ReadOnlySpan<object> values)
        where T : class
    {
        Bind(values);
        using var reader = command.ExecuteReader();
        var found = new List<T>();
        while (reader.Read() && read(reader) is { } value)
        {
            found.Add(value);
        }

        return found;
    }

    public void Dispose() => command.Dispose();

    private void Bind(ReadOnlySpan<object> values)
    {
        Invariant.Holds(values.Length == command.Parameters.Count, "a statement gets all its parameters");
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }
}
