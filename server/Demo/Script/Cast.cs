namespace QtcHub.Server.Demo.Script;

/// <summary>Who plays in a storyline: each time another customer, and where there are no more the first one again.</summary>
internal sealed class Cast(IReadOnlyList<Customer> company)
{
    private readonly Dictionary<string, int> next = new(StringComparer.Ordinal);

    /// <summary>An American customer that pays by card.</summary>
    public Customer ByCard() => Next("card", customer => customer is { IsPlain: true, PaysBy: PaysBy.Card });

    /// <summary>A customer of a legal company that pays by wire.</summary>
    public Customer ByWire(string entity) =>
        Next(entity, customer => customer is { IsPlain: true, PaysBy: PaysBy.Wire } && customer.Entity == entity);

    /// <summary>A customer of a kind of which there is one.</summary>
    public Customer Only(Func<Customer, bool> which) => company.Single(customer => !customer.IsPlain && which(customer));

    private Customer Next(string role, Func<Customer, bool> which)
    {
        var candidates = company.Where(which).ToList();
        var at = next[role] = next.GetValueOrDefault(role, -1) + 1;
        return candidates[at % candidates.Count];
    }
}
