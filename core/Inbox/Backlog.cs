using QtcHub.Canonical;
using QtcHub.Ledger;

namespace QtcHub.Inbox;

/// <summary>
/// What a job of lower rank has given the hub to do and is not done yet. Only what stands in a queue before others counts: what was tried and waits for its
/// next time, for a record or for a person delays nobody.
/// </summary>
internal sealed class Backlog(IHubStore store)
{
    /// <summary>Whether a delivery, or a lane of a record that it revised, is yet to be tried.</summary>
    public async Task<bool> WaitsAsync(DeliveryId id, CancellationToken cancellationToken)
    {
        if (await store.DeliveryAsync(id, cancellationToken) is not { Value: var delivery })
        {
            return false;
        }

        if (!delivery.IsDone)
        {
            return delivery.Fault is null;
        }

        foreach (var record in delivery.Notices!.Value.Where(notice => notice!.Record is not null).Select(notice => notice!.Record!.Value))
        {
            if (await WaitsAsync(record, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> WaitsAsync(CanonicalId record, CancellationToken cancellationToken) =>
        (await store.LanesAsync(record, cancellationToken)).Any(lane => Waits(lane.Value));

    /// <summary>Whether a lane's effect is yet to be tried, or being tried.</summary>
    public static bool Waits(Lane lane) => lane.Current is { State: EffectState.Due or EffectState.InFlight, Fault: null };
}
