using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Takes a record in once more as it is now at the source that wants a lane, whatever was seen of it before.</summary>
internal sealed class Rereading(HubContext hub, Intake intake)
{
    /// <summary>What went wrong, or null; a record that the source has not told of has nothing to be read.</summary>
    public async Task<Fault?> ReadAsync(LaneAt at, CanonicalId record, CancellationToken cancellationToken)
    {
        var system = at.Route.Source.Options.Name;
        if ((await hub.Store.HeadAsync(record, cancellationToken))?.Value.Source(system) is not { } seen)
        {
            return null;
        }

        var notice = new Notice(seen.ExternalType, seen.ExternalId, Marker.AnyTime, null);
        var arrival = new Arrival(at.Route.Source, notice, at.Value.WantedOrigin, at.Current.Since, 0);
        return (await intake.TakeInAsync(arrival, cancellationToken)).Fault;
    }
}
