using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraRefundWritingTests
{
    private const RecordType Type = RecordType.Refund;
    private readonly ZuoraTargetBench bench = new();

    [Fact]
    public async Task What_is_unapplied_is_refunded_in_one_call_under_the_key_of_the_second()
    {
        var payment = await PaymentAsync("100.00");
        var body = ZuoraTargetBench.Refund(payment, "40.00", "re_1");
        var written = await bench.WriteAsync(Type, "ref_1", body);

        var made = await bench.ReadAsync("refund", written.Value.ExternalId);
        Assert.Equal(
            ("External", "re_1", "ref_1", 40m),
            ((string?)made["type"], (string?)made["referenceId"], (string?)made[ZuoraTargetBench.Field], (decimal)made["amount"]!)
        );
        Assert.Equal(EffectKey.OfCall(ZuoraTargetBench.Key, 2), bench.Keys[^1]);
        var found = Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "ref_1"));
        Assert.True(Covers.Request(Encoding.UTF8.GetBytes(body), found.Record));
    }

    [Fact]
    public async Task Of_an_applied_payment_as_much_as_is_lacking_is_unapplied_from_the_latest_application_on()
    {
        var account = await bench.AccountAsync();
        var (older, newer) = (bench.Invoice(account, 5000), bench.Invoice(account, 3000));
        var payment = await PaymentAsync("100.00");
        bench.Tenant.ApplyPayment(payment, new PlayedApplication(older, 5000));
        bench.Now = bench.Now.AddMinutes(1);
        bench.Tenant.ApplyPayment(payment, new PlayedApplication(newer, 3000));

        await bench.SaveAsync(Type, "ref_1", ZuoraTargetBench.Refund(payment, "60.00", "re_1"));

        Assert.Equal(30m, await OwedAsync(newer));
        Assert.Equal(10m, await OwedAsync(older));
        Assert.Equal(0m, (decimal)(await bench.ReadAsync("payment", payment))["unappliedAmount"]!);
    }

    [Theory]
    [InlineData("PUT", "/unapply", Cut.BeforeCommit)]
    [InlineData("PUT", "/unapply", Cut.AfterCommit)]
    [InlineData("POST", "/refunds", Cut.BeforeCommit)]
    [InlineData("POST", "/refunds", Cut.AfterCommit)]
    public async Task A_lost_answer_of_either_call_leads_to_one_refund_and_to_no_more_unapplied_than_it_takes(
        string method,
        string path,
        Cut cut
    )
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Invoice(account, 10000);
        var payment = await PaymentAsync("100.00");
        bench.Tenant.ApplyPayment(payment, new PlayedApplication(invoice, 10000));
        var body = ZuoraTargetBench.Refund(payment, "30.00", "re_1");
        bench.Faults.Plan(
            new PlannedFault
            {
                Method = method,
                PathContains = path,
                Cut = cut,
                Count = method == "PUT" ? 1 : 3,
            }
        );

        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "ref_1", body)).Fault);
        Assert.Null((await bench.WriteAsync(Type, "ref_1", body)).Fault);
        Assert.Null((await bench.WriteAsync(Type, "ref_1", body)).Fault);

        Assert.Equal(30m, await OwedAsync(invoice));
        var paid = await bench.ReadAsync("payment", payment);
        Assert.Equal((30m, 0m), ((decimal)paid["refundAmount"]!, (decimal)paid["unappliedAmount"]!));
    }

    [Fact]
    public async Task After_the_key_has_ended_the_refund_of_before_is_found_where_it_left_nothing_to_refund()
    {
        var payment = await PaymentAsync("100.00");
        var body = ZuoraTargetBench.Refund(payment, "100.00", "re_1");
        var first = await bench.WriteAsync(Type, "ref_1", body);
        bench.Now = bench.Now.AddHours(25);
        Assert.Equal(first.Value, (await bench.WriteAsync(Type, "ref_1", body)).Value);
    }

    [Fact]
    public async Task More_than_was_paid_is_refused_and_nothing_is_unapplied()
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Invoice(account, 10000);
        var payment = await PaymentAsync("100.00");
        bench.Tenant.ApplyPayment(payment, new PlayedApplication(invoice, 10000));

        var refused = await bench.WriteAsync(Type, "ref_1", ZuoraTargetBench.Refund(payment, "100.01", "re_1"));
        Assert.Equal("more-than-paid", Assert.IsType<Fault.Rejected>(refused.Fault).VendorCode);
        Assert.Equal(0m, await OwedAsync(invoice));
    }

    [Fact]
    public async Task A_refund_in_another_currency_or_of_a_payment_that_is_not_there_is_refused()
    {
        var payment = await PaymentAsync("100.00");
        var yen = ZuoraTargetBench.Refund(payment, "10", "re_1").Replace("EUR", "JPY", StringComparison.Ordinal);
        Assert.Equal("another-currency", Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Type, "ref_1", yen)).Fault).VendorCode);
        var none = ZuoraTargetBench.Refund("8ad08c84ffffffffffffffffffffffff", "10", "re_1");
        Assert.Equal("no-payment", Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Type, "ref_1", none)).Fault).VendorCode);
    }

    [Fact]
    public async Task A_refund_that_fails_after_all_is_canceled_once_and_its_comment_can_be_changed()
    {
        var payment = await PaymentAsync("100.00");
        var body = ZuoraTargetBench.Refund(payment, "40.00", "re_1");
        var id = await bench.SaveAsync(Type, "ref_1", body);
        await bench.SaveAsync(Type, "ref_1", ZuoraTargetBench.Refund(payment, "40.00", "re_1", ",\"comment\":\"late\""), id);
        Assert.Equal("late", (string?)(await bench.ReadAsync("refund", id))["comment"]);

        var failed = ZuoraTargetBench.Refund(payment, "40.00", "re_1", status: "Canceled");
        bench.Faults.Plan(
            new PlannedFault
            {
                Method = "PUT",
                PathContains = "/cancel",
                Cut = Cut.AfterCommit,
            }
        );
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "ref_1", failed, id)).Fault);
        await bench.SaveAsync(Type, "ref_1", failed, id);

        Assert.Equal("Canceled", (string?)(await bench.ReadAsync("refund", id))["status"]);
        Assert.Equal(100m, (decimal)(await bench.ReadAsync("payment", payment))["unappliedAmount"]!);
    }

    [Fact]
    public async Task A_lost_dispute_is_a_refund_with_the_reason_of_a_chargeback_and_reopens_what_was_paid()
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Invoice(account, 10000);
        var payment = await PaymentAsync("100.00");
        bench.Tenant.ApplyPayment(payment, new PlayedApplication(invoice, 10000));

        var body = ZuoraTargetBench.Refund(payment, "100.00", "dp_1", ",\"reasonCode\":\"Chargeback\"");
        var id = await bench.SaveAsync(RecordType.Dispute, "dsp_1", body);

        var made = await bench.ReadAsync("refund", id);
        Assert.Equal(
            ("Chargeback", "dp_1", "dsp_1"),
            ((string?)made["reasonCode"], (string?)made["referenceId"], (string?)made[ZuoraTargetBench.Field])
        );
        Assert.Equal(100m, await OwedAsync(invoice));
        Assert.Equal([id], await bench.MatchAsync(RecordType.Dispute, "processorReference", "dp_1"));
        Assert.Equal([id], await bench.MatchAsync(Type, "processorReference", "dp_1"));
    }

    private async Task<string> PaymentAsync(string amount)
    {
        var account = await bench.FindAsync(RecordType.BillingAccount, "acc_1") is Lookup.Found found
            ? found.ExternalId
            : await bench.AccountAsync();
        return await bench.SaveAsync(RecordType.Payment, "pay_1", ZuoraTargetBench.Payment(account, amount, "pi_1"));
    }

    private async Task<decimal> OwedAsync(string invoice) =>
        (decimal)(await bench.ReadAsync("document-state", $"invoice:{invoice}"))["Balance"]!;
}
