using QtcHub.Webhooks;
using Refit;

namespace QtcHub.Connectors.Stripe;

/// <summary>One Stripe account as a target of customers, and as a source: its webhooks, its records, and its event log and lists as the net under lost webhooks.</summary>
internal sealed class StripeConnector : IWebhookSource, IStampReader, IBackfill, IRecordMatcher
{
    private readonly StripeWebhook webhook;
    private readonly StripeRecords records;
    private readonly StripeChanges changes;
    private readonly StripeWriter writer;

    public StripeConnector(ConnectorContext context)
    {
        var options = StripeOptions.Of(context);
        var http = new VendorHttp(context);
        var api = RestService.For<IStripeApi>(http.Client);
        var calls = new StripeCalls(http, api, options, context.Time);
        webhook = new StripeWebhook(options);
        records = new StripeRecords(calls, new StripeSettlement(calls, options), new StripeProducts(calls), new StripeSubscriptions(calls));
        changes = new StripeChanges(calls, options);
        writer = new StripeWriter(http, api, options, calls, context.Time);
    }

    public WebhookVerdict Verify(WebhookRequest request) => webhook.Verify(request);

    public Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body) => StripeEvents.ReadNotices(body);

    public Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken) =>
        records.ReadAsync(externalType, externalId, cancellationToken);

    public string? ReferenceIn(string externalType, ReadOnlyMemory<byte> record) =>
        VendorJson.TryParse(record, out var body) ? body.Object("metadata")?.Text(StripeWriter.Reference) : null;

    public Task<Outcome<ChangePage>> ReadChangesAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    ) => changes.ReadAsync(cursor, from, until, cancellationToken);

    public Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken) =>
        writer.WriteAsync(request, cancellationToken);

    public Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken) =>
        writer.FindAsync(request, cancellationToken);

    public Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken) =>
        writer.MatchAsync(request, cancellationToken);

    public Task<Outcome<ChangePage>> ReadRecordsAsync(
        string externalType,
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    ) => changes.ReadRecordsAsync(externalType, cursor, from, until, cancellationToken);
}
