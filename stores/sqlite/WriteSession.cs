using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>The writer's connection and its statements; used by one thread at a time.</summary>
internal sealed class WriteSession(SqliteConnection connection) : IDisposable
{
    private readonly Statement begin = new(connection, 0, "BEGIN IMMEDIATE");
    private readonly Statement end = new(connection, 0, "COMMIT");
    private readonly Statement savepoint = new(connection, 0, "SAVEPOINT one");
    private readonly Statement release = new(connection, 0, "RELEASE one");
    private readonly Statement undo = new(connection, 0, "ROLLBACK TO one");
    private readonly RowStatements rows = new(connection);

    public WorkStatements Work { get; } = new(connection);

    public void Begin() => begin.Run();

    public void End() => end.Run();

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
        rows.Dispose();
        Work.Dispose();
        connection.Dispose();
    }
}
