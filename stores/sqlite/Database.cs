using System.Globalization;
using Microsoft.Data.Sqlite;

namespace QtcHub.Stores.Sqlite;

/// <summary>The file <c>hub.db</c>: how it is opened, and what is checked before it is used.</summary>
internal static class Database
{
    public const string FileName = "hub.db";
    private static readonly TimeSpan LongestLocked = TimeSpan.FromSeconds(30);

    // Every connection here is used by one thread at a time, so SQLite need not take a lock in each of its calls.
    static Database()
    {
        SQLitePCL.Batteries_V2.Init();
        SQLitePCL.raw.sqlite3_shutdown();
        SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
        // Counting its memory takes a lock of the whole process at each allocation.
        SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
        SQLitePCL.raw.sqlite3_initialize();
    }

    /// <summary>Opens for writing; makes or upgrades the schema. <paramref name="held"/> is the identity that the folder's lock remembers, or empty.</summary>
    public static OpenedDatabase OpenForWriting(string path, SqliteStoreOptions options, DateTimeOffset now, string held)
    {
        RefuseLost(path, held);
        SqliteConnection? connection = null;
        try
        {
            connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
            Prepare(connection, path, options);
            var id = (string)Scalar(connection, "SELECT id FROM store")!;
            if (held.Length > 0 && held != id)
            {
                throw new StoreRefusedException(
                    $"{path} is not the database that this folder held: it, or the {FileName}-wal beside it, belongs to another store. Fix: put the folder's own files back, or restore a backup with qtc restore"
                );
            }

            var seen = Number(connection, "SELECT seen FROM store");
            RefuseEarlierClock(connection, path, options, now, seen);
            SetUp(connection, options);
            return new OpenedDatabase(connection, id, new DateTimeOffset(seen, TimeSpan.Zero));
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw new StoreRefusedException($"{path} cannot be opened for writing: {Cause.Of(e)}", e);
        }
        catch (StoreRefusedException)
        {
            connection?.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenForReading(string path)
    {
        if (!File.Exists(path))
        {
            throw new StoreRefusedException($"{path} does not exist: this folder holds no hub");
        }

        SqliteConnection? connection = null;
        try
        {
            connection = Connect(path, SqliteOpenMode.ReadOnly);
            var version = Number(connection, "PRAGMA user_version");
            return version >= Schema.OldestReadable && version <= Schema.Version ? connection : throw Refused(path, version);
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw new StoreRefusedException($"{path} cannot be opened for reading: {Cause.Of(e)}", e);
        }
        catch (StoreRefusedException)
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a database whose pages do not hang together. <paramref name="pragma"/> is <c>quick_check</c> or <c>integrity_check</c>.</summary>
    public static void Check(SqliteConnection connection, string path, string pragma)
    {
        if (Scalar(connection, $"PRAGMA {pragma}(1)") is not "ok")
        {
            throw new StoreRefusedException($"{path} is damaged: {pragma} found pages that do not hang together. {Cause.Restore}");
        }
    }

    public static long Number(SqliteConnection connection, string sql) => (long)Scalar(connection, sql)!;

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
        // Statements speak to SQLite itself, past the provider's own waiting.
        SQLitePCL.raw.sqlite3_busy_timeout(connection.Handle, (int)LongestLocked.TotalMilliseconds);
        return connection;
    }

    /// <summary>A folder that held a store and has lost it must not quietly begin anew: every event it ever took would be new again.</summary>
    private static void RefuseLost(string path, string held)
    {
        if (held.Length > 0 && new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            throw new StoreRefusedException(
                $"{path} is missing or empty, though this folder has held a hub. {Cause.Restore}; to begin anew, use an empty folder"
            );
        }
    }

    private static void Prepare(SqliteConnection connection, string path, SqliteStoreOptions options)
    {
        var version = Number(connection, "PRAGMA user_version");
        var tables = Number(connection, "SELECT count(*) FROM sqlite_schema");
        if (version < 0 || version > Schema.Version || (version == 0 && tables > 0))
        {
            throw Refused(path, version);
        }

        if (version > 0 && new FileInfo(path).Length <= options.MostBytesChecked)
        {
            Check(connection, path, "quick_check");
        }

        if (version == 0)
        {
            // Only an empty file takes it; what retention frees can then be given back to the disk.
            Execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
        }

        if (Scalar(connection, "PRAGMA journal_mode = WAL") is not "wal")
        {
            throw new StoreRefusedException($"{path} lies on a file system without write-ahead logging; use a local disk");
        }

        Execute(connection, "PRAGMA synchronous = FULL");
        Schema.Upgrade(connection, Schema.Steps);
    }

    private static void RefuseEarlierClock(
        SqliteConnection connection,
        string path,
        SqliteStoreOptions options,
        DateTimeOffset now,
        long seen
    )
    {
        if (options.ClockIsRight)
        {
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE store SET seen = {now.UtcTicks}"));
            return;
        }

        var newest = new DateTimeOffset(seen, TimeSpan.Zero);
        if (now + options.ClockTolerance < newest)
        {
            throw new StoreRefusedException(
                $"the clock says {now.UtcDateTime:O}, and {path} was last written at {newest.UtcDateTime:O}: the clock was set back. Fix: set the clock right; where it was wrong then and is right now, start once with --clock-is-right"
            );
        }
    }

    private static void SetUp(SqliteConnection connection, SqliteStoreOptions options)
    {
        // temp_store: the journal of the savepoints stays in memory. wal_autocheckpoint: fewer, larger checkpoints under load (64 MiB), for a page that many commits change is copied once.
        Execute(
            connection,
            """
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -16384;
            PRAGMA wal_autocheckpoint = 16384;
            PRAGMA journal_size_limit = 100663296;
            """
        );
        if (options.MaxDatabaseBytes is { } bytes)
        {
            Execute(connection, $"PRAGMA max_page_count = {bytes / Number(connection, "PRAGMA page_size")}");
        }
    }

    private static StoreRefusedException Refused(string path, long version) =>
        version > Schema.Version
            ? new(
                $"{path} has schema version {version}, made by a newer hub; this one knows version {Schema.Version}. Fix: use the newer hub"
            )
        : version > 0 ? new($"{path} has schema version {version}, of an older hub. Fix: start the server on it once, which upgrades it")
        : new($"{path} is a database, but no hub's");

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return command.ExecuteScalar();
    }
}

/// <summary>A database opened for writing: its identity, and the newest time that it had seen before.</summary>
internal sealed record OpenedDatabase(SqliteConnection Connection, string Id, DateTimeOffset Seen);
