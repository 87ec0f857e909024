using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>P2 and P4: what should stand somewhere, against what stands there. <paramref name="ids"/> are the sources' ids of what keys name.</summary>
internal sealed class Comparison(World world, Func<IEnumerable<(string Named, string Id)>> ids)
{
    private readonly StoreChecks stored = new(world);

    /// <summary>Each once, as it should be, and nothing else.</summary>
    public void Same(string what, IEnumerable<KeyValuePair<string, string>> should, IEnumerable<KeyValuePair<string, string>> stands)
    {
        var standing = stands.ToLookup(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var wanted = should.ToDictionary(StringComparer.Ordinal);
        foreach (var group in standing.Where(group => group.Count() > 1))
        {
            world.Failures.Add($"P2 {what}: {group.Key} stands {group.Count()} times{Story(group.Key)}");
        }

        foreach (var (key, value) in wanted.Where(pair => !standing[pair.Key].Contains(pair.Value)))
        {
            world.Failures.Add($"P4 {what}: {key} is {standing[key].FirstOrDefault() ?? "absent"}, should be {value}{Story(key)}");
        }

        foreach (var group in standing.Where(group => !wanted.ContainsKey(group.Key)))
        {
            world.Failures.Add($"P4 {what}: {group.Key} stands as {group.First()} and is nowhere else{Story(group.Key)}");
        }
    }

    /// <summary>What the hub tells of the record of a source that a key names.</summary>
    private string Story(string key) =>
        ids().FirstOrDefault(named => named.Named.Length > 0 && key.Contains(named.Named, StringComparison.Ordinal)).Id is { } id
            ? stored.Story(id)
            : "";
}
