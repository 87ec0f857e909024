using System.Collections.Immutable;

namespace QtcHub.Ledger;

/// <summary>A mapping that is being applied to the past: its cursor, the lease under which it runs, and how far it is. Its row's version is its fence.</summary>
public sealed record RemapJob
{
    /// <summary>When it began.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>The mappings that it applies, by target: with others it begins anew.</summary>
    public required string Mappings { get; init; }

    /// <summary>Where the next page of records begins, or null at the start.</summary>
    public string? Cursor { get; init; }

    /// <summary>Until when an instance runs it.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>How far it is, by target.</summary>
    public ImmutableArray<RemapTally> Targets { get; init; } = [];

    /// <summary>The lanes wanted last that were not done when they were last looked at.</summary>
    public ImmutableArray<string> Recent { get; init; } = [];

    /// <summary>When it had looked at everything.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
