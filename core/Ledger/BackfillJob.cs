using System.Collections.Immutable;

namespace QtcHub.Ledger;

/// <summary>A backfill: its cursor, the lease under which it runs, and how far it is. Its row's version is its fence.</summary>
public sealed record BackfillJob
{
    /// <summary>When it began.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>Its fixed upper bound.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Where the next page begins, or null at the start.</summary>
    public string? Cursor { get; init; }

    /// <summary>Until when an instance runs it.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Pages that were stored.</summary>
    public int Pages { get; init; }

    /// <summary>Records on them.</summary>
    public long Listed { get; init; }

    /// <summary>Those that were not known in this form.</summary>
    public long Stored { get; init; }

    /// <summary>Faults met one after the other that count as attempts.</summary>
    public int Attempts { get; init; }

    /// <summary>The events stored last, latest last, that were not done when they were last looked at.</summary>
    public ImmutableArray<string> Recent { get; init; } = [];

    /// <summary>When everything was listed and stored.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
