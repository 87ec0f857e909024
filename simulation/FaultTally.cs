namespace QtcHub.Simulation;

/// <summary>Counts what happened by name, in the order of the names.</summary>
public sealed class FaultTally
{
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>The counts.</summary>
    public IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>Counts one.</summary>
    public void Add(string name, long times = 1) => counts[name] = counts.GetValueOrDefault(name) + times;

    /// <summary>Adds another's counts.</summary>
    public void Add(FaultTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (name, times) in other.counts)
        {
            Add(name, times);
        }
    }
}
