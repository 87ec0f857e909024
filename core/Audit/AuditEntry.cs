using System.Collections.Immutable;

namespace QtcHub.Audit;

/// <summary>One thing that was done to a record, and why: written in the same commit as what it tells of.</summary>
public sealed record AuditEntry
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: <c>hub</c>, or a person's name.</summary>
    public required string Actor { get; init; }

    /// <summary>What, e.g. <c>revised</c>, <c>effect</c>, <c>displaced</c>, <c>released</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What caused it: a delivery, a release.</summary>
    public required string Origin { get; init; }

    /// <summary>The lane, as target/part, where it concerns one.</summary>
    public string? Lane { get; init; }

    /// <summary>The revision concerned.</summary>
    public int Revision { get; init; }

    /// <summary>The generation concerned.</summary>
    public int Generation { get; init; }

    /// <summary>The version that the changed row became: entries of one instant are in this order. 0 in entries of the first programs.</summary>
    public long Version { get; init; }

    /// <summary>The steps of the state machine, oldest first, e.g. <c>Due&gt;InFlight</c>. A taking is told together with what came of it.</summary>
    public ImmutableArray<string> States { get; init; } = [];

    /// <summary>When the call was made, where the entry tells how one ended: the lane alone tells of it until then.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The effect as it ended, where it left its lane.</summary>
    public Ledger.Effect? Ended { get; init; }

    /// <summary>The fault, where one was met.</summary>
    public Ledger.FaultSeen? Fault { get; init; }

    /// <summary>What was decided about the fault, as the disposition's name.</summary>
    public string? Disposition { get; init; }

    /// <summary>Hash of the content or request concerned.</summary>
    public string? Hash { get; init; }

    /// <summary>Version of the mapping.</summary>
    public string? MappingVersion { get; init; }

    /// <summary>Version of the configuration.</summary>
    public string? ConfigurationVersion { get; init; }

    /// <summary>A reason given by a person, or a rule's name.</summary>
    public string? Reason { get; init; }
}
