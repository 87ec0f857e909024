using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Pipeline;

/// <summary>Makes a source's record a canonical one: maps it, keeps what others own, and validates it. Nothing is written.</summary>
internal sealed class MappingIn(HubContext hub)
{
    private readonly CompanyOf companies = new(hub);

    /// <summary>The canonical record. The fault is that of the first reference that is not resolved, or of the record.</summary>
    /// <param name="at">What is known of the record.</param>
    /// <param name="vendor">It in its vendor's form.</param>
    /// <param name="resolve">Gives the canonical id of what it refers to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Outcome<CanonicalRecord>> MapAsync(
        Observed at,
        ReadOnlyMemory<byte> vendor,
        Func<Mapping.Reference, Task<Outcome<string>>> resolve,
        CancellationToken cancellationToken
    )
    {
        var asked = at.Route.In.ReferencesIn(vendor);
        if (!asked.TryGet(out var references, out var fault))
        {
            return fault;
        }

        var resolved = new Dictionary<Mapping.Reference, string>();
        foreach (var reference in references)
        {
            var target = await resolve(reference);
            if (!target.TryGet(out var id, out fault))
            {
                return fault;
            }

            resolved[reference] = id;
        }

        var mapped = at.Route.In.Map(vendor, new Mapping.MappingContext { Entity = at.Arrival.Source.Entity, Resolved = resolved });
        if (!mapped.TryGet(out var bytes, out fault))
        {
            return fault;
        }

        var merged = await Ownership.MergeAsync(hub, at, bytes, cancellationToken);
        var read = CanonicalJson.Read(at.Type, merged.Span);
        if (!read.TryGet(out var record, out fault))
        {
            return fault;
        }

        record = await companies.RightedAsync(at, record, cancellationToken);
        return record.Validate() is { } invalid ? invalid : hub.Options.CustomFields.Typed(record.Normalize());
    }
}
