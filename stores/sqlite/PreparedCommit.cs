using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>A commit in the form that the statements bind: what can be worked out before the writer's turn is not done on its thread.</summary>
internal sealed class PreparedCommit
{
    public PreparedCommit(Commit commit, DateTimeOffset now)
    {
        commit.CheckLimits();
        Home = commit.Home.Value;
        Changes = [.. commit.Changes.OrderBy(change => change is not Change.Insert).Select(change => Prepare(Home, change))];
        Work = [.. commit.Work.Select(scheduled => new PreparedWork(scheduled.Item, scheduled.Due.UtcTicks, now.UtcTicks))];
        Size = Changes.Sum(change => 200L + change.Body.Length) + Work.Sum(work => 200L + work.Body.Length);
    }

    public string Home { get; }

    /// <summary>The changes, inserts first.</summary>
    public IReadOnlyList<PreparedChange> Changes { get; }

    public IReadOnlyList<PreparedWork> Work { get; }

    /// <summary>About how many bytes it holds while it waits.</summary>
    public long Size { get; }

    // Bodies are copied: they are kept after the commit, and the caller's buffer is the caller's.
    private static PreparedChange Prepare(string home, Change change) =>
        change switch
        {
            Change.Insert { Row: var row } => Prepare(home, change, row, 1),
            Change.Replace { Row: var row } replace => Prepare(home, change, row, replace.ExpectedVersion + 1),
            _ => new PreparedChange(change, [], 0),
        };

    private static PreparedChange Prepare(string home, Change change, Row row, long version)
    {
        var body = row.Body.ToArray();
        return new PreparedChange(change, body, RowSum.Of(home, row, version, body));
    }
}

/// <summary>A change with the bytes and the checksum of the row that it writes; none where it deletes one.</summary>
internal sealed record PreparedChange(Change Change, byte[] Body, long Checksum);

/// <summary>Work to enqueue; instants in UTC ticks.</summary>
internal sealed record PreparedWork(string Id, string Share, long Due, long Since, byte[] Body)
{
    public PreparedWork(WorkItem item, long due, long since)
        : this(item.Id, item.Share, due, since, item.Write()) { }
}
