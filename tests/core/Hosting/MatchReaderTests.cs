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
        var kinds = new Dictionary<string, IConnectorKind>(StringComparer.Ordinal)
        {
            ["scripted"] = new ScriptedKind(TargetPromise.Upsert, new ScriptedVendor()),
        };
        var loaded = MappingCatalog.Compile(HubFiles.Mappings, HubFile.CustomFields(HubFiles.Hub));
        var facts = kinds.ToDictionary(one => one.Key, one => one.Value.Facts, StringComparer.Ordinal);
        var file = HubFiles.Hub.Replace("routes:", $"match: {{Invoice: {key}}}\nroutes:", StringComparison.Ordinal);
        var reading = HubFile.Parse("hub.yaml", file, facts, new HashSet<string>(kinds.Keys, StringComparer.Ordinal), loaded.Catalog);

        Assert.Equal(
            isRefused,
            reading.Errors.Any(error => error.ToString().Contains($"{key} is no key of Invoice", StringComparison.Ordinal))
        );
    }
}
