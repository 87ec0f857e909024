using QtcHub.Webhooks;
using Refit;

namespace QtcHub.Connectors.Paperbox;

/// <summary>One Paperbox account as a source and a target of billing accounts.</summary>
internal sealed class PaperboxConnector : IWebhookSource, IStampReader, IChangeFeed, IRecordWriter
{
    private readonly PaperboxWebhook webhook;
    private readonly PaperboxRecords records;
    private readonly PaperboxChanges changes;
    private readonly PaperboxWriter writer;

    public PaperboxConnector(ConnectorContext context)
    {
        var options = new PaperboxOptions(context);
        var http = new VendorHttp(context);
        var calls = new PaperboxCalls(http, RestService.For<IPaperboxApi>(http.Client), options, context.Time);
        webhook = new PaperboxWebhook(options);
        records = new PaperboxRecords(calls);
        changes = new PaperboxChanges(calls);
        writer = new PaperboxWriter(calls);
    }

    public WebhookVerdict Verify(WebhookRequest request) => webhook.Verify(request);

    public Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body) => PaperboxEvents.ReadNotices(body);

    public Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken)
    {
        Invariant.Holds(externalType == PaperboxKind.Account, "a type that the kind declares");
        return records.ReadAsync(externalId, cancellationToken);
    }

    public string? ReferenceIn(string externalType, ReadOnlyMemory<byte> record) =>
        VendorJson.TryParse(record, out var account) ? account.Text("reference") : null;

    public Task<Outcome<ChangePage>> ReadChangesAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    ) => changes.ReadAsync(cursor, from, until, cancellationToken);

    public Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken) =>
        writer.WriteAsync(request, cancellationToken);

    public Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken) =>
        records.FindAsync(request, cancellationToken);
}
