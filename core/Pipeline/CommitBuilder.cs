using System.Collections.Immutable;
using QtcHub.Audit;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Collects what one step decides about one home, until it is one commit.</summary>
internal sealed class CommitBuilder(HubContext hub, Home home)
{
    private readonly ImmutableArray<Change>.Builder changes = ImmutableArray.CreateBuilder<Change>();
    private readonly ImmutableArray<ScheduledWork>.Builder work = ImmutableArray.CreateBuilder<ScheduledWork>();

    private readonly List<(LaneId Lane, string Step)> steps = [];

    /// <summary>Inserts or replaces, by the version the row was read at.</summary>
    public void Put(Row row, long version) => changes.Add(version == 0 ? new Change.Insert(row) : new Change.Replace(row, version));

    public void Insert(Row row) => changes.Add(new Change.Insert(row));

    /// <summary>Changes of other rows that go with the rest.</summary>
    public void Beside(IReadOnlyList<Change> others) => changes.AddRange(others);

    public void Work(WorkItem item, DateTimeOffset due) => work.Add(new ScheduledWork(item, due));

    /// <summary>Writes an entry about the change of a row; the version it becomes makes the entry's key unique.</summary>
    public void Audit(string changedKey, long newVersion, AuditEntry entry) => Insert(Rows.Of(changedKey, newVersion, entry));

    /// <summary>A lane's move: the lane, the effects that leave it, the audit entry, and the work that follows.</summary>
    public void Lane(long version, LaneMove move, AuditEntry? entry)
    {
        var lane = move.Lane;
        Put(Rows.Of(lane), version);
        foreach (var left in move.Left)
        {
            Insert(Rows.Of(lane.Id, left));
        }

        entry ??= move.Steps.IsEmpty ? null : Superseded(move);
        if (entry is not null)
        {
            var told = entry with { States = [.. entry.States, .. move.Steps] };
            Audit(Rows.LaneKey(lane.Id), version + 1, told);
            steps.AddRange(told.States.Select(step => (lane.Id, step)));
        }

        if (move.WorkDue is { } due)
        {
            Work(new WorkItem.OfLane(lane.Id), due);
        }
    }

    /// <summary>Commits, and counts the steps it took once they are durable.</summary>
    public async Task<CommitResult> CommitAsync(CancellationToken cancellationToken)
    {
        var result = await hub.Store.CommitAsync(new Commit(home, changes.ToImmutable(), work.ToImmutable()), cancellationToken);
        if (result == CommitResult.Committed)
        {
            steps.ForEach(step => hub.Metrics.Stepped(step.Lane, step.Step));
        }

        return result;
    }

    private AuditEntry Superseded(LaneMove move) =>
        new()
        {
            At = hub.Now,
            Actor = "hub",
            Action = "effect",
            Origin = move.Lane.WantedOrigin,
            Lane = $"{move.Lane.Id.Target}/{move.Lane.Id.Part}",
            Revision = move.Left[0].Revision,
            Generation = move.Left[0].Generation,
        };
}
