using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Something a record points to: a canonical type and an id (external on the way in, canonical on the way out).</summary>
public readonly record struct Reference(RecordType Type, string Id);

/// <summary>What a mapping may know besides its input.</summary>
public sealed record MappingContext
{
    /// <summary>The legal entity of the system at the vendor end: its code (<c>$entity</c>) and its calendar for dates.</summary>
    public required EntityOptions Entity { get; init; }

    /// <summary>The references that could be resolved. In: external id → canonical id. Out: canonical id → the target's id.</summary>
    public required IReadOnlyDictionary<Reference, string> Resolved { get; init; }

    /// <summary>Top-level canonical fields that the hub may not write to this target, because the target owns them; outputs fed by one of them are left out.</summary>
    public IReadOnlySet<string> Omit { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The vendor's id of the open period to post into where the document's own is closed (<c>$postingPeriod</c>), else null.</summary>
    public string? PostingPeriod { get; init; }
}
