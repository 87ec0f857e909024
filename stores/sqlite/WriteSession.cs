using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>The writer's connection and its statements; used by one thread at a time.</summary>
internal sealed class WriteSession(SqliteConnection connection, WorkLeases leases) : IDisposable
{
    private readonly Statement begin = new(connection, 0, "BEGIN IMMEDIATE");
    private readonly Statement end = new(connection, 0, "COMMIT");
    private readonly Statement savepoint = new(connection, 0, "SAVEPOINT one");
    private readonly Statement release = new(connection, 0, "RELEASE one");
    private readonly Statement undo = new(connection, 0, "ROLLBACK TO one");
    private readonly Statement seen = new(connection, 1, "UPDATE store SET seen = ?1 WHERE seen < ?1");
    private readonly Statement giveBack = new(connection, 0, "PRAGMA incremental_vacuum(512)");
    private readonly Statement freePages = new(connection, 0, "PRAGMA freelist_count");
    private readonly RowStatements rows = new(connection);
    private long seenTicks;

    public WorkStatements Work { get; } = new(connection, leases);

    public void Begin() => begin.Run();

    public void End() => end.Run();

    /// <summary>Remembers the time, at most once a second: a clock that was set back is known by it.</summary>
    public void Mark(DateTimeOffset now)
    {
        if (now.UtcTicks - seenTicks >= TimeSpan.TicksPerSecond)
        {
            seenTicks = now.UtcTicks;
            seen.Run(seenTicks);
        }
    }

    /// <summary>Gives some free pages back to the disk; how many are left. A database made before that was possible keeps them for later rows.</summary>
    public long GiveBack()
    {
        var before = freePages.Number() ?? 0;
        // Each row of the answer is a page: only a query read to its end does all of them.
        giveBack.Read(_ => 0);
        var left = freePages.Number() ?? 0;
        return left < before ? left : 0;
    }

    /// <summary>Writes a commit inside the open transaction; where a precondition does not hold, nothing of it and nothing else is undone.</summary>
    public CommitResult Commit(PreparedCommit commit)
    {
        savepoint.Run();
        foreach (var (change, body) in commit.Changes)
        {
            if (!rows.Apply(commit.Home, change, body))
            {
                undo.Run();
                release.Run();
                return CommitResult.Conflict;
            }
        }

        foreach (var work in commit.Work)
        {
            Work.Enqueue(work);
        }

        release.Run();
        return CommitResult.Committed;
    }

    public void Dispose()
    {
        begin.Dispose();
        end.Dispose();
        savepoint.Dispose();
        release.Dispose();
        undo.Dispose();
        seen.Dispose();
        giveBack.Dispose();
        freePages.Dispose();
        rows.Dispose();
        Work.Dispose();
        connection.Dispose();
    }
}
