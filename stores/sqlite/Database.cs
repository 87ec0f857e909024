using Microsoft.Data.Sqlite;

namespace QtcHub.Stores.Sqlite;

/// <summary>The file <c>hub.db</c>: how it is opened, and its tables.</summary>
internal static class Database
{
    public const string FileName = "hub.db";
    private const long SchemaVersion = 1;

    // Rows are kept in order of arrival beside a unique index, not in key order: bodies of some KiB, inserted at random places, would
    // halve what the disk takes (measured: 2 000 against 4 600 commits a second).
    // An instant is UTC ticks. A row of work is under lease while its ticket is not 0; its due is then the lease's end, and again
    // is when it was asked for once more meanwhile.
    private const string Schema = """
        CREATE TABLE rows (
            home TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, body BLOB NOT NULL,
            UNIQUE (home, key)
        ) STRICT;
        CREATE INDEX lists ON rows (kind, state, home, key);
        CREATE TABLE work (
            id TEXT NOT NULL PRIMARY KEY, share TEXT NOT NULL, due INTEGER NOT NULL, ticket INTEGER NOT NULL, attempt INTEGER NOT NULL,
            since INTEGER NOT NULL, again INTEGER, body BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX due ON work (share, due, id);
        CREATE TABLE tickets (last INTEGER NOT NULL) STRICT;
        INSERT INTO tickets (last) VALUES (0);
        PRAGMA user_version = 1;
        """;

    public static SqliteConnection OpenForWriting(string path, SqliteStoreOptions options)
    {
        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Prepare(connection, path);
            // temp_store: the journal of the savepoints stays in memory. wal_autocheckpoint: fewer, larger checkpoints under load (16 MiB).
            Execute(
                connection,
                """
                PRAGMA synchronous = FULL;
                PRAGMA temp_store = MEMORY;
                PRAGMA cache_size = -65536;
                PRAGMA wal_autocheckpoint = 4096;
                PRAGMA journal_size_limit = 67108864;
                """
            );
            // The folder is locked, so whoever held a lease is gone: what was under way when a process died begins again at once.
            Execute(connection, "UPDATE work SET due = 0, ticket = 0, again = NULL WHERE ticket <> 0");
            if (options.MaxDatabaseBytes is { } bytes)
            {
                Execute(connection, $"PRAGMA max_page_count = {bytes / Number(connection, "PRAGMA page_size")}");
            }

            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new StoreRefusedException($"{path} cannot be opened for writing: {e.Message}", e);
        }
        catch (StoreRefusedException)
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenForReading(string path)
    {
        if (!File.Exists(path))
        {
            throw new StoreRefusedException($"{path} does not exist: this folder holds no hub");
        }

        var connection = Connect(path, SqliteOpenMode.ReadOnly);
        try
        {
            var version = Number(connection, "PRAGMA user_version");
            return version == SchemaVersion ? connection : throw Refused(path, version);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new StoreRefusedException($"{path} cannot be opened for reading: {e.Message}", e);
        }
        catch (StoreRefusedException)
        {
            connection.Dispose();
            throw;
        }
    }

    // Pooling is ours: the provider's pool drops prepared statements and keeps files open after a close.
    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = 30,
            }.ToString()
        );
        connection.Open();
        return connection;
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        var version = Number(connection, "PRAGMA user_version");
        if (version is not (0 or SchemaVersion) || (version == 0 && Number(connection, "SELECT count(*) FROM sqlite_schema") > 0))
        {
            throw Refused(path, version);
        }

        using (var journal = new SqliteCommand("PRAGMA journal_mode = WAL", connection))
        {
            if (journal.ExecuteScalar() is not "wal")
            {
                throw new StoreRefusedException($"{path} lies on a file system without write-ahead logging; use a local disk");
            }
        }

        if (version == 0)
        {
            Execute(connection, $"BEGIN IMMEDIATE; {Schema} COMMIT;");
        }
    }

    private static StoreRefusedException Refused(string path, long version) =>
        version > SchemaVersion
            ? new($"{path} has schema version {version}, made by a newer hub; this one knows version {SchemaVersion}")
            : new($"{path} is a database, but no hub's");

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }
}
