using QtcHub.Webhooks;
using Refit;

namespace QtcHub.Connectors.Zuora;

/// <summary>One Zuora tenant. As a source: its callouts, its records, and its queries and lists as the net under lost callouts. As a target: see <see cref="ZuoraTargets"/>.</summary>
internal sealed class ZuoraConnector : IWebhookSource, IStampReader, IBackfill, IRecordMatcher
{
    private readonly ZuoraWebhook webhook;
    private readonly ZuoraRecords records;
    private readonly ZuoraChanges changes;
    private readonly ZuoraBackfill backfill;
    private readonly ZuoraWriter writer;
    private readonly ZuoraOptions options;

    public ZuoraConnector(ConnectorContext context)
    {
        options = ZuoraOptions.Of(context);
        var http = new VendorHttp(context);
        var api = RestService.For<IZuoraApi>(http.Client);
        var auth = new ZuoraAuth(http, api, options, context.Time);
        var calls = new ZuoraCalls(http, api, auth, options, context.Time);
        webhook = new ZuoraWebhook(options);
        records = new ZuoraRecords(calls);
        changes = new ZuoraChanges(calls);
        backfill = new ZuoraBackfill(calls);
        writer = new ZuoraWriter(calls, new ZuoraWriterCalls(http, api, auth, options, context.Time), options);
    }

    public WebhookVerdict Verify(WebhookRequest request) => webhook.Verify(request);

    public Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body) => ZuoraCallout.ReadNotices(body);

    public Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken) =>
        records.ReadAsync(externalType, externalId, cancellationToken);

    public string? ReferenceIn(string externalType, ReadOnlyMemory<byte> record) => ZuoraStamp.In(options, externalType, record);

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
        writer.FindAsync(request, cancellationToken);

    public Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken) =>
        writer.MatchAsync(request, cancellationToken);
}
