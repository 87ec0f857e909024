using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Parks what waits for a reference, and wakes it. The order keeps a wake-up from being lost: write the waiter, look again, then sleep.</summary>
internal sealed class Parking(HubContext hub, LaneWriter writer, Preparation preparation)
{
    private const int MostWaiters = 90;

    public async Task<WorkOutcome?> ParkAsync(
        LaneAt at,
        CanonicalId awaited,
        Fault.MissingReference fault,
        CancellationToken cancellationToken
    )
    {
        var waiter = new Commit(Home.OfRecord(awaited), new Change.Insert(Rows.Waiter(at.Id)));
        if (await hub.Store.CommitAsync(waiter, cancellationToken) == CommitResult.Overloaded)
        {
            return new WorkOutcome.Later(hub.Now + hub.Policy.RetryFirst);
        }

        if (await preparation.StandsAsAsync(awaited, at.Id.Target, cancellationToken) is not null)
        {
            return null;
        }

        var named = await NameAsync(at, awaited, fault, cancellationToken);
        var taken = at.Current.To(EffectState.InFlight) with { Fault = named, WaitsFor = awaited.Value };
        if (hub.Now - at.Current.Since >= hub.Policy.WaitLimit)
        {
            var dead = taken.To(EffectState.DeadLettered);
            var letter = writer.Entry(at, dead, LaneWriter.Taken, fault, nameof(Disposition.DeadLetter));
            return await writer.DeadLetterAsync(at, dead, fault, letter, cancellationToken) ? WorkOutcome.Finished : null;
        }

        var disposition = hub.Decide(at.Id.Target, fault, at.Current.Attempts);
        Invariant.Holds(disposition is Disposition.Park, "a missing reference parks");
        var parked = taken.To(EffectState.Parked);
        var entry = writer.Entry(at, parked, LaneWriter.Taken, fault, disposition.Name);
        return await writer.CommitAsync(at, LaneMoves.Stay(at.Value, parked, hub.Now), entry, cancellationToken)
            ? WorkOutcome.Finished
            : null;
    }

    /// <summary>Something says the reference may stand now: look, and go on only if it does, or if the wait has been too long.</summary>
    public async Task<WorkOutcome?> WakeAsync(LaneAt at, CancellationToken cancellationToken)
    {
        var current = at.Current;
        var awaited = new CanonicalId(current.WaitsFor ?? throw new InvariantException("what is parked waits for something"));
        var stands = await preparation.StandsAsAsync(awaited, at.Id.Target, cancellationToken) is not null;
        var waits = await hub.Store.ReadAsync(Home.OfRecord(awaited), Rows.Waiter(at.Id).Key, cancellationToken) is not null;
        if (!stands && waits && hub.Now - current.Since < hub.Policy.WaitLimit)
        {
            return WorkOutcome.Finished;
        }

        var due = current.To(EffectState.Due) with { Due = hub.Now, WaitsFor = null, Fault = null };
        await writer.CommitAsync(
            at,
            LaneMoves.Stay(at.Value, due, hub.Now),
            writer.Entry(at, due, [EffectState.Parked]),
            cancellationToken
        );
        return null;
    }

    /// <summary>A record stands in a target: every lane that waits for it is looked at.</summary>
    public async Task<WorkOutcome> WakeWaitersAsync(CanonicalId record, CancellationToken cancellationToken)
    {
        var home = Home.OfRecord(record);
        var waiters = await hub.Store.ReadManyAsync(home, Rows.WaiterPrefix, MostWaiters, cancellationToken);
        foreach (var row in waiters)
        {
            var lane = Rows.WaiterOf(row);
            // One commit: the waiter goes when its lane's work is enqueued, never before.
            var commit = new Commit(
                home,
                [new Change.Delete(row.Key, row.Version)],
                [new ScheduledWork(new WorkItem.OfLane(lane), hub.Now)]
            );
            if (await hub.Store.CommitAsync(commit, cancellationToken) == CommitResult.Overloaded)
            {
                return new WorkOutcome.Later(hub.Now + hub.Policy.RetryFirst);
            }
        }

        return waiters.Count == MostWaiters ? new WorkOutcome.Later(hub.Now) : WorkOutcome.Finished;
    }

    /// <summary>A reference whose own effect is dead-lettered names that letter.</summary>
    private async Task<FaultSeen> NameAsync(
        LaneAt at,
        CanonicalId awaited,
        Fault.MissingReference fault,
        CancellationToken cancellationToken
    )
    {
        var seen = FaultSeen.Of(fault, hub.Now);
        if (hub.Router.To(at.Id.Target, awaited.Type, null) is not { } way)
        {
            return seen;
        }

        var id = way.Target.Lane.Of(awaited);
        var lane = await hub.Store.LaneAsync(id, cancellationToken);
        return lane?.Value.Current is { State: EffectState.DeadLettered } dead
            ? seen with
            {
                Detail = $"{seen.Detail}: see dead letter {Home.OfRecord(awaited)}!{Rows.LetterKey(id, dead)}",
            }
            : seen;
    }
}
