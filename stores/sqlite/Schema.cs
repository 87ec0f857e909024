using Microsoft.Data.Sqlite;

namespace QtcHub.Stores.Sqlite;

/// <summary>One step from a version of the schema to the next; its SQL runs in one transaction together with the new version's number.</summary>
internal sealed record SchemaStep(string Does, string Sql);

/// <summary>
/// The tables, as the numbered steps that made them: step n leads to <c>user_version</c> n. A step that has been released never changes; to change the
/// schema, add one at the end. Opening for writing takes the steps that a database lacks.
/// </summary>
internal static class Schema
{
    /// <summary>The oldest version that the reading statements understand as it is. A step that changes what they read raises it to its own number.</summary>
    public const long OldestReadable = 1;

    // Rows are kept in order of arrival beside a unique index, not in key order: bodies of some KiB, inserted at random places, would
    // halve what the disk takes (measured: 2 000 against 4 600 commits a second).
    // An instant is UTC ticks. A row of work is under lease while its ticket is not 0; its due is then the lease's end, and again
    // is when it was asked for once more meanwhile.
    private const string Tables = """
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
        """;

    // What retention may delete bears the day it was written as its state; what has none yet counts from the day of this step.
    private const string IdentityAndDays = """
        CREATE TABLE store (id TEXT NOT NULL, seen INTEGER NOT NULL) STRICT;
        INSERT INTO store (id, seen) SELECT lower(hex(randomblob(16))), coalesce(max(since), 0) FROM work;
        UPDATE rows SET state = strftime('%Y%m%d', 'now') WHERE kind IN ('raw', 'content', 'request') AND state = '';
        """;

    // Leases are in memory now, so a row of work has no ticket: asked counts how often it was enqueued, and again is when it was asked for while it
    // was taken. Rows that no list asks for leave the index of lists.
    private const string LeasesInMemory = """
        UPDATE work SET due = 0, again = NULL WHERE ticket <> 0;
        ALTER TABLE work DROP COLUMN ticket;
        ALTER TABLE work ADD COLUMN asked INTEGER NOT NULL DEFAULT 1;
        DROP TABLE tickets;
        DROP INDEX lists;
        UPDATE rows SET kind = '' WHERE kind IN ('audit', 'claim', 'waiter', 'effect');
        CREATE INDEX lists ON rows (kind, state, home, key) WHERE kind <> '';
        """;

    // A row that was written before has none and is read as it is.
    private const string Checksums = "ALTER TABLE rows ADD COLUMN checksum INTEGER";

    /// <summary>The first version whose rows have checksums.</summary>
    public const long WithChecksums = 4;

    /// <summary>Every step so far.</summary>
    public static IReadOnlyList<SchemaStep> Steps { get; } =
    [
        new("rows, the queue of work and its tickets", Tables),
        new("the store's identity, the newest time it has seen, and the days that retention counts from", IdentityAndDays),
        new("work without tickets, and lists without what is never listed", LeasesInMemory),
        new("a checksum of each row", Checksums),
    ];

    /// <summary>The version that this program writes.</summary>
    public static long Version => Steps.Count;

    /// <summary>Takes the steps that are missing, each in a transaction of its own: a crash between two leaves the database at the earlier version, whole.</summary>
    public static void Upgrade(SqliteConnection connection, IReadOnlyList<SchemaStep> steps)
    {
        for (var version = (int)Database.Number(connection, "PRAGMA user_version"); version < steps.Count; version++)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            using var command = new SqliteCommand($"{steps[version].Sql}; PRAGMA user_version = {version + 1}", connection, transaction);
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }
}
