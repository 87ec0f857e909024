using System.Text.Json.Serialization;

namespace QtcHub.Ledger;

/// <summary>One part of one canonical record in one target: its cross-reference, what was last applied, and the one effect that may be under way.</summary>
public sealed record Lane
{
    /// <summary>Which lane.</summary>
    public required LaneId Id { get; init; }

    /// <summary>The newest revision that the target should have.</summary>
    public int WantedRevision { get; init; }

    /// <summary>What caused the wanted revision.</summary>
    public string WantedOrigin { get; init; } = "";

    /// <summary>The source whose route wants it; null in lanes of the time when one route led a record type into a target.</summary>
    public string? Source { get; init; }

    /// <summary>Whether the target is where the record comes from: it is sent only what others own of it.</summary>
    public bool LeadsBack { get; init; }

    /// <summary>The effect that has not left the lane, or null.</summary>
    public Effect? Current { get; init; }

    /// <summary>The target's id of the record: the cross-reference. Never removed once set.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The record that this one was merged into: what is under way settles, and nothing is written here any more.</summary>
    public Canonical.CanonicalId? MergedInto { get; init; }

    /// <summary>How a linking in bulk found the record that stands there; null where the hub made it or came upon it itself.</summary>
    public LaneLink? Link { get; init; }

    /// <summary>The revision that was compared with a record which was found there, before anything was written to it; 0: none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ComparedRevision { get; init; }

    /// <summary>The newest revision that needs nothing more here: applied, or found to need no write; 0 before the first.</summary>
    public int SettledRevision { get; init; }

    /// <summary>The revision whose content was last written; 0 before the first.</summary>
    public int AppliedRevision { get; init; }

    /// <summary>The revision whose content was last sent, whatever came of it; 0 before the first.</summary>
    public int SentRevision { get; init; }

    /// <summary>Hash of the mapped request that was last applied; null before the first, and where a later one was sent and its end is not certain.</summary>
    public string? AppliedHash { get; init; }

    /// <summary>
    /// The revision that the record came to stand in the target with, kept where what belongs to its state stays there as it was posted; 0: it was found there. Null
    /// as long as the standing revision is that one.
    /// </summary>
    public int? PostedRevision { get; init; }

    /// <summary>Counts takings: an outcome counts only under the fence it was taken with.</summary>
    public long Fence { get; init; }

    /// <summary>The generation the next request has while the record is not created: one more than the last that was sent in vain.</summary>
    public int CreateGeneration { get; init; } = 1;

    /// <summary>What cash application proposed with the latest request that makes the record; null where it had nothing to say.</summary>
    public CashProposal? Proposal { get; init; }

    /// <summary>Open dead letters of this lane.</summary>
    public int OpenLetters { get; init; }

    /// <summary>The revision whose content stands in the target, as far as is known: a create whose answer was lost counts once the record is found.</summary>
    [JsonIgnore]
    public int StandingRevision =>
        AppliedRevision > 0 ? AppliedRevision
        : ExternalId is null ? 0
        : SentRevision;

    /// <summary>The revision that the record was posted with, as far as is known; 0: it is not.</summary>
    [JsonIgnore]
    public int PostedWith => PostedRevision ?? StandingRevision;

    /// <summary>The store's epoch under which its target was last written or read; an earlier one than the store's means that the target may hold more than is known here.</summary>
    public int Epoch { get; init; }

    /// <summary>Whether a new effect may begin: none is under way whose outcome is open.</summary>
    [JsonIgnore]
    public bool IsFree =>
        Current is null
        || (
            Current.State is EffectState.Due or EffectState.Parked or EffectState.Held or EffectState.DeadLettered
            && !Current.OutcomeUnknown
        );
}

/// <summary>How a record was found in a target by a linking in bulk.</summary>
/// <param name="Key">The match key.</param>
/// <param name="Who">Who linked.</param>
/// <param name="Run">The linking, by when it began.</param>
public sealed record LaneLink(string Key, string Who, DateTimeOffset Run);
