using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Mapping;

namespace QtcHub.Pipeline;

/// <summary>
/// Finds what a record refers to in a target. It may have been merged since: a document that stands posted stays with the one that it was posted to, everything
/// else goes to the survivor.
/// </summary>
internal sealed class TargetReferences(HubContext hub)
{
    /// <summary>The target's ids of what a request refers to, or the first that does not stand there.</summary>
    /// <param name="at">The lane.</param>
    /// <param name="references">What it refers to.</param>
    /// <param name="posted">The content that stands posted there, or empty.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(IReadOnlyDictionary<Reference, string> Resolved, Prepared.Missing? Missing)> ResolveAsync(
        LaneAt at,
        IReadOnlyList<Reference> references,
        ReadOnlyMemory<byte> posted,
        CancellationToken cancellationToken
    )
    {
        var resolved = new Dictionary<Reference, string>();
        var postedTo = posted.IsEmpty ? [] : In(at.Target.Out, posted).ToList();
        foreach (var reference in references)
        {
            var record = new CanonicalId(reference.Id);
            var stands =
                await StayedAsync(at, record, postedTo, cancellationToken) is { } stayed ? stayed
                : await StandsAsAsync(record, at.Id.Target, cancellationToken) is { } living ? living
                : null;
            if (stands is null)
            {
                var survivor = await hub.Store.SurvivorAsync(record, cancellationToken);
                return (resolved, new Prepared.Missing(survivor, new Fault.MissingReference(reference.Type, survivor.Value)));
            }

            resolved[reference] = stands;
        }

        return (resolved, null);
    }

    /// <summary>The target's id of a canonical record, or of the one that it was merged into; null while it does not stand there.</summary>
    public async Task<string?> StandsAsAsync(CanonicalId record, string target, CancellationToken cancellationToken)
    {
        if (await LaneAsync(record, target, cancellationToken) is { MergedInto: null, ExternalId: { } made })
        {
            return made;
        }

        if (await hub.Store.HeadAsync(record, cancellationToken) is not { Value: var head })
        {
            return null;
        }

        return head.MergedInto is null
            ? hub.Router.Systems[target].ToldAs(head)
            : await StandsAsAsync(await hub.Store.SurvivorAsync(record, cancellationToken), target, cancellationToken);
    }

    /// <summary>A canonical record with each of its references to what was merged led to the survivor.</summary>
    public async Task<ReadOnlyMemory<byte>> LedAsync(
        CompiledMapping mapping,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        var led = content;
        foreach (var id in In(mapping, content))
        {
            var survivor = await hub.Store.SurvivorAsync(id, cancellationToken);
            if (survivor != id)
            {
                // Ids are opaque, and unlike anything else that a record could hold.
                var text = Encoding.UTF8.GetString(led.Span);
                led = Encoding.UTF8.GetBytes(text.Replace($"\"{id}\"", $"\"{survivor}\"", StringComparison.Ordinal));
            }
        }

        return led;
    }

    /// <summary>What a posted document was posted to, where that is this record or was merged into it; null: it was posted to no such.</summary>
    private async Task<string?> StayedAsync(
        LaneAt at,
        CanonicalId record,
        IReadOnlyList<CanonicalId> postedTo,
        CancellationToken cancellationToken
    )
    {
        foreach (var posted in postedTo.Where(posted => posted.Type == record.Type))
        {
            if (
                posted == record
                || await hub.Store.SurvivorAsync(posted, cancellationToken) == await hub.Store.SurvivorAsync(record, cancellationToken)
            )
            {
                return (await LaneAsync(posted, at.Id.Target, cancellationToken))?.ExternalId;
            }
        }

        return null;
    }

    /// <summary>The lane of a record in a target, or null where none has been made.</summary>
    public async Task<Lane?> LaneAsync(CanonicalId record, string target, CancellationToken cancellationToken) =>
        hub.Router.To(target, record.Type, null) is { } way
            ? (await hub.Store.LaneAsync(way.Target.Lane.Of(record), cancellationToken))?.Value
            : null;

    /// <summary>What a canonical record refers to, as far as it is written.</summary>
    public static IEnumerable<CanonicalId> In(CompiledMapping mapping, ReadOnlyMemory<byte> content)
    {
        var asked = mapping.ReferencesIn(content);
        return asked.Fault is null ? asked.Value.Select(reference => new CanonicalId(reference.Id)) : [];
    }
}
