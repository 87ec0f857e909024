namespace QtcHub.Mapping;

/// <summary>A table of known values. What it does not hold is a fault, never a default.</summary>
internal sealed record LookupTable(string Name, string Hash, IReadOnlyDictionary<string, string> Values)
{
    private const int Shown = 60;

    public Value Find(string key) =>
        Values.TryGetValue(key, out var found)
            ? new Value.Text(found)
            : new Value.Failed($"'{(key.Length > Shown ? key[..Shown] : key)}' is not in the lookup {Name}");
}
