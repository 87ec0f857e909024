using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;

namespace QtcHub.Tests.Core.Hosting;

public sealed class MatchReaderTests
{
    [Theory]
    [InlineData("status", true)]
    [InlineData("entity", true)]
    [InlineData("total", true)]
    [InlineData("memo", true)]
    [InlineData("terms", true)]
    [InlineData("externalNumber", false)]
    [InlineData("number", false)]
    public void What_many_records_share_is_no_match_key_for_all_paid_invoices_would_be_one(string key, bool isRefused)
    {
        var reading = Read("routes:", $"match: {{Invoice: {key}}}\nroutes:");

        Assert.Equal(
            isRefused,
            reading.Errors.Any(error => error.ToString().Contains($"{key} is no key of Invoice", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("routes:", true)]
    [InlineData("match: {Invoice: externalNumber}\nroutes:", true)]
    [InlineData("match: {Invoice: [externalNumber, number]}\nroutes:", false)]
    public void A_route_that_starts_by_a_link_names_a_key_that_its_target_can_be_asked_by(string routes, bool isRefused)
    {
        var reading = Read("routes:", routes, "when: 'status | one-of(open, void)'", "startsBy: link");

        Assert.Equal(
            isRefused ? ["nothing finds a Invoice in books. Fix: add number to match: Invoice:"] : [],
            reading.Errors.Select(error => error.ToString().Split(": ", 2)[1])
        );
    }

    private static HubReading Read(params string[] replaced)
    {
        var kinds = new Dictionary<string, IConnectorKind>(StringComparer.Ordinal)
        {
            ["scripted"] = new ScriptedKind(TargetPromise.Upsert, new ScriptedVendor()),
        };
        var loaded = MappingCatalog.Compile(HubFiles.Mappings, HubFile.CustomFields(HubFiles.Hub));
        var facts = kinds.ToDictionary(one => one.Key, one => one.Value.Facts, StringComparer.Ordinal);
        var file = replaced.Chunk(2).Aggregate(HubFiles.Hub, (text, pair) => text.Replace(pair[0], pair[1], StringComparison.Ordinal));
        return HubFile.Parse("hub.yaml", file, facts, new HashSet<string>(kinds.Keys, StringComparer.Ordinal), loaded.Catalog);
    }
}
