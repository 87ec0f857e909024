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
    private List<(LaneId Lane, Effect Ended)>? superseded;

    /// <summary>Inserts or replaces, by the version the row was read at.</summary>
    public void Put(Row row, long version) => changes.Add(Change.Put(row, version));

    public void Insert(Row row) => changes.Add(new Change.Insert(row));

    /// <summary>Changes of other rows that go with the rest.</summary>
    public void Beside(IReadOnlyList<Change> others) => changes.AddRange(others);

    public void Work(WorkItem item, DateTimeOffset due) => work.Add(new ScheduledWork(item, due));

    public void Remind(WorkItem item, DateTimeOffset due) => work.Add(new ScheduledWork(item, due) { IsReminder = true });

    /// <summary>Writes an entry about the change of a row; the version it becomes makes the entry's key unique.</summary>
    public void Audit(string changedKey, long newVersion, AuditEntry entry) =>
        Insert(Rows.Of(changedKey, entry with { Version = newVersion }));

    /// <summary>
    /// A lane's move: the lane, the entry that tells of it and carries the effect that left, and the work that follows. Without an entry the move is told
    /// by the next one.
    /// </summary>
    public void Lane(long version, LaneMove move, AuditEntry? entry)
    {
        var lane = move.Lane;
        Put(Rows.Of(lane), version);
        entry ??= move.Left is null ? null : Displaced(lane, move.Left);
        if (entry is not null)
        {
            var told = entry with { Version = version + 1, States = [.. entry.States, .. move.Steps] };
            Insert(move.Left is { } ended ? Rows.Of(lane.Id, ended, told) : Rows.Of(Rows.LaneKey(lane.Id), told));
            steps.AddRange(told.States.Select(step => (lane.Id, step)));
        }

        if (move.Left is { State: EffectState.Superseded } displaced)
        {
            (superseded ??= []).Add((lane.Id, displaced));
        }

        if (move.WorkDue is { } due)
        {
            Work(new WorkItem.OfLane(lane.Id), due);
        }
    }

    /// <summary>Commits, and counts the steps it tells of once they are durable: each is told once.</summary>
    public async Task<CommitResult> CommitAsync(CancellationToken cancellationToken)
    {
        var result = await hub.Store.CommitAsync(new Commit(home, changes.ToImmutable(), work.ToImmutable()), cancellationToken);
        if (result == CommitResult.Committed)
        {
            steps.ForEach(step => hub.Metrics.Stepped(step.Lane, step.Step));
            superseded?.ForEach(effect => HubTracing.Supersede(effect.Lane, effect.Ended));
        }

        return result;
    }

    private AuditEntry Displaced(Lane lane, Effect left) =>
        new()
        {
            At = hub.Now,
            Actor = "hub",
            // A dead letter stays what it is when it makes way.
            Action = left.State == EffectState.Superseded ? "effect" : "displaced",
            Origin = lane.WantedOrigin,
            Lane = $"{lane.Id.Target}/{lane.Id.Part}",
            Revision = left.Revision,
            Generation = left.Generation,
        };
}
