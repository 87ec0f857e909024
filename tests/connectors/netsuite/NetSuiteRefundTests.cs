using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>Refunds against the pretend account.</summary>
public sealed class NetSuiteRefundTests : IDisposable
{
    private readonly NetSuiteBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_refund_takes_a_payments_unapplied_money_and_twice_makes_one()
    {
        var (customer, invoice, payment) = await PaidAsync("60.00");
        var first = await bench.SaveAsync(RecordType.Refund, "rfd_1", Refund(customer, payment, "40.00"));
        Assert.Equal(first, await bench.SaveAsync(RecordType.Refund, "rfd_1", Refund(customer, payment, "40.00")));

        Assert.Equal("/services/rest/record/v1/customerRefund/eid:rfd_1?replace=apply", bench.Wire.Seen[^1].Uri.PathAndQuery);
        var refund = Assert.Single(bench.Account.Book().Refunds);
        Assert.Equal(("re_1", payment, 4000L, "EUR"), (refund.Reference, refund.PaymentId, refund.Amount, refund.Currency));

        // What was refunded can be neither refunded nor applied once more.
        Assert.IsType<Fault.NotYet>((await bench.WriteAsync(RecordType.Refund, "rfd_2", Refund(customer, payment, "0.01"))).Fault);
        var more = NetSuiteBench.Payment(customer, "100.00", (invoice, "60.01"));
        Assert.IsType<Fault.Rejected>((await bench.WriteAsync(RecordType.Payment, "pay_1", more, payment)).Fault);
    }

    [Fact]
    public async Task A_refund_of_what_is_applied_waits_for_billing_to_take_the_application_back()
    {
        var (customer, _, payment) = await PaidAsync("100.00");
        var outcome = await bench.WriteAsync(RecordType.Refund, "rfd_1", Refund(customer, payment, "40.00"));
        Assert.IsType<Fault.NotYet>(outcome.Fault);
        Assert.Empty(bench.Account.Book().Refunds);

        await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment(customer, "100.00"), payment);
        await bench.SaveAsync(RecordType.Refund, "rfd_1", Refund(customer, payment, "40.00"));
    }

    [Fact]
    public async Task A_credit_memo_is_paid_out_and_has_that_much_less_to_give()
    {
        var customer = await bench.CustomerAsync();
        var memo = await bench.SaveAsync(RecordType.CreditNote, "crn_1", NetSuiteBench.Invoice(customer, "CM-1"));
        await bench.SaveAsync(RecordType.Refund, "rfd_1", Refund(customer, memo, "119.00"));

        Assert.Equal("applied", Assert.Single(bench.Account.Book().Memos).Status);
        Assert.IsType<Fault.Rejected>((await bench.WriteAsync(RecordType.Refund, "rfd_2", Refund(customer, memo, "0.01"))).Fault);
    }

    [Fact]
    public async Task A_refund_that_names_no_account_is_that_of_what_it_refunds()
    {
        var (_, _, payment) = await PaidAsync("60.00");
        await bench.SaveAsync(RecordType.Refund, "rfd_1", Refund(null, payment, "40.00"));
        Assert.Single(bench.Account.Book().Refunds);

        var unknown = await bench.WriteAsync(RecordType.Refund, "rfd_2", Refund(null, "42", "40.00"));
        Assert.Equal("no-customer", Assert.IsType<Fault.Rejected>(unknown.Fault).VendorCode);
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_refund_whose_answer_was_lost_is_sent_once_and_found_where_it_was_saved(Cut cut)
    {
        var (customer, _, payment) = await PaidAsync("60.00");
        bench.Faults.Plan(
            new PlannedFault
            {
                Method = "PUT",
                PathContains = "customerRefund",
                Cut = cut,
            }
        );

        var outcome = await bench.WriteAsync(RecordType.Refund, "rfd_1", Refund(customer, payment, "40.00"));

        Assert.IsType<Fault.Ambiguous>(outcome.Fault);
        var found = await bench.Connector.FindAsync(new LookupRequest(RecordType.Refund, "rfd_1", null, default), CancellationToken.None);
        Assert.Equal(cut == Cut.AfterCommit, found.Value is Lookup.Found);
        Assert.Equal(cut == Cut.AfterCommit ? 1 : 0, bench.Account.Book().Refunds.Count);
    }

    private async Task<(string Customer, string Invoice, string Payment)> PaidAsync(string applied)
    {
        var customer = await bench.CustomerAsync();
        var invoice = await bench.InvoiceAsync(customer);
        return (
            customer,
            invoice,
            await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment(customer, "100.00", (invoice, applied)))
        );
    }

    private static string Refund(string? customer, string document, string amount)
    {
        var who = customer is null ? "" : $$""" "customer":{"id":"{{customer}}"}, """;
        return $$$"""
            {{{{who}}}"account":{"id":"214"},"currency":{"id":"4"},"subsidiary":{"id":"2"},"tranDate":"2026-08-05","memo":"re_1",
             "apply":{"items":[{"doc":{"id":"{{{document}}}"},"apply":true,"amount":{{{amount}}} }]}}
            """;
    }
}
