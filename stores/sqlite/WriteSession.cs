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
    /// <remarks>
    /// Under a savepoint SQLite copies every page before it is changed. Most commits insert rows and replace one at most: inserts come first, and deleting
    /// them again undoes all there is.
    /// </remarks>
    public CommitResult Commit(PreparedCommit commit)
    {
        var inserts = commit.Changes.Count(change => change.Change is Change.Insert);
        if (!(inserts >= commit.Changes.Count - 1 ? Apply(commit) : ApplyUnderSavepoint(commit)))
        {
            return CommitResult.Conflict;
        }

        foreach (var work in commit.Work)
        {
            Work.Enqueue(work);
        }

        return CommitResult.Committed;
    }

    private bool Apply(PreparedCommit commit)
    {
        for (var at = 0; at < commit.Changes.Count; at++)
        {
            if (!rows.Apply(commit.Home, commit.Changes[at]))
            {
                foreach (var (before, _, _) in commit.Changes.Take(at))
                {
                    var isGone = rows.Apply(commit.Home, new PreparedChange(new Change.Delete(before.Key, 1), [], 0));
                    Invariant.Holds(isGone && before is Change.Insert, "what was inserted can be taken back");
                }

                return false;
            }
        }

        return true;
    }

    private bool ApplyUnderSavepoint(PreparedCommit commit)
    {
        savepoint.Run();
        var isApplied = commit.Changes.All(change => rows.Apply(commit.Home, change));
        if (!isApplied)
        {
            undo.Run();
        }

        release.Run();
        return isApplied;
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
