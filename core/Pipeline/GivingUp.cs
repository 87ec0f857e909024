using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Takes up work that its queue has given up: what is still open becomes a dead letter. What something else goes on with is left to it: a call under way to its
/// lease, an unknown outcome to its reading-back, what waits to whatever it waits for. Doing it twice is harmless.
/// </summary>
internal sealed class GivingUp(HubContext hub, DeliveryProcessor deliveries, LaneWriter writer)
{
    private const int MostConflicts = 8;
    private const string Rule = "given-up";

    public async Task<WorkOutcome> GiveUpAsync(WorkItem work, string reason, CancellationToken cancellationToken)
    {
        var fault = new Fault.Rejected(Rule, $"the queue gave the work up: {reason}");
        return work switch
        {
            WorkItem.OfDelivery delivery => await deliveries.GiveUpAsync(work, delivery.Delivery, null, fault, cancellationToken),
            WorkItem.OfNotice notice => await deliveries.GiveUpAsync(work, notice.Origin, notice.Index, fault, cancellationToken),
            WorkItem.OfLane lane => await GiveUpAsync(lane.Lane, fault, cancellationToken),
            // Whoever waits is looked at by the sweep.
            WorkItem.OfWaiters => WorkOutcome.Finished,
            _ => throw new InvariantException("a known work item"),
        };
    }

    private async Task<WorkOutcome> GiveUpAsync(LaneId id, Fault fault, CancellationToken cancellationToken)
    {
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            // A later due time was set by an attempt that ended in order, and has work of its own.
            if (
                await hub.Store.LaneAsync(id, cancellationToken) is not { Value.Current: { State: EffectState.Due } current } lane
                || current.Due > hub.Now
                || hub.Router.To(id, lane.Value.Source) is not { } way
            )
            {
                return WorkOutcome.Finished;
            }

            var at = new LaneAt(lane, way.Route, way.Target);
            if (await writer.RefuseAsync(at, fault, outcomeUnknown: false, cancellationToken) is { } done)
            {
                hub.Decide(id.Target, fault, current.Attempts);
                return done;
            }
        }

        return new WorkOutcome.Later(hub.Now + hub.Policy.RetryFirst);
    }
}
