using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>A notice on its way in.</summary>
internal sealed record Arrival(ConnectedSystem Source, Notice Notice, string Origin, DateTimeOffset Since, int Depth)
{
    /// <summary>Most merges that are followed from one to the next.</summary>
    public const int MostHops = 20;

    public string System => Source.Options.Name;

    /// <summary>When the hub was told; null where the record has to be read whatever was read before.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>Merges that have led here.</summary>
    public int Hops { get; init; }
}

/// <summary>A notice with what the hub knew of its record before the read.</summary>
internal sealed record Observed(Arrival Arrival, Route Route, RecordType Type, CanonicalId? Id, Stored<RecordHead>? Head)
{
    public SourceSeen? Seen => Head?.Value.Source(Arrival.System);

    /// <summary>Whether the source's record is not the one that the canonical record stands for there.</summary>
    public bool IsAnother => Seen is { IsGone: false } seen && seen.ExternalId != Arrival.Notice.ExternalId;

    /// <summary>The observation to keep; its marker never goes back.</summary>
    public SourceSeen SeenNow(string observedHash, Marker marker) =>
        new()
        {
            System = Arrival.System,
            ExternalType = Arrival.Notice.ExternalType,
            ExternalId = Arrival.Notice.ExternalId,
            Marker = Seen is { } seen && seen.Marker.NotBefore > marker.NotBefore ? seen.Marker : marker,
            ObservedHash = observedHash,
        };
}
