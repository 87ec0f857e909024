using System.Collections.Frozen;

namespace QtcHub.Mapping;

/// <summary>A value and the days it holds, the first and the last included; an open end is null.</summary>
internal sealed record LookupPeriod(DateOnly? From, DateOnly? Until, string Value)
{
    public bool Holds(DateOnly day) => (From is not { } from || from <= day) && (Until is not { } until || day <= until);

    public bool Overlaps(LookupPeriod other) =>
        (From ?? DateOnly.MinValue) <= (other.Until ?? DateOnly.MaxValue)
        && (other.From ?? DateOnly.MinValue) <= (Until ?? DateOnly.MaxValue);
}

/// <summary>A table of known values. What it does not hold is a fault, never a default.</summary>
internal sealed record LookupTable(string Name, string Hash, IReadOnlyDictionary<string, string> Values)
{
    private const int Shown = 60;

    // A value is given out often and never changes.
    private readonly FrozenDictionary<string, Value.Text> found = Values.ToFrozenDictionary(
        entry => entry.Key,
        entry => new Value.Text(entry.Value),
        StringComparer.Ordinal
    );

    /// <summary>The values that hold for some days only; a table that has any is asked with a date.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<LookupPeriod>> Periods { get; init; } =
        FrozenDictionary<string, IReadOnlyList<LookupPeriod>>.Empty;

    /// <summary>Where it was read.</summary>
    public string File { get; init; } = "";

    public bool IsDated => Periods.Count > 0;

    public IEnumerable<string> Keys => Values.Keys.Concat(Periods.Keys);

    public Value Find(string key) => found.TryGetValue(key, out var value) ? value : Unknown(key);

    public Value Find(string key, DateOnly day)
    {
        if (!Periods.TryGetValue(key, out var periods))
        {
            return Find(key);
        }

        foreach (var period in periods)
        {
            if (period.Holds(day))
            {
                return new Value.Text(period.Value);
            }
        }

        return new Value.Failed($"'{Short(key)}' has no value on {CalendarDate.Write(day)} in the lookup {Name}");
    }

    private Value.Failed Unknown(string key) => new($"'{Short(key)}' is not in the lookup {Name}");

    private static string Short(string key) => key.Length > Shown ? key[..Shown] : key;
}
