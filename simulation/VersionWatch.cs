using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What of a book a watch compares, each record in one line under its key.</summary>
/// <param name="Carried">What the routes carry.</param>
/// <param name="Posted">What of it never changes once it stands.</param>
internal sealed record Facts(
    Func<Book, IEnumerable<KeyValuePair<string, string>>> Carried,
    Func<Book, IEnumerable<KeyValuePair<string, string>>> Posted
);

/// <summary>
/// P3, watched at every write of a target's: each record there must be some version that its source has had, and never an older one than before.
/// </summary>
internal sealed class VersionWatch(World world, IPretendVendor source, IPretendVendor target, Facts facts)
{
    private readonly Dictionary<string, List<string>> versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> reached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> posted = new(StringComparer.Ordinal);

    /// <summary>Whose versions are noted.</summary>
    public IPretendVendor Source => source;

    /// <summary>Whose writes are watched.</summary>
    public IPretendVendor Target => target;

    /// <summary>Notes what the source holds now.</summary>
    public void SourceChanged(Book book)
    {
        foreach (var (key, version) in facts.Carried(book))
        {
            if (!versions.TryGetValue(key, out var known))
            {
                versions[key] = known = [];
            }

            if (known.Count == 0 || known[^1] != version)
            {
                known.Add(version);
            }
        }
    }

    /// <summary>Checks what the target holds now.</summary>
    public void TargetChanged(Book book)
    {
        PostedStays(book);
        foreach (var (key, version) in facts.Carried(book))
        {
            var before = reached.GetValueOrDefault(key);
            if (!versions.TryGetValue(key, out var known) || !known.Contains(version))
            {
                world.Failures.Add($"P5 {key} stands in a target as {version}, which its source never was");
            }
            // A source may have said the same twice: the earliest that is not older than what stood there counts.
            else if (known.IndexOf(version, before) is >= 0 and var at)
            {
                reached[key] = at;
            }
            else
            {
                world.Failures.Add($"P3 {key} went back in a target to {version}");
            }
        }
    }

    /// <summary>P5: what a posted document says of money and dates never changes, whatever its source says later.</summary>
    private void PostedStays(Book book)
    {
        foreach (var (key, says) in facts.Posted(book))
        {
            if (!posted.TryAdd(key, says) && posted[key] != says)
            {
                world.Failures.Add($"P5 {key} was posted as {posted[key]} and changed to {says}");
            }
        }
    }
}
