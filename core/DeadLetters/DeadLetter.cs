using System.Collections.Immutable;
using QtcHub.Canonical;
using QtcHub.Ledger;

namespace QtcHub.DeadLetters;

/// <summary>Work that needs a person, with what is needed to understand and repeat it. Content stays in the record's home; this names it.</summary>
public sealed record DeadLetter
{
    /// <summary>Its name: home and row.</summary>
    public required string Id { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The work that failed.</summary>
    public required WorkItem Work { get; init; }

    /// <summary>The fault, with the vendor's text.</summary>
    public required FaultSeen Fault { get; init; }

    /// <summary>What it groups under: target, fault, normalised message.</summary>
    public required string Cause { get; init; }

    /// <summary>The canonical record, where there is one.</summary>
    public CanonicalId? Record { get; init; }

    /// <summary>The revision that did not arrive.</summary>
    public int Revision { get; init; }

    /// <summary>What caused the work.</summary>
    public required string Origin { get; init; }

    /// <summary>Where the mapped request is kept in the record's home, where one was made.</summary>
    public string? RequestRow { get; init; }

    /// <summary>Attempts with their times.</summary>
    public ImmutableArray<AttemptMade> Attempts { get; init; } = [];

    /// <summary>Version of the mapping used.</summary>
    public string? MappingVersion { get; init; }

    /// <summary>Version of the configuration used.</summary>
    public string? ConfigurationVersion { get; init; }

    /// <summary>Who is affected: account, document number.</summary>
    public string? Affected { get; init; }

    /// <summary>How much money is at stake, minor units.</summary>
    public Money? Amount { get; init; }

    /// <summary>Whether the write may have been carried out all the same.</summary>
    public bool OutcomeUnknown { get; init; }

    /// <summary>When and by what it was closed.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>The letter of a lane, kept in row <paramref name="key"/> of its record's home: what every such letter says, to which its writer adds.</summary>
    internal static DeadLetter OfLane(LaneId lane, string key, FaultSeen fault, string origin) =>
        new()
        {
            Id = $"{Home.OfRecord(lane.Record)}!{key}",
            At = fault.At,
            Work = new WorkItem.OfLane(lane),
            Fault = fault,
            Cause = CauseOf(lane.Target, fault),
            Record = lane.Record,
            Origin = origin,
        };

    /// <summary>The group's name: digits and ids taken out of the message, so that like falls to like.</summary>
    public static string CauseOf(string target, FaultSeen fault) => $"{target} · {fault.Name} · {Normalised(fault.Detail)}";

    private static string Normalised(string detail) =>
        string.Join(' ', detail.Split(' ').Select(word => word.Any(char.IsAsciiDigit) ? "…" : word));
}
