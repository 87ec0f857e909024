using System.Collections.Immutable;
using System.Text.Json.Serialization;
using QtcHub.Canonical;
using QtcHub.Connectors;

namespace QtcHub.Ledger;

/// <summary>The head of a canonical record: its revision and what was last observed of each source record.</summary>
public sealed record RecordHead
{
    /// <summary>Its id.</summary>
    public required CanonicalId Id { get; init; }

    /// <summary>The hub's own counter, raised by each new content.</summary>
    public required int Revision { get; init; }

    /// <summary>Hash of the canonical content of <see cref="Revision"/>.</summary>
    public required string ContentHash { get; init; }

    /// <summary>What was last observed at each source.</summary>
    public required ImmutableArray<SourceSeen> Sources { get; init; }

    /// <summary>The record that it was merged into; null: it lives. Nothing is stored in its home any more but the end of what was open there.</summary>
    public CanonicalId? MergedInto { get; init; }

    /// <summary>What was merged into it: canonical ids, or <c>system:id</c> of what the hub had never been told of.</summary>
    public ImmutableArray<string>? Absorbed { get; init; }

    /// <summary>The system that told of it first; null in heads of the time when a record had but one.</summary>
    public string? MintedBy { get; init; }

    /// <summary>The system that owns every field of it which nobody else owns by name.</summary>
    [JsonIgnore]
    public string Origin => MintedBy ?? Sources[0].System;

    /// <summary>The head of a record that was not known before.</summary>
    public static RecordHead First(CanonicalId id, int revision, string contentHash, SourceSeen seen) =>
        new()
        {
            Id = id,
            Revision = revision,
            ContentHash = contentHash,
            Sources = [seen],
            MintedBy = seen.System,
        };

    /// <summary>The source record of a system, where one was seen.</summary>
    public SourceSeen? Source(string system) => Sources.FirstOrDefault(source => source.System == system);

    /// <summary>The head with a source's observation put in place of its last.</summary>
    public RecordHead With(SourceSeen seen) =>
        this with
        {
            MintedBy = Origin,
            Sources = [.. Sources.Where(source => source.System != seen.System), seen],
        };
}

/// <summary>What was last observed of one source record.</summary>
public sealed record SourceSeen
{
    /// <summary>The source system.</summary>
    public required string System { get; init; }

    /// <summary>The vendor's type.</summary>
    public required string ExternalType { get; init; }

    /// <summary>The vendor's id.</summary>
    public required string ExternalId { get; init; }

    /// <summary>How new the observation was.</summary>
    public required Marker Marker { get; init; }

    /// <summary>Hash of the vendor's form as observed.</summary>
    public required string ObservedHash { get; init; }

    /// <summary>When a first 404 was seen; a second, separated one makes the record gone.</summary>
    public DateTimeOffset? MissingSince { get; init; }

    /// <summary>Whether the source no longer has it.</summary>
    public bool IsGone { get; init; }
}
