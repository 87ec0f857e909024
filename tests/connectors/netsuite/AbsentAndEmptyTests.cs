using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>What is absent is left alone at the target and what is empty is cleared there, seen in the bytes that go out.</summary>
public sealed class AbsentAndEmptyTests
{
    private const string Full =
        """{"entity":"us","number":"A-1","name":"One","currency":"USD","email":"a@example.com","phone":"1","taxStatus":"taxable","active":true}""";

    private const string Emptied = """{"entity":"us","number":"A-1","name":"One","currency":"USD","taxStatus":"taxable","active":true}""";

    private static readonly CompiledMapping Mapping = MappingCatalog
        .Load([Path.Combine(AppContext.BaseDirectory, "mappings")])
        .Catalog.Out("netsuite", RecordType.BillingAccount, "customer")!;

    [Fact]
    public async Task What_its_owner_emptied_is_cleared_and_what_the_target_owns_is_not_named()
    {
        using var bench = new NetSuiteBench();
        var id = await bench.SaveAsync(RecordType.BillingAccount, "acc_1", Mapped(Full));

        await bench.SaveAsync(RecordType.BillingAccount, "acc_1", Mapped(Emptied, "phone"), id);

        var sent = Encoding.UTF8.GetString(bench.Wire.Seen[^1].Body);
        Assert.Contains("\"email\":null", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("phone", sent, StringComparison.Ordinal);
        Assert.Null(Assert.Single(bench.Account.Book().Accounts).Email);
        Assert.Equal("1", (string?)Assert.Single(bench.Account.Records("customer")!)!["phone"]);
    }

    [Fact]
    public async Task An_account_that_leaves_its_customer_is_taken_out_from_under_it()
    {
        using var bench = new NetSuiteBench();
        var parent = await bench.CustomerAsync("cus_1");
        var below = $$$"""{"companyName":"One","accountNumber":"A-2","subsidiary":{"id":"2"},"parent":{"id":"{{{parent}}}"}}""";
        var id = await bench.SaveAsync(RecordType.BillingAccount, "acc_1", below);
        Assert.Equal(parent, ParentOf(bench, id));

        await bench.SaveAsync(RecordType.BillingAccount, "acc_1", Mapped(Emptied, "phone", "email"), id);

        Assert.Contains("\"parent\":null", Encoding.UTF8.GetString(bench.Wire.Seen[^1].Body), StringComparison.Ordinal);
        Assert.Null(ParentOf(bench, id));
    }

    private static string? ParentOf(NetSuiteBench bench, string id) =>
        (string?)bench.Account.Records("customer")!.Single(customer => (string?)customer!["id"] == id)!["parent"]?["id"];

    private static string Mapped(string record, params string[] omit) =>
        Encoding.UTF8.GetString(
            Mapping
                .Map(
                    Encoding.UTF8.GetBytes(record),
                    new MappingContext
                    {
                        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
                        Resolved = new Dictionary<Reference, string>(),
                        Omit = new HashSet<string>(omit, StringComparer.Ordinal),
                    }
                )
                .Value.Span
        );
}
