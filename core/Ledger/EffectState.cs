using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace QtcHub.Ledger;

/// <summary>Where an effect, one intended vendor write, stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EffectState>))]
public enum EffectState
{
    /// <summary>To be sent at its due time.</summary>
    Due,

    /// <summary>Taken under a lease; a call may be under way.</summary>
    InFlight,

    /// <summary>Sent, and the answer was lost.</summary>
    Unknown,

    /// <summary>Waits until something it references stands in the target.</summary>
    Parked,

    /// <summary>Waits for a person or a date.</summary>
    Held,

    /// <summary>The target has it.</summary>
    Applied,

    /// <summary>The target had it already, or need not have it.</summary>
    Unchanged,

    /// <summary>A newer revision took its place before it was sent.</summary>
    Superseded,

    /// <summary>Needs a person.</summary>
    DeadLettered,
}

/// <summary>The state machine of effects: every move that is allowed, and no other.</summary>
public static class EffectTransitions
{
    private static readonly FrozenDictionary<EffectState, EffectState[]> Moves = new Dictionary<EffectState, EffectState[]>
    {
        [EffectState.Due] = [EffectState.InFlight, EffectState.Superseded],
        [EffectState.InFlight] =
        [
            EffectState.Applied,
            EffectState.Unchanged,
            EffectState.Due,
            EffectState.Parked,
            EffectState.Held,
            EffectState.DeadLettered,
            EffectState.Unknown,
        ],
        [EffectState.Unknown] = [EffectState.Applied, EffectState.Due, EffectState.DeadLettered],
        [EffectState.Parked] = [EffectState.Due, EffectState.Superseded],
        [EffectState.Held] = [EffectState.Due, EffectState.Superseded],
        [EffectState.DeadLettered] = [EffectState.Due],
        [EffectState.Applied] = [],
        [EffectState.Unchanged] = [],
        [EffectState.Superseded] = [],
    }.ToFrozenDictionary();

    /// <summary>Every allowed move, in a fixed order.</summary>
    public static IReadOnlyList<(EffectState From, EffectState To)> All { get; } =
    [.. Enum.GetValues<EffectState>().SelectMany(from => Moves[from].Select(to => (from, to)))];

    /// <summary>Whether an effect may go from one state to another.</summary>
    public static bool Allows(EffectState from, EffectState to) => Moves[from].Contains(to);

    /// <summary>Whether an effect in this state has ended and left its lane.</summary>
    public static bool IsSettled(this EffectState state) => Moves[state].Length == 0;
}
