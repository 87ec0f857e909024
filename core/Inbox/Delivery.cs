using System.Collections.Immutable;
using QtcHub.Canonical;
using QtcHub.Ledger;

namespace QtcHub.Inbox;

/// <summary>One accepted delivery and what became of each of its notices. Its raw body lies in a row of its own.</summary>
public sealed record Delivery
{
    /// <summary>System and event.</summary>
    public required DeliveryId Id { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Whether a webhook was acknowledged for it, or only a poll found it.</summary>
    public required bool Acknowledged { get; init; }

    /// <summary>What found it where no webhook and no poll did: <c>backfill</c>.</summary>
    public string? FoundBy { get; init; }

    /// <summary>SHA-256 of the raw body, hex.</summary>
    public required string BodyHash { get; init; }

    /// <summary>Null until it was parsed.</summary>
    public ImmutableArray<NoticeResult?>? Notices { get; init; }

    /// <summary>Counted attempts at taking its notices in.</summary>
    public int Attempts { get; init; }

    /// <summary>The latest fault.</summary>
    public FaultSeen? Fault { get; init; }

    /// <summary>Whether every notice has a result.</summary>
    public bool IsDone => Notices is { } notices && notices.All(notice => notice is not null);

    /// <summary>What it is called where it is the cause of something.</summary>
    public string AsOrigin() => Id.AsOrigin(FoundBy);
}

/// <summary>What became of one notice.</summary>
/// <param name="Kind">Which way it ended.</param>
/// <param name="Record">The canonical record, where it concerns one.</param>
/// <param name="Revision">The revision it made or confirmed.</param>
/// <param name="Rule">The name of the rule that ignored it, or the dead letter's fault.</param>
public sealed record NoticeResult(NoticeResultKind Kind, CanonicalId? Record, int Revision, string? Rule);

/// <summary>The ways a notice ends.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<NoticeResultKind>))]
public enum NoticeResultKind
{
    /// <summary>It raised the record's revision.</summary>
    Revised,

    /// <summary>The record was known in this form already.</summary>
    Unchanged,

    /// <summary>Another source had told of the record: it is the same one now.</summary>
    Linked,

    /// <summary>Something newer was known already.</summary>
    Stale,

    /// <summary>A named rule says it is of no concern.</summary>
    Ignored,

    /// <summary>It needs a person.</summary>
    DeadLettered,
}

/// <summary>Names of <see cref="NoticeResultKind"/> where they are counted and traced.</summary>
internal static class NoticeResultKindNames
{
    public static string Name(this NoticeResultKind kind) =>
        kind switch
        {
            NoticeResultKind.Revised => "revised",
            NoticeResultKind.Unchanged => "unchanged",
            NoticeResultKind.Linked => "linked",
            NoticeResultKind.Stale => "stale",
            NoticeResultKind.Ignored => "ignored",
            NoticeResultKind.DeadLettered => EffectOutcome.DeadLettered,
            _ => throw new InvariantException("every end of a notice has a name"),
        };
}
