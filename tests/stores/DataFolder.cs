using Microsoft.Data.Sqlite;

namespace QtcHub.Tests.Stores;

/// <summary>A temporary data folder, and ways to look at or get in the way of what lies in it.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("qtc-store-").FullName;

    public string Database => System.IO.Path.Combine(Path, "hub.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>A plain connection of the test's own.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    public static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar();
    }

    /// <summary>Keeps the writer from beginning a transaction until it is disposed, so that calls pile up behind it.</summary>
    public IDisposable HoldWriter()
    {
        var connection = Connect();
        Ask(connection, "BEGIN IMMEDIATE");
        return connection;
    }
}
