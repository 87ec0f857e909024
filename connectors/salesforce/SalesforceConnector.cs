using QtcHub.Webhooks;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// One Salesforce org. As a source: its outbound messages, its records, and its queries as the net under lost messages. As a target of what billing and the
/// processor know: see <see cref="SalesforceTargets"/>.
/// </summary>
internal sealed class SalesforceConnector : IWebhookSource, IRecordReader, IBackfill, IRecordMatcher
{
    private readonly SalesforceOptions options;
    private readonly SalesforceWebhook webhook;
    private readonly SalesforceRecords records;
    private readonly SalesforceChanges changes;
    private readonly SalesforceBackfill backfill;
    private readonly SalesforceLookup lookup;
    private readonly SalesforceWriter writer;

    public SalesforceConnector(ConnectorContext context)
    {
        options = SalesforceOptions.Of(context);
        var calls = SalesforceCalls.Over(context, options);
        var rows = new SalesforceRows(calls);
        webhook = new SalesforceWebhook(options);
        records = new SalesforceRecords(rows, options);
        changes = new SalesforceChanges(rows, options, context.Time);
        backfill = new SalesforceBackfill(rows, options);
        lookup = new SalesforceLookup(calls, options.Objects);
        writer = new SalesforceWriter(calls, lookup, options.Objects);
    }

    public WebhookVerdict Verify(WebhookRequest request) => webhook.Verify(request);

    public Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body) => SalesforceNotices.Read(body, options);

    public Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken) =>
        records.ReadAsync(externalType, externalId, cancellationToken);

    public Task<Outcome<ChangePage>> ReadChangesAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    ) => changes.ReadAsync(cursor, from, until, cancellationToken);

    public Task<Outcome<ChangePage>> ReadRecordsAsync(
        string externalType,
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    ) => backfill.ReadAsync(externalType, cursor, from, until, cancellationToken);

    public Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken) =>
        writer.WriteAsync(request, cancellationToken);

    public Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken) =>
        lookup.FindAsync(request, cancellationToken);

    public Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken) =>
        lookup.MatchAsync(request, cancellationToken);
}
