using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.NetSuite;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>What stood in the account before the hub is found by what it says.</summary>
public sealed class NetSuiteMatchTests : IDisposable
{
    private readonly NetSuiteBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Records_are_found_by_their_number_or_the_processors_reference_and_only_those_of_the_type()
    {
        var customer = await bench.CustomerAsync();
        var invoice = await bench.InvoiceAsync(customer, number: "N-1");
        var memo = await bench.SaveAsync(RecordType.CreditNote, "crn_1", NetSuiteBench.Invoice(customer, "N-1"));
        var payment = await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment(customer, "119.00"));

        Assert.Equal([customer], await MatchAsync(RecordType.BillingAccount, "number", "A-1"));
        Assert.Equal([invoice], await MatchAsync(RecordType.Invoice, "number", "N-1"));
        Assert.Equal([memo], await MatchAsync(RecordType.CreditNote, "number", "N-1"));
        Assert.Equal([payment], await MatchAsync(RecordType.Payment, "processorReference", "pi_1"));
        Assert.Empty(await MatchAsync(RecordType.Refund, "processorReference", "pi_1"));
        Assert.Empty(await MatchAsync(RecordType.Invoice, "number", "x' OR 'a' = 'a"));
    }

    [Fact]
    public async Task Several_records_of_one_number_are_told_as_several()
    {
        var customer = await bench.CustomerAsync();
        for (var copy = 0; copy < 3; copy++)
        {
            await bench.InvoiceAsync(customer, $"inv_{copy}", "N-1");
        }

        Assert.Equal(3, (await MatchAsync(RecordType.Invoice, "number", "N-1")).Count);
    }

    [Fact]
    public async Task What_the_hub_wrote_as_a_customer_is_no_account_of_that_number_and_the_other_way_round()
    {
        const string body = """{"companyName":"Muster","accountNumber":"A-1","subsidiary":{"id":"2"}}""";
        await bench.SaveAsync(RecordType.Customer, CanonicalId.Mint(RecordType.Customer, "crm", "Account", "1").Value, body);
        Assert.Empty(await MatchAsync(RecordType.BillingAccount, "number", "A-1", body));

        await bench.SaveAsync(RecordType.BillingAccount, CanonicalId.Mint(RecordType.BillingAccount, "crm", "Account", "1").Value, body);
        Assert.Single(await MatchAsync(RecordType.BillingAccount, "number", "A-1", body));
        Assert.Single(await MatchAsync(RecordType.Customer, "number", "A-1", body));
    }

    [Fact]
    public void What_can_be_matched_is_declared()
    {
        var targets = new NetSuiteKind().Facts.Targets;
        Assert.Equal(["number"], targets[RecordType.DebitMemo].MatchedBy);
        Assert.Equal(["processorReference"], targets[RecordType.Payment].MatchedBy);
        Assert.Empty(targets[RecordType.Application].MatchedBy);
    }

    private async Task<IReadOnlyList<string>> MatchAsync(RecordType type, string field, string value, string body = "") =>
        (
            await ((IRecordMatcher)bench.Connector).MatchAsync(
                new MatchRequest(type, field, value) { Body = Encoding.UTF8.GetBytes(body) },
                CancellationToken.None
            )
        ).Value;
}
