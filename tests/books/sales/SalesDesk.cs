using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;

namespace QtcHub.Tests.Books.Sales;

/// <summary>
/// A kind of system that only these tests know, in memory: where accounts are opened, products offered and orders agreed, and what is told of the subscriptions
/// that come of them.
/// </summary>
internal sealed class SalesDesk : IConnectorKind
{
    private readonly SortedDictionary<string, JsonObject> records = new(StringComparer.Ordinal);
    private readonly List<string> changes = [];

    public SalesDesk() => Connector = new DeskConnector(this);

    public string Name => "desk";

    public IConnector Connector { get; }

    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["crm"],
            CredentialSets =
            [
                ["token"],
            ],
            StableEventIds = true,
            Sources = new Dictionary<RecordType, string>
            {
                [RecordType.Customer] = "customer",
                [RecordType.BillingAccount] = "account",
                [RecordType.Product] = "product",
                [RecordType.Order] = "order",
            },
            Targets = new Dictionary<RecordType, TargetFacts>
            {
                [RecordType.Customer] = Target("customer"),
                [RecordType.Subscription] = Target("subscription"),
            },
        };

    /// <summary>What the desk was told of subscriptions, in the order in which it was told; its own id of each is the <c>reference</c>.</summary>
    public List<JsonObject> Told { get; } = [];

    public IConnector Create(ConnectorContext context) => Connector;

    /// <summary>Somebody makes a customer known, or renames it.</summary>
    public void Know(string id, string name) => Put($"customer/{id}", new JsonObject { ["number"] = id, ["name"] = name });

    /// <summary>Somebody opens an account, of a customer or of none.</summary>
    public void Open(string id, string name, string state, string? customer = null) =>
        Put(
            $"account/{id}",
            new JsonObject
            {
                ["number"] = id,
                ["name"] = name,
                ["state"] = state,
                ["customer"] = customer,
            }
        );

    /// <summary>Somebody offers a product at a price for one and a month, or prices it anew.</summary>
    public void Offer(string sku, string name, decimal price) =>
        Put(
            $"product/{sku}",
            new JsonObject
            {
                ["sku"] = sku,
                ["name"] = name,
                ["price"] = price,
            }
        );

    /// <summary>Somebody agrees an order over these lines.</summary>
    public void Agree(string number, string account, string orderedOn, params JsonObject[] lines) =>
        Put(
            $"order/{number}",
            new JsonObject
            {
                ["number"] = number,
                ["account"] = account,
                ["orderedOn"] = orderedOn,
                ["lines"] = new JsonArray([.. lines]),
            }
        );

    private static TargetFacts Target(string type) =>
        new()
        {
            ExternalType = type,
            Part = type,
            Idempotency = Idempotency.UpsertByExternalId,
            LongestWork = TimeSpan.FromSeconds(1),
            ConsistentLookup = true,
        };

    private void Put(string key, JsonObject record)
    {
        records[key] = record;
        changes.Add(key);
    }

    /// <summary>The connector; its id of a subscription is the hub's reference.</summary>
    private sealed class DeskConnector(SalesDesk desk) : IRecordReader, IChangeFeed, IRecordWriter
    {
        public Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body)
        {
            var (type, id) = Encoding.UTF8.GetString(body.Span).Split('/') is [var first, var second] ? (first, second) : ("", "");
            return (Notice[])[new Notice(type, id, Marker.AnyTime, null)];
        }

        public Task<Outcome<RecordReading>> ReadAsync(string externalType, string externalId, CancellationToken cancellationToken)
        {
            RecordReading reading = desk.records.TryGetValue($"{externalType}/{externalId}", out var record)
                ? new RecordReading.Found(Encoding.UTF8.GetBytes(record.ToJsonString()), Marker.AnyTime)
                : new RecordReading.Missing();
            return Task.FromResult<Outcome<RecordReading>>(reading);
        }

        public Task<Outcome<ChangePage>> ReadChangesAsync(
            string? cursor,
            DateTimeOffset from,
            DateTimeOffset until,
            CancellationToken cancellationToken
        )
        {
            var told = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
            var page = desk
                .changes.Select((key, at) => new PolledDelivery(at.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(key)))
                .Skip(told)
                .ToList();
            var next = desk.changes.Count.ToString(CultureInfo.InvariantCulture);
            return Task.FromResult<Outcome<ChangePage>>(new ChangePage(page, next, IsLast: true));
        }

        public Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
        {
            if (request.Type == RecordType.Subscription)
            {
                var told = JsonNode.Parse(request.Body.Span)!.AsObject();
                told["reference"] = request.Reference;
                desk.Told.Add(told);
            }

            return Task.FromResult<Outcome<WriteReceipt>>(new WriteReceipt(request.Reference));
        }

        public Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<Lookup>>(new Lookup.Absent());
    }
}
