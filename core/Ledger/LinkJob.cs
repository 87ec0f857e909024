using System.Collections.Immutable;

namespace QtcHub.Ledger;

/// <summary>A linking in bulk: its cursor, the lease under which it runs, and how far it is. Its row's version is its fence.</summary>
public sealed record LinkJob
{
    /// <summary>When it began; it lists nothing that was made later.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>What it looks by: targets, mappings and match keys. With others it begins anew.</summary>
    public required string Terms { get; init; }

    /// <summary>Where the page under way begins, or null at the start.</summary>
    public string? Cursor { get; init; }

    /// <summary>What of the page under way is done, by event.</summary>
    public ImmutableArray<string> Done { get; init; } = [];

    /// <summary>Until when an instance runs it.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Pages that are done.</summary>
    public int Pages { get; init; }

    /// <summary>Records that were looked at.</summary>
    public long Looked { get; init; }

    /// <summary>Of those, how many the source does not have any more.</summary>
    public long Gone { get; init; }

    /// <summary>Faults met one after the other that count as attempts.</summary>
    public int Attempts { get; init; }

    /// <summary>What was found, by target.</summary>
    public ImmutableArray<LinkTally> Targets { get; init; } = [];

    /// <summary>Rows of findings that were written, numbered from 1.</summary>
    public int Leaves { get; init; }

    /// <summary>When everything was looked at.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>A part of a linking's report: what was found of the records that one step looked at.</summary>
public sealed record LinkLeaf(ImmutableArray<LinkFinding> Findings);

/// <summary>A target's record was found for a record of the source: no other is the same one.</summary>
/// <param name="Run">The linking, by when it began.</param>
/// <param name="SourceId">The source's id.</param>
public sealed record LinkHit(DateTimeOffset Run, string SourceId);

/// <summary>A target may be written to: everything was linked.</summary>
/// <param name="At">Since when.</param>
/// <param name="Who">Who linked it.</param>
public sealed record LinkOpening(DateTimeOffset At, string Who);
