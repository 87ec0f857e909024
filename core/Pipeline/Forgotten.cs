using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>
/// A record that is gone at its source and unknown here was never created, as a rule. After a restore it may have been, by a hub that the store has
/// forgotten: its targets are asked before it is ignored.
/// </summary>
internal sealed class Forgotten(HubContext hub, EpochOf epochs)
{
    /// <summary>Why the end of an unknown record cannot be ignored, or null where it can.</summary>
    public async Task<Fault?> StandsAsync(Route route, CanonicalId id, Marker gone, CancellationToken cancellationToken)
    {
        var epoch = await epochs.NowAsync(cancellationToken);
        if (epoch.Number == 0 || gone.NotAfter < epoch.TakenAt || hub.Now - epoch.RestoredAt >= hub.Policy.WaitLimit)
        {
            return null;
        }

        foreach (var target in route.Targets)
        {
            if (await AskAsync(target, id, cancellationToken) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private async Task<Fault?> AskAsync(Target target, CanonicalId id, CancellationToken cancellationToken)
    {
        if (!target.Facts.ConsistentLookup)
        {
            return new Fault.Rejected(
                "gone-after-restore",
                $"nobody can ask {target.Name} whether the record stands there: a person looks"
            );
        }

        var request = new LookupRequest(id.Type, Sender.Reference(target.Lane.Of(id)), null, ReadOnlyMemory<byte>.Empty);
        var found = await hub.Gate.CallAsync(
            target.Name,
            () => Lookups.FindAsync(hub, target, request, cancellationToken),
            cancellationToken
        );
        return !found.TryGet(out var lookup, out var fault) ? fault
            : lookup is Lookup.Found { ExternalId: var stands }
                ? new Fault.Rejected(
                    "gone-after-restore",
                    $"the source has ended it, the store has forgotten it, and {target.Name} still has {stands}"
                )
            : null;
    }
}
