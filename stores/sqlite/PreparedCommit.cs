using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>A commit in the form that the statements bind: what can be worked out before the writer's turn is not done on its thread.</summary>
internal sealed class PreparedCommit
{
    public PreparedCommit(Commit commit, DateTimeOffset now)
    {
        commit.CheckLimits();
        Home = commit.Home.Value;
        Changes = [.. commit.Changes.OrderBy(change => change is not Change.Insert).Select(change => (change, Bytes(change)))];
        Work = [.. commit.Work.Select(scheduled => new PreparedWork(scheduled.Item, scheduled.Due.UtcTicks, now.UtcTicks))];
        Size = Changes.Sum(change => 200L + change.Body.Length) + Work.Sum(work => 200L + work.Body.Length);
    }

    public string Home { get; }

    /// <summary>The changes, inserts first.</summary>
    public IReadOnlyList<(Change Change, byte[] Body)> Changes { get; }

    public IReadOnlyList<PreparedWork> Work { get; }

    /// <summary>About how many bytes it holds while it waits.</summary>
    public long Size { get; }

    private static byte[] Bytes(Change change) =>
        change switch
        {
            Change.Insert insert => Bytes(insert.Row.Body),
            Change.Replace replace => Bytes(replace.Row.Body),
            _ => [],
        };

    // A copy: it is kept after the commit, and the caller's buffer is the caller's.
    private static byte[] Bytes(ReadOnlyMemory<byte> body) => body.ToArray();
}

/// <summary>Work to enqueue; instants in UTC ticks.</summary>
internal sealed record PreparedWork(string Id, string Share, long Due, long Since, byte[] Body)
{
    public PreparedWork(WorkItem item, long due, long since)
        : this(item.Id, item.Share, due, since, item.Write()) { }
}
