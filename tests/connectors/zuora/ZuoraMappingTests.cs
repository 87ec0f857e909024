using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Zuora;
using QtcHub.Hosting;
using QtcHub.Mapping;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>What the connector reads of a tenant that has lived, through the shipped mappings, into records that keep their own rules.</summary>
public sealed class ZuoraMappingTests
{
    internal static readonly MappingCatalog Catalog = Load();

    private readonly ZuoraSourceBench bench = new();

    [Fact]
    public async Task Every_record_of_a_quarter_of_three_companies_becomes_a_canonical_record_that_keeps_its_rules()
    {
        bench.Vendor.RequestsPerMinute = int.MaxValue;
        bench.Vendor.PlayLife(new DateOnly(2026, 5, 1), 3);
        var kind = new ZuoraKind();
        var made = new Dictionary<RecordType, int>();
        var entities = new SortedSet<string>(StringComparer.Ordinal);
        var source = (IWebhookSource)bench.Connector;
        var changes = await bench.PollAsync(DateTimeOffset.UnixEpoch, bench.Now.AddYears(1));
        foreach (
            var notice in changes
                .SelectMany(change => source.ReadNotices(change.Body).Value)
                .DistinctBy(one => (one.ExternalType, one.ExternalId))
        )
        {
            var members = kind.Facts.Lists.ContainsKey(notice.ExternalType)
                ? await bench.ListAsync(notice.ExternalType, notice.ExternalId)
                : [notice];
            foreach (var member in members)
            {
                var type = kind.Facts.Sources.Single(pair => pair.Value == member.ExternalType).Key;
                var found = Assert.IsType<RecordReading.Found>(await bench.ReadAsync(member.ExternalType, member.ExternalId));
                entities.Add(Take(type, member.ExternalType, found.Record).Entity);
                made[type] = made.GetValueOrDefault(type) + 1;
            }
        }

        Assert.Equal(["de", "jp", "us"], entities);
        Assert.All(
            [
                RecordType.BillingAccount,
                RecordType.Subscription,
                RecordType.BillRun,
                RecordType.Invoice,
                RecordType.CreditNote,
                RecordType.Payment,
                RecordType.Application,
                RecordType.DocumentState,
                RecordType.Product,
            ],
            type => Assert.True(made.GetValueOrDefault(type) > 0, $"no {type}")
        );
    }

    internal static CanonicalRecord Take(RecordType type, string externalType, ReadOnlyMemory<byte> record)
    {
        var mapping = Catalog.In("zuora", externalType, type)!;
        var context = new MappingContext
        {
            Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
            Resolved = mapping
                .ReferencesIn(record)
                .Value.Distinct()
                .ToDictionary(reference => reference, reference => CanonicalId.Mint(reference.Type, "zuora", "any", reference.Id).Value),
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
