using System.Collections.Frozen;

namespace QtcHub.Ledger;

/// <summary>What a step of an effect is called where it is counted and traced: a name that stays, whatever states lie behind it.</summary>
public static class EffectOutcome
{
    /// <summary>The effect now needs a person.</summary>
    public const string DeadLettered = "dead-lettered";

    private static readonly FrozenDictionary<string, string> Names = EffectTransitions.All.ToFrozenDictionary(
        step => LaneMoves.Step(step.From, step.To),
        step => Name(step.From, step.To),
        StringComparer.Ordinal
    );

    /// <summary>Every name there is.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The name of a step such as <c>InFlight&gt;Applied</c>.</summary>
    public static string Of(string step) => Names[step];

    private static string Name(EffectState from, EffectState to) =>
        (from, to) switch
        {
            (_, EffectState.InFlight) => "taken",
            (_, EffectState.Applied) => "applied",
            (_, EffectState.Unchanged) => "unchanged",
            (_, EffectState.Superseded) => "superseded",
            (_, EffectState.Parked) => "parked",
            (_, EffectState.Held) => "held",
            (_, EffectState.Unknown) => "unknown",
            (_, EffectState.DeadLettered) => DeadLettered,
            (EffectState.InFlight or EffectState.Unknown, EffectState.Due) => "retried",
            (EffectState.Parked or EffectState.Held, EffectState.Due) => "resumed",
            (EffectState.DeadLettered, EffectState.Due) => "released",
            _ => throw new InvariantException("every step of an effect has a name"),
        };
}
