using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>Products as items: found by SKU, and what NetSuite owns of them left alone.</summary>
public sealed class NetSuiteItemTests : IDisposable
{
    private readonly NetSuiteBench bench = new();

    [Fact]
    public async Task An_item_keeps_the_accounts_that_NetSuite_gave_it()
    {
        var id = await bench.SaveAsync(RecordType.Product, "prd_1", Item("PRO-1", "Pro"));
        bench.Account.Put(
            "serviceSaleItem",
            new JsonObject
            {
                ["id"] = id,
                ["incomeAccount"] = new JsonObject { ["id"] = "202" },
            }
        );

        Assert.Equal(id, await bench.SaveAsync(RecordType.Product, "prd_1", Item("PRO-1", "Pro plan"), id));
        var item = Assert.Single(bench.Account.Records("Product")!)!;
        Assert.Equal(("Pro plan", "202"), ((string?)item["displayName"], (string?)item["incomeAccount"]!["id"]));
        Assert.Single(item["subsidiary"]!["items"]!.AsArray());
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_lost_answer_is_ambiguous_and_a_repeated_write_makes_one_item(Cut cut)
    {
        bench.Faults.Plan(new PlannedFault { Method = "PUT", Cut = cut });
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(RecordType.Product, "prd_1", Item("PRO-1", "Pro"))).Fault);
        await bench.SaveAsync(RecordType.Product, "prd_1", Item("PRO-1", "Pro"));
        Assert.Single(bench.Account.Records("Product")!);
    }

    [Fact]
    public async Task An_item_that_was_there_before_the_hub_is_found_by_its_sku_and_not_made_twice()
    {
        var own = bench.Account.Put("serviceSaleItem", new JsonObject { ["itemId"] = "PRO-'1'" })!;
        Assert.Equal([(string)own["id"]!], await MatchAsync("PRO-'1'"));
        Assert.Empty(await MatchAsync("PRO-2"));

        var refused = await bench.WriteAsync(RecordType.Product, "prd_1", Item("PRO-'1'", "Pro"));
        Assert.Equal("DUP_ITEM", Assert.IsType<Fault.Rejected>(refused.Fault).VendorCode);
        Assert.Single(bench.Account.Records("Product")!);
    }

    [Theory]
    [InlineData("""{"displayName":"Pro"}""", "USER_ERROR")]
    [InlineData("""{"itemId":"PRO-1","subsidiary":{"items":[{"id":"9"}]}}""", "INVALID_KEY_OR_REF")]
    [InlineData("""{"itemId":"PRO-1","incomeAccount":{"id":"9"}}""", "INVALID_KEY_OR_REF")]
    public async Task An_item_that_cannot_stand_is_refused(string body, string code)
    {
        var refused = await bench.WriteAsync(RecordType.Product, "prd_1", body);
        Assert.Equal(code, Assert.IsType<Fault.Rejected>(refused.Fault).VendorCode);
    }

    public void Dispose() => bench.Dispose();

    private async Task<IReadOnlyList<string>> MatchAsync(string sku) =>
        (
            await ((IRecordMatcher)bench.Connector).MatchAsync(new MatchRequest(RecordType.Product, "sku", sku), CancellationToken.None)
        ).Value;

    private static string Item(string sku, string name) =>
        $$$"""{"itemId":"{{{sku}}}","displayName":"{{{name}}}","salesDescription":null,"subsidiary":{"items":[{"id":"2"}]},"isInactive":false}""";
}
