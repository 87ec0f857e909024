using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;

namespace QtcHub.Tests.Core.Connectors;

/// <summary>A kind of system that tells of nothing by itself: a source of entries, which are of customers that the hub has written there.</summary>
internal sealed class PolledKind(ScriptedVendor vendor) : IConnectorKind
{
    public string Name => "polled";

    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["erp"],
            CredentialSets =
            [
                ["token"],
            ],
            Sources = new Dictionary<RecordType, string> { [RecordType.Invoice] = "entry" },
            Targets = new Dictionary<RecordType, TargetFacts>
            {
                [RecordType.BillingAccount] = new()
                {
                    ExternalType = "customer",
                    Part = "customer",
                    Idempotency = Idempotency.UpsertByExternalId,
                    LongestWork = TimeSpan.FromSeconds(30),
                    ConsistentLookup = true,
                },
            },
        };

    public IConnector Create(ConnectorContext context) => new PolledConnector(vendor);

    /// <summary>The delivery that a poll makes of an entry.</summary>
    public static PolledDelivery Change(string eventId, string entry) => new(eventId, Encoding.UTF8.GetBytes(entry));

    private sealed class PolledConnector(ScriptedVendor vendor) : IRecordReader, IChangeFeed, IRecordWriter
    {
        public Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body) =>
            (Notice[])[new Notice("entry", Encoding.UTF8.GetString(body.Span), Marker.AnyTime, null)];

        public Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken) =>
            vendor.ReadAsync($"{externalType}/{externalId}");

        public Task<Outcome<ChangePage>> ReadChangesAsync(
            string? cursor,
            DateTimeOffset from,
            DateTimeOffset until,
            CancellationToken cancellationToken
        ) => Task.FromResult(vendor.Page(cursor, from, until));

        public Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken) =>
            vendor.WriteAsync(request);

        public Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(vendor.Find(request.Reference, request.ExternalId));
    }
}
