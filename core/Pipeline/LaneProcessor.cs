using System.Diagnostics;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>Brings a lane forward by one step, whatever state it is in.</summary>
internal sealed class LaneProcessor(HubContext hub, LaneSteps steps, Sender sender, ReadBack readBack)
{
    private const int MostSteps = 16;
    private readonly LaneWriter writer = steps.Writer;

    public async Task<WorkOutcome> ProcessAsync(TakenWork work, LaneId id, CancellationToken cancellationToken)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            if (await hub.Store.LaneAsync(id, cancellationToken) is not { Value.Current: { } current } lane)
            {
                return WorkOutcome.Finished;
            }

            // A route that was taken out of the configuration leaves its lanes at rest.
            if (hub.Router.To(id, lane.Value.Source) is not { } way)
            {
                return WorkOutcome.Finished;
            }

            if (await StepAsync(new LaneAt(lane, way.Route, way.Target), current, cancellationToken) is { } outcome)
            {
                // An effect is asked for by the commit that makes it: what was asked for before is for one that has made way.
                return outcome is WorkOutcome.Later later && work.Since < current.Since ? later with { IsAskedFor = true } : outcome;
            }
        }

        return new WorkOutcome.Later(hub.Now + hub.Policy.RetryFirst);
    }

    /// <summary>Null means: the lane changed, look again.</summary>
    private async Task<WorkOutcome?> StepAsync(LaneAt at, Effect current, CancellationToken cancellationToken)
    {
        using var span = current.Due > hub.Now ? null : HubTracing.Step(at.Value);
        try
        {
            var outcome = await TakeStepAsync(span is null ? at : at with { Span = span }, current, cancellationToken);
            HubTracing.LeaveOutIdle(span);
            return outcome;
        }
        catch (Exception thrown) when (HubTracing.Throws(span, thrown))
        {
            throw;
        }
    }

    private async Task<WorkOutcome?> TakeStepAsync(LaneAt at, Effect current, CancellationToken cancellationToken) =>
        current.State switch
        {
            // The commit that set the time has asked for work at that time.
            EffectState.Due or EffectState.Unknown when current.Due > hub.Now => new WorkOutcome.Later(current.Due) { IsAskedFor = true },
            EffectState.Due => await sender.SendAsync(at, cancellationToken),
            EffectState.InFlight when current.LeaseUntil > hub.Now => new WorkOutcome.Later(current.LeaseUntil.Value),
            EffectState.InFlight => await ExpireAsync(at, current, cancellationToken),
            EffectState.Unknown => await readBack.ReadBackAsync(at, cancellationToken),
            EffectState.Parked or EffectState.Held when at.Value.MergedInto is { } into => await EndAsync(at, into, cancellationToken),
            EffectState.Parked => await steps.Parking.WakeAsync(at, cancellationToken),
            EffectState.Held when current.HeldFor is not null => await GoOnAsync(at, current, cancellationToken),
            EffectState.Held when IsTooOld(current) => await ReopenAsync(at, current, current.Since, cancellationToken),
            EffectState.Held or EffectState.DeadLettered => WorkOutcome.Finished,
            _ => throw new InvariantException("what has ended is not in a lane"),
        };

    /// <summary>An expired lease means that a call may have been made: Unknown, never Due.</summary>
    private async Task<WorkOutcome?> ExpireAsync(LaneAt at, Effect current, CancellationToken cancellationToken)
    {
        var fault = new Fault.Ambiguous("the worker that sent it did not come back");
        var unknown = current.To(EffectState.Unknown) with { Due = hub.Now, LeaseUntil = null, Fault = FaultSeen.Of(fault, hub.Now) };
        var move = LaneMoves.Stay(at.Value, unknown, hub.Now);
        await writer.CommitAsync(at, move, writer.EntryOfCall(at, unknown, fault, "LeaseExpired"), cancellationToken);
        return null;
    }

    /// <summary>What is held past the wait limit is tried once more; it ends there as a dead letter.</summary>
    private async Task<WorkOutcome?> ReopenAsync(LaneAt at, Effect current, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var due = current.To(EffectState.Due) with { Due = hub.Now, Since = since, HeldFor = null };
        await writer.CommitAsync(at, LaneMoves.Stay(at.Value, due, hub.Now), writer.Entry(at, due, [EffectState.Held]), cancellationToken);
        return null;
    }

    /// <summary>Its record was merged into another while this was decided: it makes way.</summary>
    private async Task<WorkOutcome?> EndAsync(LaneAt at, Canonical.CanonicalId into, CancellationToken cancellationToken)
    {
        await writer.CommitAsync(at, LaneMoves.Bury(at.Value, into), null, cancellationToken);
        return null;
    }

    /// <summary>What waits for its route's records to be linked waits as long as that takes, and is as new as ever then.</summary>
    private async Task<WorkOutcome?> GoOnAsync(LaneAt at, Effect current, CancellationToken cancellationToken) =>
        await steps.Gate.IsOpenAsync(at.Route, at.Id.Target, cancellationToken)
            ? await ReopenAsync(at, current, hub.Now, cancellationToken)
            : WorkOutcome.Finished;

    private bool IsTooOld(Effect current) => hub.Now - current.Since >= hub.Policy.WaitLimit;
}

/// <summary>A lane as read, with the route that feeds it.</summary>
internal sealed record LaneAt(Stored<Lane> Lane, Route Route, Target Target)
{
    public Lane Value => Lane.Value;

    public LaneId Id => Lane.Value.Id;

    /// <summary>The fields that stand in this target as they were posted and change in the document's state alone.</summary>
    public IReadOnlyList<string> StateFields => Target.Facts.PostedFields.Count > 0 ? PostedDocument.StateFields(Target.Type) : [];

    /// <summary>The span of the step that is being taken, where anybody listens.</summary>
    public Activity? Span { get; init; }

    public Effect Current => Lane.Value.Current ?? throw new InvariantException("the lane has a current effect");
}
