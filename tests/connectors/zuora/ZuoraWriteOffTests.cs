using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>What a payment lacks of an invoice and is given up.</summary>
public sealed class ZuoraWriteOffTests
{
    private const RecordType Type = RecordType.Application;
    private readonly ZuoraTargetBench bench = new();

    [Fact]
    public async Task What_is_given_up_is_a_credit_memo_of_the_invoice_over_exactly_that_without_tax_and_closes_it()
    {
        var invoice = await OwedAsync(250);
        var id = await bench.SaveAsync(Type, "pay_1", Asked(invoice, "2.50"));

        var memo = Assert.Single(bench.Tenant.Book().Memos);
        Assert.Equal((id, true, 250L, 0L), (memo.Id, memo.IsCredit, memo.Total, memo.Tax));
        Assert.Equal(250, Assert.Single(memo.Applications).Amount);
        Assert.Equal("bank-fees", (string?)(await bench.ReadAsync("credit-memo", id))["reasonCode"]);
        Assert.Equal(0, bench.Tenant.Book().Totals.Single(total => total.Kind == "Invoice").Balance);
    }

    [Fact]
    public async Task Asked_again_under_another_key_it_is_found_by_its_reference_and_nothing_more_is_given_up()
    {
        var invoice = await OwedAsync(250);
        var id = await bench.SaveAsync(Type, "pay_1", Asked(invoice, "2.50"));
        Assert.Equal(id, await bench.SaveAsync(Type, "pay_1", Asked(invoice, "2.50")));
        Assert.Equal(id, Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "pay_1", body: Asked(invoice, "2.50"))).ExternalId);
        Assert.IsType<Lookup.Absent>(await bench.FindAsync(Type, "pay_2", body: Asked(invoice, "2.50")));
        Assert.Single(bench.Tenant.Book().Memos);
    }

    [Theory]
    [InlineData("2.49")]
    [InlineData("2.51")]
    public async Task Where_another_amount_is_owed_by_then_nothing_is_given_up(string amount)
    {
        var invoice = await OwedAsync(250);
        var refused = Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Type, "pay_1", Asked(invoice, amount))).Fault);
        Assert.Equal("owed-otherwise", refused.VendorCode);
        Assert.Empty(bench.Tenant.Book().Memos);
    }

    [Fact]
    public async Task It_is_divided_among_the_items_of_the_invoice_the_largest_first_and_dated_no_earlier_than_the_invoice()
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Tenant.IssueInvoice(account, [new PlayedLine("Small", 1, 100), new PlayedLine("Large", 1, 300)], 0);
        bench.Tenant.TakePayment(account, 50, "EUR", [new PlayedApplication(invoice, 50)]);
        var id = await bench.SaveAsync(Type, "pay_1", Asked(invoice, "3.50", day: "2020-01-01"));

        var memo = await bench.ReadAsync("credit-memo", id);
        Assert.Equal([3.00m, 0.50m], memo["items"]!.AsArray().Select(item => (decimal)item!["amountWithoutTax"]!).OrderDescending());
        Assert.Equal(bench.Tenant.Book().Invoices.Single().IssuedOn, bench.Tenant.Book().Memos.Single().IssuedOn);
    }

    [Fact]
    public async Task Taken_back_the_memo_is_canceled_and_the_invoice_is_owed_what_was_given_up_and_once_is_enough()
    {
        var invoice = await OwedAsync(250);
        var id = await bench.SaveAsync(Type, "pay_1", Asked(invoice, "2.50"));
        Assert.Equal(id, await bench.SaveAsync(Type, "pay_1", TakenBack(invoice), id));

        Assert.Equal("Canceled", (string?)(await bench.ReadAsync("credit-memo", id))["status"]);
        Assert.Equal(250, bench.Tenant.Book().Totals.Single(total => total.Kind == "Invoice").Balance);
        Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "pay_1", id, TakenBack(invoice)));

        var writes = bench.Writes.Count;
        Assert.Equal(id, await bench.SaveAsync(Type, "pay_1", TakenBack(invoice), id));
        Assert.Equal(writes, bench.Writes.Count);
    }

    [Theory]
    [InlineData("/unapply", Cut.BeforeCommit)]
    [InlineData("/unapply", Cut.AfterCommit)]
    [InlineData("/unpost", Cut.BeforeCommit)]
    [InlineData("/unpost", Cut.AfterCommit)]
    [InlineData("/cancel", Cut.BeforeCommit)]
    [InlineData("/cancel", Cut.AfterCommit)]
    public async Task What_an_earlier_call_has_done_of_taking_it_back_is_not_done_again(string act, Cut cut)
    {
        var invoice = await OwedAsync(250);
        var id = await bench.SaveAsync(Type, "pay_1", Asked(invoice, "2.50"));
        bench.Lose("PUT", act, cut);
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "pay_1", TakenBack(invoice), id)).Fault);
        bench.Faults.Clear();

        await bench.SaveAsync(Type, "pay_1", TakenBack(invoice), id);
        Assert.Equal("Canceled", (string?)(await bench.ReadAsync("credit-memo", id))["status"]);
        Assert.Equal(250, bench.Tenant.Book().Totals.Single(total => total.Kind == "Invoice").Balance);
    }

    private static string TakenBack(string invoice) =>
        Asked(invoice, "2.50").Replace("}", ",\"status\":\"Canceled\"}", StringComparison.Ordinal);

    private static string Asked(string invoice, string amount, string day = "2026-08-03") =>
        $$"""{"invoiceId":"{{invoice}}","amount":{{amount}},"effectiveDate":"{{day}}","reasonCode":"bank-fees"}""";

    /// <summary>An invoice of which so much is still owed.</summary>
    private async Task<string> OwedAsync(long cents)
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Invoice(account, 10_000);
        bench.Tenant.TakePayment(account, 10_000 - cents, "EUR", [new PlayedApplication(invoice, 10_000 - cents)]);
        return invoice;
    }
}
