namespace QtcHub.Connectors.Salesforce;

/// <summary>One Salesforce org: a target of what billing and the processor know.</summary>
internal sealed class SalesforceConnector : IRecordMatcher
{
    private readonly SalesforceLookup lookup;
    private readonly SalesforceWriter writer;

    public SalesforceConnector(SalesforceCalls calls, SalesforceObjects objects)
    {
        lookup = new SalesforceLookup(calls, objects);
        writer = new SalesforceWriter(calls, lookup, objects);
    }

    /// <inheritdoc />
    public Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken) =>
        writer.WriteAsync(request, cancellationToken);

    /// <inheritdoc />
    public Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken) =>
        lookup.FindAsync(request, cancellationToken);

    /// <inheritdoc />
    public Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken) =>
        lookup.MatchAsync(request, cancellationToken);
}
