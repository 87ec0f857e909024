using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Server;

/// <summary>A kind that only these tests know, in memory: it lists accounts in pages of five, and takes them.</summary>
internal sealed class ListingKind : IConnectorKind
{
    public const string Mappings = """
        mapping: listing.account -> BillingAccount
        fields:
          entity: $entity
          number: id
          name: name
          taxStatus: 'taxable'
        """;

    public const string Out = """
        mapping: BillingAccount -> listing.copy
        fields:
          number: number
          name: name
        """;

    public string Name => "listing";

    /// <summary>How many accounts the source holds.</summary>
    public int Held { get; init; }

    /// <summary>What was written to the target, by the hub's reference.</summary>
    public SortedDictionary<string, string> Written { get; } = new(StringComparer.Ordinal);

    /// <summary>What stands in the target that the hub has not written, by its number.</summary>
    public Dictionary<string, string[]> Standing { get; } = new(StringComparer.Ordinal);

    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["billing", "erp"],
            CredentialSets =
            [
                ["token"],
            ],
            StableEventIds = true,
            Acknowledgement = new Acknowledgement("text/xml", "<Ack>true</Ack>"),
            Sources = new Dictionary<RecordType, string> { [RecordType.BillingAccount] = "account" },
            Targets = new Dictionary<RecordType, TargetFacts>
            {
                [RecordType.BillingAccount] = new()
                {
                    ExternalType = "copy",
                    Part = "copy",
                    Idempotency = Idempotency.UpsertByExternalId,
                    LongestWork = TimeSpan.FromSeconds(1),
                    ConsistentLookup = true,
                    MatchedBy = ["number"],
                },
            },
        };

    public IConnector Create(ConnectorContext context) => new ListingConnector(this);

    /// <summary>Writes a hub of two systems of this kind, <c>shop</c> and <c>books</c>.</summary>
    public static string WriteHub(string folder, bool startsByLink = false)
    {
        var mappings = Directory.CreateDirectory(Path.Combine(folder, "mappings", "listing"));
        File.WriteAllText(Path.Combine(mappings.FullName, "account.yaml"), Mappings);
        File.WriteAllText(Path.Combine(mappings.FullName, "copy.yaml"), Out);
        var path = Path.Combine(folder, "hub.yaml");
        File.WriteAllText(
            path,
            $$"""
            hub: test
            mappings: mappings
            entities:
              us: {name: Example Inc., currency: USD, timeZone: America/New_York}
            systems:
              shop: {kind: listing, roles: [billing], entity: us, baseUrl: 'https://shop.invalid/', credentials: {token: 'env:X'}, callTimeout: 1s}
              books: {kind: listing, roles: [erp], entity: us, baseUrl: 'https://books.invalid/', credentials: {token: 'env:X'}, callTimeout: 1s}
            match: {BillingAccount: number}
            routes:
              - {record: BillingAccount, from: shop, to: [books]{{(startsByLink ? ", startsBy: link" : "")}}}
            """
        );
        return path;
    }

    private sealed class ListingConnector(ListingKind kind) : IWebhookSource, IRecordReader, IBackfill, IRecordMatcher
    {
        private const int PageSize = 5;
        private static readonly DateTimeOffset Made = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

        public WebhookVerdict Verify(WebhookRequest request) =>
            request.Query == "?secret=right" ? new WebhookVerdict.Verified("evt-1") : new WebhookVerdict.Refused("secret-mismatch");

        public Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body) =>
            new List<Notice> { new("account", Encoding.UTF8.GetString(body.Span), Marker.At(Made), null) };

        public Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken)
        {
            var record = new JsonObject { ["id"] = externalId, ["name"] = $"Ada {externalId}" };
            return Found(new RecordReading.Found(Encoding.UTF8.GetBytes(record.ToJsonString()), Marker.At(Made)));
        }

        public Task<Outcome<ChangePage>> ReadChangesAsync(
            string? cursor,
            DateTimeOffset from,
            DateTimeOffset until,
            CancellationToken cancellationToken
        ) => Page(new ChangePage([], null, IsLast: true));

        public Task<Outcome<ChangePage>> ReadRecordsAsync(
            string externalType,
            string? cursor,
            DateTimeOffset from,
            DateTimeOffset until,
            CancellationToken cancellationToken
        )
        {
            var first = cursor is null ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
            var ids = from > Made || until <= Made ? [] : Enumerable.Range(0, kind.Held).Skip(first).Take(PageSize).Select(n => $"a{n:D3}");
            PolledDelivery[] page = [.. ids.Select(id => new PolledDelivery($"listed-{id}", Encoding.UTF8.GetBytes(id)))];
            return Page(new ChangePage(page, $"{first + PageSize}", IsLast: page.Length < PageSize));
        }

        public Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
        {
            lock (kind.Written)
            {
                kind.Written[request.Reference] = Encoding.UTF8.GetString(request.Body.Span);
            }

            return Task.FromResult<Outcome<WriteReceipt>>(new WriteReceipt($"b-{request.Reference}"));
        }

        public Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<Lookup>>(
                request.ExternalId is { } id && kind.Standing.FirstOrDefault(pair => pair.Value.Contains(id)) is { Key: { } number }
                    ? new Lookup.Found(id, Encoding.UTF8.GetBytes($$"""{"number":"{{number}}","name":"Ada {{number}}"}"""))
                    : new Lookup.Absent()
            );

        public Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<IReadOnlyList<string>>>(kind.Standing.GetValueOrDefault(request.Value, []));

        private static Task<Outcome<RecordReading>> Found(RecordReading reading) => Task.FromResult<Outcome<RecordReading>>(reading);

        private static Task<Outcome<ChangePage>> Page(ChangePage page) => Task.FromResult<Outcome<ChangePage>>(page);
    }
}
