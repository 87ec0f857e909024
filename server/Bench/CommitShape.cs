using QtcHub.Ledger;

namespace QtcHub.Server.Bench;

/// <summary>What the hub writes for one event, in the order in which it does, as recorded from the hub itself.</summary>
internal sealed record CommitShape
{
    /// <summary>The SQL of the tables and indexes, as the hub's database keeps it.</summary>
    public required IReadOnlyList<string> Schema { get; init; }

    /// <summary>The canonical id of the recorded event's record: each event has another.</summary>
    public required string Record { get; init; }

    /// <summary>Written before the answer.</summary>
    public required IReadOnlyList<ShapedCommit> Receive { get; init; }

    /// <summary>Written when the event is taken in.</summary>
    public required IReadOnlyList<ShapedCommit> Intake { get; init; }

    /// <summary>Written for each target around its call.</summary>
    public required IReadOnlyList<ShapedLane> Lanes { get; init; }
}

/// <summary>One target's writes before and after its call.</summary>
internal sealed record ShapedLane(string Target, IReadOnlyList<ShapedCommit> Before, IReadOnlyList<ShapedCommit> After);

/// <summary>One commit: its home, its rows, and the work that goes with it.</summary>
internal sealed record ShapedCommit(string Home, IReadOnlyList<ShapedRow> Rows, IReadOnlyList<ShapedWork> Work)
{
    public static ShapedCommit Of(Commit commit) =>
        new(
            commit.Home.Value,
            [.. commit.Changes.Select(ShapedRow.Of)],
            [.. commit.Work.Select(work => new ShapedWork(work.Item.Id, work.Item.Share, work.Item.Write()))]
        );
}

/// <summary>One row as it was inserted or replaced.</summary>
internal sealed record ShapedRow(bool IsInsert, string Key, string Kind, string State, byte[] Body)
{
    public static ShapedRow Of(Change change) =>
        change switch
        {
            Change.Insert { Row: var row } => new(true, row.Key, row.Kind, row.State, row.Body.ToArray()),
            Change.Replace { Row: var row } => new(false, row.Key, row.Kind, row.State, row.Body.ToArray()),
            _ => throw new InvariantException("one event's way deletes no row"),
        };
}

/// <summary>One work item as it was enqueued.</summary>
internal sealed record ShapedWork(string Id, string Share, byte[] Body);

/// <summary>Sorts the commits of one event by the step of the way that made them.</summary>
internal sealed class ShapeRecorder(IHubStore inner) : IHubStore
{
    private readonly Lock gate = new();
    private readonly List<Commit> commits = [];

    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var result = await inner.CommitAsync(commit, cancellationToken);
        // The source's poll has a job of its own, which belongs to no event.
        if (result == CommitResult.Committed && !commit.Home.Value.StartsWith("job|", StringComparison.Ordinal))
        {
            lock (gate)
            {
                commits.Add(commit);
            }
        }

        return result;
    }

    public CommitShape Shape(IReadOnlyList<string> schema, IReadOnlyList<string> targets)
    {
        lock (gate)
        {
            var record = commits.First(IsRecord).Home.Value["record|".Length..];
            return new CommitShape
            {
                Schema = schema,
                Record = record,
                Receive = Of(commit => IsDelivery(commit) && commit.Changes[0] is Change.Insert),
                Intake = Of(commit => TargetOf(commit, targets) is null && !(IsDelivery(commit) && commit.Changes[0] is Change.Insert)),
                Lanes =
                [
                    .. targets.Select(target => new ShapedLane(
                        target,
                        Of(commit => TargetOf(commit, targets) == target && IsBefore(commit)),
                        Of(commit => TargetOf(commit, targets) == target && !IsBefore(commit))
                    )),
                ],
            };
        }
    }

    public Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken) =>
        inner.ReadAsync(home, key, cancellationToken);

    public Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken) =>
        inner.ReadManyAsync(home, keyPrefix, limit, cancellationToken);

    public Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(kind, state, continuation, limit, cancellationToken);

    public Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken) => inner.CountAsync(cancellationToken);

    private List<ShapedCommit> Of(Func<Commit, bool> which) => [.. commits.Where(which).Select(ShapedCommit.Of)];

    private static bool IsRecord(Commit commit) => commit.Home.Value.StartsWith("record|", StringComparison.Ordinal);

    private static bool IsDelivery(Commit commit) => commit.Home.Value.StartsWith("delivery|", StringComparison.Ordinal);

    private static bool IsBefore(Commit commit) =>
        commit.Changes.Any(change => change is Change.Replace { Row: { Kind: "lane", State: nameof(EffectState.InFlight) } });

    /// <summary>A commit about one lane only is its target's; so is the claim of the target's own id.</summary>
    private static string? TargetOf(Commit commit, IReadOnlyList<string> targets) =>
        targets.FirstOrDefault(target =>
            commit.Home.Value.StartsWith($"claim|{target}|", StringComparison.Ordinal)
            || (
                IsRecord(commit)
                && commit.Changes.All(change => change.Key != Rows.HeadKey)
                && commit.Changes.Any(change => change.Key.StartsWith($"lane/{target}/", StringComparison.Ordinal))
            )
        );
}
