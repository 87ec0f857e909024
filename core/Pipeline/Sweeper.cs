using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Looks again at everything that waits, should a wake-up have been lost: enqueuing twice is harmless.</summary>
internal sealed class Sweeper(HubContext hub, LinkGate gate)
{
    private const int PageSize = 200;
    private static readonly EffectState[] Waiting =
    [
        EffectState.Due,
        EffectState.InFlight,
        EffectState.Unknown,
        EffectState.Parked,
        EffectState.Held,
    ];

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var state in Waiting)
        {
            await foreach (var row in RowsAsync("lane", state.ToString(), cancellationToken))
            {
                var lane = Rows.Parse<Lane>(row.Row);
                if (lane.Current!.HeldFor is null ? IsOverdue(lane.Current) : await MayGoOnAsync(lane, cancellationToken))
                {
                    await hub.Store.EnqueueAsync(row.Home, Reminder(new WorkItem.OfLane(lane.Id)), cancellationToken);
                }
            }
        }

        await foreach (var row in RowsAsync("delivery", "Received", cancellationToken))
        {
            var delivery = Rows.Parse<Inbox.Delivery>(row.Row);
            if (hub.Now - delivery.ReceivedAt >= hub.Policy.RetryMost)
            {
                await hub.Store.EnqueueAsync(row.Home, Reminder(new WorkItem.OfDelivery(delivery.Id)), cancellationToken);
            }
        }
    }

    private ScheduledWork Reminder(WorkItem item) => new(item, hub.Now) { IsReminder = true };

    /// <summary>Whether what waited until its route's records are linked may be written. A route that is there no more leaves its lanes at rest.</summary>
    private async Task<bool> MayGoOnAsync(Lane lane, CancellationToken cancellationToken) =>
        hub.Router.To(lane.Id.Target, lane.Id.Record.Type, lane.Source) is { } way
        && await gate.IsOpenAsync(way.Route, lane.Id.Target, cancellationToken);

    private bool IsOverdue(Effect current) =>
        current.State switch
        {
            EffectState.InFlight => hub.Now >= current.LeaseUntil,
            EffectState.Parked => true,
            EffectState.Held => hub.Now - current.Since >= hub.Policy.WaitLimit,
            _ => hub.Now - current.Due >= hub.Policy.ProbeEvery,
        };

    private async IAsyncEnumerable<ListedRow> RowsAsync(
        string kind,
        string state,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? continuation = null;
        do
        {
            var page = await hub.Store.ListAsync(kind, state, continuation, PageSize, cancellationToken);
            foreach (var row in page.Rows)
            {
                yield return row;
            }

            continuation = page.Continuation;
        } while (continuation is not null);
    }
}
