using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Knows what the hub wrote by the reference it bears. A target that is a source as well may tell of it before its answer to the write has come, and
/// without this it would be a second record, which goes on to be written elsewhere.
/// </summary>
internal sealed class Stamps(HubContext hub)
{
    /// <summary>Claims what bears a record's reference for that record; a Conflict says that it is known now and to be read again as that. Null: it bears none.</summary>
    public async Task<Fault?> ClaimAsync(Observed at, ReadOnlyMemory<byte> found, CancellationToken cancellationToken)
    {
        if (at.Id is not null || RecordIn(at, found) is not { } record)
        {
            return null;
        }

        var (system, notice) = (at.Arrival.System, at.Arrival.Notice);
        if (
            hub.Router.To(system, record.Type, null) is not { } way
            || await hub.Store.LaneAsync(way.Target.Lane.Of(record), cancellationToken) is not { Value: var lane }
        )
        {
            return null;
        }

        // Whoever copies a record by hand copies its reference too.
        if (lane.ExternalId is { } stands && stands != notice.ExternalId)
        {
            return null;
        }

        var owner = await hub.Store.ClaimAsync(system, notice.ExternalType, notice.ExternalId, record, cancellationToken);
        return owner is null ? new Fault.Transient("the store is overloaded") : new Fault.Conflict("the hub wrote it");
    }

    /// <summary>What is written there under this type's name may be of another canonical type: a lost dispute is a refund in some systems.</summary>
    private static CanonicalId? RecordIn(Observed at, ReadOnlyMemory<byte> found)
    {
        var (source, type) = (at.Arrival.Source, at.Arrival.Notice.ExternalType);
        return
            source.Connector is IStampReader stamps
            && stamps.ReferenceIn(type, found) is { } reference
            && CanonicalId.IsOne(reference)
            && new CanonicalId(reference) is var record
            && source.Facts.Targets.TryGetValue(record.Type, out var target)
            && target.ExternalType == type
            ? record
            : null;
    }
}
