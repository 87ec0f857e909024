namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// Which accounts are customers, and whose. A customer is an account that others are under, and its own account is one of them. Nothing of its own row says so: it begins
/// and ends with the rows of others, so whoever is told of one looks at what that one is under too.
/// </summary>
internal sealed class SalesforceCustomers(SalesforceRows rows, SalesforceOptions options)
{
    /// <summary>The field that holds the account that another one is under.</summary>
    public const string Parent = "ParentId";

    /// <summary>Whether an account that stands is a customer, and by which account under it.</summary>
    public async Task<Outcome<SalesforceGroup>> JudgeAsync(string id, CancellationToken cancellationToken)
    {
        if (options.AllAreCustomers)
        {
            return new SalesforceGroup(true, null);
        }

        var read = await rows.ReadAsync(
            $"SELECT Id FROM Account WHERE {Parent} = {Soql.Text(id)} LIMIT 1",
            alsoDeleted: false,
            cancellationToken
        );
        return !read.TryGet(out var under, out var fault) ? fault
            : under is [var one, ..] ? new SalesforceGroup(true, one.Text("Id"))
            : new SalesforceGroup(false, null);
    }

    /// <summary>
    /// The customers that a change of an account may be news of, and the account of the one that it is under. What may have ended as one is looked at too. All of it is
    /// one reading: were they two, one could see an account under another and the other one not, and only the one would be told when it is there no more.
    /// </summary>
    public async Task<Outcome<RecordReading>> ListAsync(string id, CancellationToken cancellationToken)
    {
        var read = await rows.ReadAsync(
            $"SELECT Id, IsDeleted, {Parent} FROM Account WHERE Id = {Soql.Text(id)}",
            alsoDeleted: true,
            cancellationToken
        );
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found is not [var row] || row.IsTrue("IsDeleted"))
        {
            return Listed(id, found.Count > 0 ? found[0].Text(Parent) : null);
        }

        var judged = await JudgeAsync(id, cancellationToken);
        return judged.TryGet(out var group, out fault) ? Listed(group.IsCustomer ? id : null, row.Text(Parent)) : fault;
    }

    private static RecordReading.Listed Listed(string? customer, string? parent) =>
        new([
            .. new[] { customer, parent }.OfType<string>().Distinct(StringComparer.Ordinal).Select(id => News(SalesforceKind.Account, id)),
            .. new[] { parent }.OfType<string>().Select(id => News(SalesforceKind.AccountBilling, id)),
        ]);

    private static Notice News(string type, string id) => new(type, id, Marker.AnyTime, null);
}

/// <summary>Whether an account is a customer, and an account by which it is one: it tells of what it is under by its list, and nobody else does.</summary>
internal sealed record SalesforceGroup(bool IsCustomer, string? Under)
{
    public SourceList? List => Under is { } account ? new SourceList(SalesforceKind.AccountCustomers, account) : null;
}
