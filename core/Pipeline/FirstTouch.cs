using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// A lane's first touch after the store was restored. The target may hold more than the store remembers, and something newer: the source is read again,
/// so that what is wanted is not older than anything that was ever sent, then the target; only then is anything written.
/// </summary>
internal sealed class FirstTouch(HubContext hub, LaneSteps steps, Rereading sources, Adoption adoption)
{
    /// <summary>Whether the lane was last touched under an earlier epoch. What was first wanted long after the restore was never sent before it.</summary>
    public static bool IsDue(Lane lane, StoreEpoch epoch, PolicyOptions policy) =>
        lane.Epoch < epoch.Number
        && !(lane is { SentRevision: 0, ExternalId: null, Current: { } current } && current.Since - epoch.RestoredAt >= policy.WaitLimit);

    /// <summary>The instant from which no call can be at work any more that was made before the restore.</summary>
    public static DateTimeOffset Certain(LaneAt at, StoreEpoch epoch) => Sender.EndOf(at, epoch.RestoredAt);

    public async Task<WorkOutcome?> ReadAsync(LaneAt at, StoreEpoch epoch, CancellationToken cancellationToken)
    {
        var certain = Certain(at, epoch);
        if (hub.Now < certain)
        {
            return new WorkOutcome.Later(certain);
        }

        if (await sources.ReadAsync(at, at.Id.Record, cancellationToken) is { } stale)
        {
            return await steps.Writer.WaitAsync(at, at.Route.Source.Options.Name, stale, cancellationToken);
        }

        if ((await hub.Store.LaneAsync(at.Id, cancellationToken))?.Version != at.Lane.Version)
        {
            return null;
        }

        if (!at.Target.Facts.ConsistentLookup)
        {
            return await AskAsync(at, cancellationToken);
        }

        using var entry = await hub.Gate.EnterAsync(at.Id.Target, cancellationToken);
        if (entry.Until is { } until)
        {
            return new WorkOutcome.Later(until);
        }

        var request = await steps.Preparation.PrepareAsync(at, cancellationToken) is Prepared.Ready ready ? ready.Request : default;
        var found = await entry.CallAsync(() => Lookups.FindAsync(hub, at, request, cancellationToken), cancellationToken);
        return found.TryGet(out var lookup, out var fault)
            ? await adoption.AdoptAsync(at, lookup as Lookup.Found, epoch, "found-after-restore", cancellationToken)
            : await steps.Writer.WaitAsync(at, at.Id.Target, fault, cancellationToken);
    }

    /// <summary>The target cannot be asked by the hub's own reference: a person looks whether it stands there.</summary>
    private Task<WorkOutcome?> AskAsync(LaneAt at, CancellationToken cancellationToken) =>
        steps.Writer.RefuseAsync(
            at,
            new Fault.Ambiguous("the store was restored and the target has no lookup: a person settles what stands there"),
            outcomeUnknown: true,
            cancellationToken
        );
}
