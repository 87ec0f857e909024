using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Pipeline;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraPaymentWritingTests
{
    private const RecordType Type = RecordType.Payment;
    private readonly ZuoraTargetBench bench = new();

    [Fact]
    public async Task A_payment_is_external_bears_the_processor_s_reference_and_stays_unapplied()
    {
        var account = await bench.AccountAsync();
        var id = await bench.SaveAsync(Type, "pay_1", ZuoraTargetBench.Payment(account, "119.00", "pi_1"));

        var made = await bench.ReadAsync("payment", id);
        Assert.Equal(
            ("External", "pi_1", "pay_1", 119m),
            ((string?)made["type"], (string?)made["referenceId"], (string?)made[ZuoraTargetBench.Field], (decimal)made["unappliedAmount"]!)
        );
        var asked = bench.Said.Single(one => one.Path == "/v1/payments").Request!.AsObject();
        Assert.DoesNotContain(asked, field => field.Key is "invoices" or "status");
    }

    [Theory]
    [InlineData(ZuoraTargetBench.Field, "acc_1", "pay_1")]
    [InlineData(null, "acc_1", null)]
    public async Task What_the_hub_made_is_known_by_the_reference_it_bears(string? field, string? ofAccount, string? ofPayment)
    {
        var target = new ZuoraTargetBench(field);
        var account = await target.AccountAsync();
        var payment = await target.SaveAsync(Type, "pay_1", ZuoraTargetBench.Payment(account, "119.00", "pi_1"));
        var byHand = target.Tenant.OpenAccount("Bob", null, "EUR", "DE");

        Assert.Equal(ofAccount, await target.ReferenceAsync("account", account));
        Assert.Equal(ofPayment, await target.ReferenceAsync("payment", payment));
        Assert.NotEqual(ofAccount, await target.ReferenceAsync("account", byHand));
    }

    [Fact]
    public async Task A_payment_pays_the_invoices_it_names_in_the_call_that_makes_it()
    {
        var account = await bench.AccountAsync();
        var (one, two) = (bench.Invoice(account, 10000), bench.Invoice(account, 5000));
        var body = ZuoraTargetBench.Payment(
            account,
            "119.00",
            "pi_1",
            $"{ZuoraTargetBench.Part(one, "100.00")},{ZuoraTargetBench.Part(two, "9.50")}"
        );
        var id = await bench.SaveAsync(Type, "pay_1", body);

        Assert.Equal(9.5m, (decimal)(await bench.ReadAsync("payment", id))["unappliedAmount"]!);
        Assert.Single(bench.Writes, write => write.Contains("/payments", StringComparison.Ordinal));
        var found = Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "pay_1", body: body));
        Assert.True(Covers.Request(Encoding.UTF8.GetBytes(body), found.Record));
    }

    [Fact]
    public async Task What_Zuora_applies_besides_makes_no_difference_to_what_the_hub_asked_for()
    {
        var account = await bench.AccountAsync();
        var body = ZuoraTargetBench.Payment(account, "119.00", "pi_1");
        var id = await bench.SaveAsync(Type, "pay_1", body);
        bench.Tenant.ApplyPayment(id, new PlayedApplication(bench.Invoice(account, 10000), 10000));

        var found = Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "pay_1", id, body));
        Assert.True(Covers.Request(Encoding.UTF8.GetBytes(body), found.Record));
        Assert.Equal(id, await bench.SaveAsync(Type, "pay_1", body, id));
        Assert.DoesNotContain(bench.Writes, write => write.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_payment_over_what_an_invoice_owes_is_not_made_and_what_it_pays_is_decided_again()
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Invoice(account, 10000);
        var refused = await bench.WriteAsync(
            Type,
            "pay_1",
            ZuoraTargetBench.Payment(account, "200.00", "pi_1", ZuoraTargetBench.Part(invoice, "100.01"))
        );
        Assert.IsType<Fault.Conflict>(refused.Fault);
        Assert.Empty(bench.Tenant.Book().Payments);
    }

    [Fact]
    public async Task A_payment_that_is_refused_for_another_reason_than_what_it_pays_is_refused_for_good()
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Invoice(account, 10000);
        var body = ZuoraTargetBench.Payment(account, "99.00", "pi_1", ZuoraTargetBench.Part(invoice, "99.50"));
        Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Type, "pay_1", body)).Fault);
        Assert.Empty(bench.Tenant.Book().Payments);
    }

    [Fact]
    public async Task The_charge_of_Zuora_s_own_gateway_is_matched_by_the_processor_s_reference()
    {
        var account = await bench.AccountAsync();
        var charged = bench.Tenant.CollectPayment(bench.Invoice(account, 10000), "pi_7");
        Assert.Equal([charged], await bench.MatchAsync(Type, "processorReference", "pi_7"));
        Assert.Empty(await bench.MatchAsync(Type, "processorReference", "pi_8"));

        // It stands as it is: there is nothing of it that the hub would change.
        await bench.SaveAsync(Type, "pay_7", ZuoraTargetBench.Payment(account, "100.00", "pi_7"), charged);
        Assert.Equal("Electronic", (string?)(await bench.ReadAsync("payment", charged))["type"]);
    }

    [Fact]
    public async Task Two_payments_of_one_reference_are_both_told_so_that_nobody_picks_one()
    {
        var account = await bench.AccountAsync();
        await bench.SaveAsync(Type, "pay_1", ZuoraTargetBench.Payment(account, "1.00", "pi_1"));
        await bench.SaveAsync(Type, "pay_2", ZuoraTargetBench.Payment(account, "1.00", "pi_1"));
        await bench.SaveAsync(Type, "pay_3", ZuoraTargetBench.Payment(account, "1.00", "pi_1"));
        Assert.Equal(2, (await bench.MatchAsync(Type, "processorReference", "pi_1")).Count);
    }

    [Theory]
    [InlineData(ZuoraTargetBench.Field)]
    [InlineData(null)]
    public async Task A_payment_is_found_by_its_reference_and_without_a_field_for_it_by_the_processor_s(string? field)
    {
        var any = new ZuoraTargetBench(field);
        var account = await any.AccountAsync();
        var body = ZuoraTargetBench.Payment(account, "1.00", "pi_1");
        Assert.IsType<Lookup.Absent>(await any.FindAsync(Type, "pay_1", body: body));

        var id = await any.SaveAsync(Type, "pay_1", body);
        Assert.Equal(id, Assert.IsType<Lookup.Found>(await any.FindAsync(Type, "pay_1", body: body)).ExternalId);
        var bare = await any.Writer.FindAsync(new LookupRequest(Type, "pay_1", null, default), CancellationToken.None);
        Assert.Equal(field is null, bare.Fault is Fault.Rejected { VendorCode: "no-reference" });
    }

    [Fact]
    public async Task A_comment_changes_and_an_application_after_the_fact_is_billing_s_own()
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Invoice(account, 10000);
        var body = ZuoraTargetBench.Payment(account, "100.00", "pi_1");
        var id = await bench.SaveAsync(Type, "pay_1", body);

        var commented = body.Replace("\"status\"", "\"comment\":\"INV 7\",\"status\"", StringComparison.Ordinal);
        await bench.SaveAsync(Type, "pay_1", commented, id);
        Assert.Equal("INV 7", (string?)(await bench.ReadAsync("payment", id))["comment"]);

        var applied = ZuoraTargetBench.Payment(account, "100.00", "pi_1", ZuoraTargetBench.Part(invoice, "100.00"));
        var refused = await bench.WriteAsync(Type, "pay_1", applied, id);
        Assert.Equal("applied-in-billing", Assert.IsType<Fault.Rejected>(refused.Fault).VendorCode);

        bench.Tenant.ApplyPayment(id, new PlayedApplication(invoice, 10000));
        await bench.SaveAsync(Type, "pay_1", applied, id);
    }

    [Fact]
    public async Task A_payment_that_fails_after_all_is_unapplied_and_canceled_and_that_once()
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Invoice(account, 10000);
        var id = await bench.SaveAsync(
            Type,
            "pay_1",
            ZuoraTargetBench.Payment(account, "100.00", "pi_1", ZuoraTargetBench.Part(invoice, "100.00"))
        );
        var failed = ZuoraTargetBench.Payment(account, "100.00", "pi_1", status: "Canceled");

        await bench.SaveAsync(Type, "pay_1", failed, id);
        var writes = bench.Writes.Count;
        await bench.SaveAsync(Type, "pay_1", failed, id);

        Assert.Equal(writes, bench.Writes.Count);
        Assert.Equal("Canceled", (string?)(await bench.ReadAsync("payment", id))["status"]);
        Assert.Equal(100m, (decimal)(await bench.ReadAsync("document-state", $"invoice:{invoice}"))["Balance"]!);
    }

    [Theory]
    [InlineData("/unapply")]
    [InlineData("/cancel")]
    public async Task Canceling_goes_on_after_the_answer_of_either_call_was_lost(string path)
    {
        var account = await bench.AccountAsync();
        var invoice = bench.Invoice(account, 10000);
        var id = await bench.SaveAsync(
            Type,
            "pay_1",
            ZuoraTargetBench.Payment(account, "100.00", "pi_1", ZuoraTargetBench.Part(invoice, "60.00"))
        );
        var failed = ZuoraTargetBench.Payment(account, "100.00", "pi_1", status: "Canceled");
        bench.Faults.Plan(
            new PlannedFault
            {
                Method = "PUT",
                PathContains = path,
                Cut = Cut.AfterCommit,
            }
        );

        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "pay_1", failed, id)).Fault);
        await bench.SaveAsync(Type, "pay_1", failed, id);
        Assert.Equal("Canceled", (string?)(await bench.ReadAsync("payment", id))["status"]);
    }

    [Fact]
    public async Task What_has_not_succeeded_is_never_made()
    {
        var account = await bench.AccountAsync();
        var refused = await bench.WriteAsync(Type, "pay_1", ZuoraTargetBench.Payment(account, "1.00", "pi_1", status: "Canceled"));
        Assert.Equal("not-made", Assert.IsType<Fault.Rejected>(refused.Fault).VendorCode);
        Assert.DoesNotContain("POST /v1/payments", bench.Writes);
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_payment_whose_answers_were_lost_is_taken_once_under_its_key(Cut cut)
    {
        var body = ZuoraTargetBench.Payment(await bench.AccountAsync(), "119.00", "pi_1");
        bench.Lose("POST", "/v1/payments", cut);
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "pay_1", body)).Fault);

        Assert.Null((await bench.WriteAsync(Type, "pay_1", body)).Fault);
        Assert.Equal(11900, Assert.Single(bench.Tenant.Book().Payments).Amount);
        Assert.Equal(Enumerable.Repeat(ZuoraTargetBench.Key, 4), bench.Keys.Skip(1));
    }

    [Fact]
    public async Task A_request_that_is_still_at_work_under_its_key_is_ambiguous_and_then_answers_what_it_made()
    {
        var body = ZuoraTargetBench.Payment(await bench.AccountAsync(), "119.00", "pi_1");
        bench.Tenant.WorkTime = TimeSpan.FromMinutes(2);
        var first = await bench.WriteAsync(Type, "pay_1", body);
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "pay_1", body)).Fault);

        bench.Now = bench.Now.AddMinutes(2);
        Assert.Equal(first.Value, (await bench.WriteAsync(Type, "pay_1", body)).Value);
        Assert.Single(bench.Tenant.Book().Payments);
    }

    [Fact]
    public async Task A_key_that_comes_again_with_another_body_is_refused()
    {
        var account = await bench.AccountAsync();
        await bench.WriteAsync(Type, "pay_1", ZuoraTargetBench.Payment(account, "1.00", "pi_1"));
        var other = await bench.WriteAsync(Type, "pay_1", ZuoraTargetBench.Payment(account, "2.00", "pi_1"));
        Assert.Equal("key-of-another-request", Assert.IsType<Fault.Rejected>(other.Fault).VendorCode);
        Assert.Single(bench.Tenant.Book().Payments);
    }

    [Fact]
    public async Task Over_the_tenant_s_limit_the_write_waits_until_the_window_ends_and_nothing_is_made()
    {
        var body = ZuoraTargetBench.Payment(await bench.AccountAsync(), "1.00", "pi_1");
        bench.Now = bench.Now.AddSeconds(18);
        bench.Tenant.RequestsPerMinute = 0;
        var limited = Assert.IsType<Fault.RateLimited>((await bench.WriteAsync(Type, "pay_1", body)).Fault);
        Assert.Equal(TimeSpan.FromSeconds(42), limited.RetryAfter);

        bench.Tenant.RequestsPerMinute = 100;
        Assert.Null((await bench.WriteAsync(Type, "pay_1", body)).Fault);
        Assert.Single(bench.Tenant.Book().Payments);
    }
}
