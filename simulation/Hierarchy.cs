namespace QtcHub.Simulation;

/// <summary>Which accounts the company has put under which, by their ids in sales: nothing is under itself, however far up.</summary>
internal sealed class Hierarchy
{
    private readonly SortedDictionary<string, string> parents = new(StringComparer.Ordinal);

    public string? ParentOf(string account) => parents.GetValueOrDefault(account);

    /// <summary>Whether an account is another, or below it.</summary>
    public bool IsUnder(string account, string other) => account == other || (ParentOf(account) is { } parent && IsUnder(parent, other));

    public void Put(string account, string? parent)
    {
        parents.Remove(account);
        if (parent is not null)
        {
            parents.Add(account, parent);
        }
    }

    /// <summary>What was under an account is under the one that it was merged into, and that one under nothing that was below it.</summary>
    public void Merge(string into, string account)
    {
        if (IsUnder(into, account))
        {
            parents.Remove(into);
        }

        parents.Remove(account);
        foreach (var (child, _) in parents.Where(pair => pair.Value == account).ToList())
        {
            parents[child] = into;
        }
    }
}
