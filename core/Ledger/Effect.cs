using System.Collections.Immutable;

namespace QtcHub.Ledger;

/// <summary>One intended vendor write: a revision of a record on its way into one lane.</summary>
public sealed record Effect
{
    /// <summary>Most attempts whose times are kept.</summary>
    public const int AttemptsKept = 20;

    /// <summary>Held until its route's records are linked.</summary>
    public const string ForLink = "qtc link";

    /// <summary>The revision of the canonical record that it brings.</summary>
    public required int Revision { get; init; }

    /// <summary>Counts the requests made for that revision: a new one is mapped afresh and has a key of its own.</summary>
    public required int Generation { get; init; }

    /// <summary>Where it stands.</summary>
    public required EffectState State { get; init; }

    /// <summary>What caused it: a delivery, a release by a person.</summary>
    public required string Origin { get; init; }

    /// <summary>The earliest instant of its next step.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>Since when it has been under way; the wait limit counts from here.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Attempts taken that count.</summary>
    public int Attempts { get; init; }

    /// <summary>When attempts were made, latest last.</summary>
    public ImmutableArray<AttemptMade> History { get; init; } = [];

    /// <summary>The idempotency key of its request.</summary>
    public string? Key { get; init; }

    /// <summary>SHA-256 of the stored request, hex; null until it is mapped.</summary>
    public string? RequestHash { get; init; }

    /// <summary>When its request was first sent.</summary>
    public DateTimeOffset? FirstSentAt { get; init; }

    /// <summary>When its request was last sent.</summary>
    public DateTimeOffset? LastSentAt { get; init; }

    /// <summary>The lease under which a call may be under way ends here.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The latest fault.</summary>
    public FaultSeen? Fault { get; init; }

    /// <summary>The canonical record whose presence in the target it waits for.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>What it is held for, where it goes on by itself once that has come about: <see cref="ForLink"/>.</summary>
    public string? HeldFor { get; init; }

    /// <summary>Whether a dead-lettered, or since released, effect's request may yet have been carried out: it keeps its lane until that is known.</summary>
    public bool OutcomeUnknown { get; init; }

    /// <summary>The vendor's open period to post into, where the document's own is closed and policy says so.</summary>
    public string? PostingPeriod { get; init; }

    /// <summary>Version of the mapping that made the request.</summary>
    public string? MappingVersion { get; init; }

    /// <summary>Version of the configuration it was sent under.</summary>
    public string? ConfigurationVersion { get; init; }

    /// <summary>Moves to another state; a move the state machine does not know is a bug.</summary>
    public Effect To(EffectState next)
    {
        Invariant.Holds(EffectTransitions.Allows(State, next), $"an effect may go from {State} to {next}");
        return this with { State = next };
    }
}

/// <summary>One attempt: when it was taken and how it ended.</summary>
public sealed record AttemptMade(DateTimeOffset At, string Outcome);

/// <summary>A fault as it is kept: its case, its text, when.</summary>
public sealed record FaultSeen(string Name, string Detail, DateTimeOffset At)
{
    /// <summary>Keeps a fault.</summary>
    public static FaultSeen Of(Fault fault, DateTimeOffset at) => new(fault.Name, fault.Detail, at);
}
