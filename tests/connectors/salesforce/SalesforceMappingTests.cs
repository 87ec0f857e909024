using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>What the connector reads of an org, through the shipped mappings, into records that keep their own rules.</summary>
public sealed class SalesforceMappingTests : IDisposable
{
    private static readonly MappingCatalog Catalog = Load();
    private static readonly DateOnly August = new(2026, 8, 1);

    private readonly SalesforceSourceBench bench = new(("orders", "both"));

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Every_record_that_a_poll_tells_of_becomes_a_canonical_record_that_keeps_its_rules()
    {
        Play();
        var made = new List<CanonicalRecord>();
        var kind = new SalesforceKind();
        var source = (IWebhookSource)bench.Connector;
        foreach (var notice in (await bench.PollAsync()).SelectMany(change => source.ReadNotices(change.Body).Value).Distinct())
        {
            var members = kind.Facts.Lists.ContainsKey(notice.ExternalType)
                ? Assert.IsType<RecordReading.Listed>(await bench.ReadAsync(notice.ExternalType, notice.ExternalId)).Members
                : [notice];
            foreach (var member in members)
            {
                var type = kind.Facts.Sources.Single(pair => pair.Value == member.ExternalType).Key;
                var found = Assert.IsType<RecordReading.Found>(await bench.ReadAsync(member.ExternalType, member.ExternalId));
                made.Add(Take(type, member.ExternalType, found.Record));
            }
        }

        Assert.Equal(
            "BillingAccount 3, Contact 1, Customer 2, Order 2, Product 1",
            string.Join(
                ", ",
                made.CountBy(record => record.Type)
                    .OrderBy(pair => $"{pair.Key}", StringComparer.Ordinal)
                    .Select(pair => $"{pair.Key} {pair.Value}")
            )
        );
        Assert.Equal(["de"], made.Where(record => record.Type is not RecordType.Product).Select(record => record.Entity).Distinct());
    }

    [Fact]
    public async Task An_order_carries_its_quote_its_exact_prices_and_its_term()
    {
        var (account, product) = (bench.Account(), bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 10_010)]));
        var quote = bench.Org.Quote(account, "Q-1");
        var order = bench.Org.PlaceOrder(account, quote, August, [new PlayedSale(product, 2.5m, 8_999, 12)]);
        bench.Org.ActivateOrder(order);

        var found = Assert.IsType<RecordReading.Found>(await bench.ReadAsync("Order", order));
        var taken = Assert.IsType<Order>(Take(RecordType.Order, "Order", found.Record));
        var line = Assert.Single(taken.Lines);
        Assert.Equal((quote, "open", August), (taken.Quote, taken.Status, taken.OrderedOn));
        Assert.Equal(
            ("new", "SEAT", 2.5m, 100.10m, 10.11m, 89.99m),
            (line.Action, line.Sku, line.Quantity, line.ListPrice, line.Discount, line.NetPrice)
        );
        Assert.Equal((August, new DateOnly(2027, 7, 31)), (line.ServiceStart, line.ServiceEnd));
    }

    private void Play()
    {
        var (parent, account) = (bench.Account("Parent"), bench.Account("Child"));
        bench.Put("Account", account, ("ParentId", parent), ("VatNumber__c", "DE1"));
        bench.Org.AddContact(account, "Ada Byron", "ada@example.com");
        var product = bench.Org.PutProduct("SEAT", "Seat", [new PlayedPrice("EUR", 1000), new PlayedPrice("USD", 1200)]);
        bench.Org.ActivateOrder(bench.Org.PlaceOrder(account, null, August, [new PlayedSale(product, 3, 900, 12)]));
        bench.Org.WinOpportunity(account, bench.Org.Quote(account, "Q-2"), August, [new PlayedSale(product, 1, 950, 24)]);
    }

    private static CanonicalRecord Take(RecordType type, string externalType, ReadOnlyMemory<byte> record)
    {
        var mapping = Catalog.In("salesforce", externalType, type)!;
        var context = new MappingContext
        {
            Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
            Resolved = mapping
                .ReferencesIn(record)
                .Value.Distinct()
                .ToDictionary(
                    reference => reference,
                    reference => CanonicalId.Mint(reference.Type, "salesforce", "any", reference.Id).Value
                ),
        };
        var mapped = mapping.Map(record, context);
        Assert.True(mapped.Fault is null, $"{externalType}: {mapped.Fault?.Detail}");
        var read = CanonicalJson.Read(type, mapped.Value.Span).Value;
        Assert.True(read.Validate() is null, $"{externalType}: {read.Validate()?.Detail}");
        return read;
    }

    private static MappingCatalog Load()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "mappings");
        var files = Directory
            .EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".cases.yaml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new MappingFile(path, File.ReadAllText(path)));
        var loaded = MappingCatalog.Compile([.. files]);
        Assert.Empty(loaded.Errors);
        return loaded.Catalog;
    }
}
