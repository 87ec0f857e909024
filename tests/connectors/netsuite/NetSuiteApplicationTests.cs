using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Pipeline;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>Applications against the pretend account: lines of payments and credit memos.</summary>
public sealed class NetSuiteApplicationTests : IDisposable
{
    private readonly NetSuiteBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task An_application_is_one_line_of_its_payment_and_leaves_the_others()
    {
        var (customer, invoice, payment) = await PaidAsync();
        var other = await bench.InvoiceAsync(customer, "inv_2", "IN-2");

        var first = await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"));
        var second = await bench.SaveAsync(RecordType.Application, "app_2", Line("customerPayment", payment, other, "30.00"));

        Assert.Equal(($"customerPayment:{payment}:{invoice}:app_1", $"customerPayment:{payment}:{other}:app_2"), (first, second));
        var sent = bench.Wire.Seen[^1];
        Assert.Equal(("PATCH", $"/services/rest/record/v1/customerPayment/{payment}"), (sent.Method, sent.Uri.PathAndQuery));
        Assert.Equal(
            $$$"""{"apply":{"items":[{"doc":{"id":"{{{other}}}"},"apply":true,"amount":30.00,"disc":0}]}}""",
            Encoding.UTF8.GetString(sent.Body)
        );
        Assert.Equal([new BookApplication("IN-1", 5000), new BookApplication("IN-2", 3000)], Applied());
    }

    [Fact]
    public async Task A_repeated_application_sets_its_line_and_never_adds_to_it()
    {
        var (_, invoice, payment) = await PaidAsync();
        var id = await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"));

        await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"), id);
        Assert.Equal([new BookApplication("IN-1", 5000)], Applied());

        await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "70.00"), id);
        Assert.Equal([new BookApplication("IN-1", 7000)], Applied());
    }

    [Fact]
    public async Task Two_applications_of_one_payment_written_at_once_do_not_undo_each_other()
    {
        var (customer, invoice, payment) = await PaidAsync();
        var other = await bench.InvoiceAsync(customer, "inv_2", "IN-2");

        // Both have looked before either writes.
        var looks = 0;
        var bothLooked = new TaskCompletionSource();
        bench.Wire.After = async request =>
        {
            if (request.Method == HttpMethod.Get)
            {
                if (Interlocked.Increment(ref looks) == 2)
                {
                    bothLooked.SetResult();
                }

                await bothLooked.Task;
            }
        };
        var outcomes = await Task.WhenAll(
            bench.WriteAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00")),
            bench.WriteAsync(RecordType.Application, "app_2", Line("customerPayment", payment, other, "30.00"))
        );

        Assert.All(outcomes, outcome => Assert.Null(outcome.Fault));
        Assert.Equal([new BookApplication("IN-1", 5000), new BookApplication("IN-2", 3000)], Applied());
    }

    [Fact]
    public async Task Whoever_stood_still_after_looking_does_not_write_under_a_lease_that_has_ended()
    {
        var (_, invoice, payment) = await PaidAsync();
        bench.SendBefore = bench.Clock.GetUtcNow() + TimeSpan.FromSeconds(31);
        bench.Wire.After = request =>
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(request.Method == HttpMethod.Get ? 50 : 0));
            return Task.CompletedTask;
        };

        var outcome = await bench.WriteAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"));

        Assert.IsType<Fault.Transient>(outcome.Fault);
        Assert.Equal("GET", bench.Wire.Seen[^1].Method);
        Assert.Empty(Applied());
    }

    [Fact]
    public async Task A_later_write_of_the_payment_leaves_what_its_applications_have_applied()
    {
        var (customer, invoice, payment) = await PaidAsync();
        await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"));

        await bench.SaveAsync(RecordType.Payment, "pay_1", Payment(customer, "pi_1 corrected"), payment);

        Assert.DoesNotContain("replace", bench.Wire.Seen[^1].Uri.Query, StringComparison.Ordinal);
        Assert.Equal("pi_1 corrected", Assert.Single(bench.Account.Book().Payments).Reference);
        Assert.Equal([new BookApplication("IN-1", 5000)], Applied());
    }

    [Fact]
    public async Task A_second_application_of_a_payment_to_one_document_is_refused_before_it_is_set_over_the_first()
    {
        var (_, invoice, payment) = await PaidAsync();
        var first = await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"));

        foreach (var amount in (string[])["20.00", "50.00"])
        {
            var second = await bench.WriteAsync(RecordType.Application, "app_2", Line("customerPayment", payment, invoice, amount));
            Assert.Equal("line-taken", Assert.IsType<Fault.Rejected>(second.Fault).VendorCode);
        }

        Assert.Equal([new BookApplication("IN-1", 5000)], Applied());

        // Once the first is taken back the line is free, and what comes then has a name of its own.
        await bench.SaveAsync(RecordType.Application, "app_1", Unapply("customerPayment", payment, invoice), first);
        var again = await bench.SaveAsync(RecordType.Application, "app_2", Line("customerPayment", payment, invoice, "20.00"));
        Assert.NotEqual(first, again);
        Assert.Equal([new BookApplication("IN-1", 2000)], Applied());
    }

    [Fact]
    public async Task A_reversed_application_is_taken_back_alone_and_may_come_again()
    {
        var (customer, invoice, payment) = await PaidAsync();
        var other = await bench.InvoiceAsync(customer, "inv_2", "IN-2");
        var id = await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"));
        await bench.SaveAsync(RecordType.Application, "app_2", Line("customerPayment", payment, other, "30.00"));

        for (var time = 0; time < 2; time++)
        {
            await bench.SaveAsync(RecordType.Application, "app_1", Unapply("customerPayment", payment, invoice), id);
            Assert.Equal([new BookApplication("IN-2", 3000)], Applied());
        }

        Assert.True(await StandsAsync("app_1", Unapply("customerPayment", payment, invoice), id));
        await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"), id);
        Assert.False(await StandsAsync("app_1", Unapply("customerPayment", payment, invoice), id));
        Assert.Equal([new BookApplication("IN-1", 5000), new BookApplication("IN-2", 3000)], Applied());
    }

    [Theory]
    [InlineData("customerPayment", "100.01")]
    [InlineData("creditMemo", "119.01")]
    public async Task Over_application_is_refused_and_changes_nothing(string from, string amount)
    {
        var (customer, invoice, payment) = await PaidAsync();
        var memo = await bench.SaveAsync(RecordType.CreditNote, "crn_1", NetSuiteBench.Invoice(customer, "CM-1"));
        var before = bench.Account.Book();

        var outcome = await bench.WriteAsync(
            RecordType.Application,
            "app_1",
            Line(from, from == "creditMemo" ? memo : payment, invoice, amount, withDiscount: from != "creditMemo")
        );

        Assert.Equal("USER_ERROR", Assert.IsType<Fault.Rejected>(outcome.Fault).VendorCode);
        Assert.Equivalent(before, bench.Account.Book());
    }

    [Fact]
    public async Task A_credit_memo_settles_an_invoice_and_a_debit_memo_and_no_more_than_itself()
    {
        var customer = await bench.CustomerAsync();
        var invoice = await bench.InvoiceAsync(customer);
        var debit = await bench.SaveAsync(RecordType.DebitMemo, "dbm_1", NetSuiteBench.Invoice(customer, "DM-1"));
        var memo = await bench.SaveAsync(RecordType.CreditNote, "crn_1", NetSuiteBench.Invoice(customer, "CM-1"));

        var id = await bench.SaveAsync(RecordType.Application, "app_1", Line("creditMemo", memo, invoice, "100.00", withDiscount: false));
        await bench.SaveAsync(RecordType.Application, "app_2", Line("creditMemo", memo, debit, "19.00", withDiscount: false));

        Assert.Equal($"creditMemo:{memo}:{invoice}:app_1", id);
        var book = Assert.Single(bench.Account.Book().Memos);
        Assert.Equal("applied", book.Status);
        Assert.Equal([new BookApplication("DM-1", 1900), new BookApplication("IN-1", 10000)], book.Applications);
        var more = await bench.WriteAsync(
            RecordType.Application,
            "app_2",
            Line("creditMemo", memo, debit, "19.01", withDiscount: false),
            "creditMemo:" + memo + ":" + debit + ":app_2"
        );
        Assert.IsType<Fault.Rejected>(more.Fault);
    }

    [Fact]
    public async Task What_was_given_up_besides_settles_the_document_and_not_the_payment()
    {
        var (_, invoice, payment) = await PaidAsync();
        await bench.SaveAsync(
            RecordType.Application,
            "app_1",
            Line("customerPayment", payment, invoice, "100.00").Replace("\"disc\":0", "\"disc\":19.00", StringComparison.Ordinal)
        );
        Assert.Equal("paid", Assert.Single(bench.Account.Book().Invoices).Status);
        Assert.Equal([new BookApplication("IN-1", 10000)], Applied());
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task An_application_whose_answer_was_lost_is_found_by_the_request_for_its_line_bears_no_reference(Cut cut)
    {
        var (_, invoice, payment) = await PaidAsync();
        bench.Faults.Plan(new PlannedFault { Method = "PATCH", Cut = cut });
        var body = Line("customerPayment", payment, invoice, "50.00");

        var outcome = await bench.WriteAsync(RecordType.Application, "app_1", body);

        Assert.IsType<Fault.Ambiguous>(outcome.Fault);
        Assert.Single(bench.Wire.Seen, call => call.Method == "PATCH");
        var found = (await FindAsync("app_1", body)).Value;
        if (cut == Cut.BeforeCommit)
        {
            Assert.IsType<Lookup.Absent>(found);
            await bench.SaveAsync(RecordType.Application, "app_1", body);
        }
        else
        {
            var record = Assert.IsType<Lookup.Found>(found);
            Assert.Equal($"customerPayment:{payment}:{invoice}:app_1", record.ExternalId);
            Assert.True(Covers.Request(Encoding.UTF8.GetBytes(body), record.Record));
        }

        Assert.Equal([new BookApplication("IN-1", 5000)], Applied());
    }

    [Fact]
    public async Task A_line_of_another_amount_is_not_taken_for_one_whose_answer_was_lost()
    {
        var (_, invoice, payment) = await PaidAsync();
        await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"));

        var found = await FindAsync("app_2", Line("customerPayment", payment, invoice, "20.00"));

        Assert.Equal("line-taken", Assert.IsType<Fault.Rejected>(found.Fault).VendorCode);
    }

    [Fact]
    public async Task A_line_is_read_back_by_its_id_without_a_request_and_is_absent_where_its_payment_is()
    {
        var (_, invoice, payment) = await PaidAsync();
        var id = await bench.SaveAsync(RecordType.Application, "app_1", Line("customerPayment", payment, invoice, "50.00"));

        Assert.IsType<Lookup.Found>((await FindAsync("app_1", null, id)).Value);
        Assert.IsType<Lookup.Absent>((await FindAsync("app_1", null, $"customerPayment:424242:{invoice}:app_1")).Value);
        Assert.IsType<Lookup.Absent>((await FindAsync("app_1", null)).Value);
    }

    [Fact]
    public async Task A_payment_of_a_closed_period_holds_its_applications_until_the_period_lets_them_in()
    {
        var (_, invoice, payment) = await PaidAsync();
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 8, 31));
        var body = Line("customerPayment", payment, invoice, "50.00");

        var outcome = await bench.WriteAsync(RecordType.Application, "app_1", body);

        Assert.Equal(new Fault.ClosedPeriod($"that of customerPayment {payment}", null), outcome.Fault);
        bench.Account.OpenAllPeriods();
        await bench.SaveAsync(RecordType.Application, "app_1", body);
    }

    private async Task<(string Customer, string Invoice, string Payment)> PaidAsync()
    {
        var customer = await bench.CustomerAsync();
        var invoice = await bench.InvoiceAsync(customer);
        return (customer, invoice, await bench.SaveAsync(RecordType.Payment, "pay_1", Payment(customer, "pi_1")));
    }

    private static string Payment(string customer, string memo) =>
        $$$"""{"customer":{"id":"{{{customer}}}"},"currency":{"id":"4"},"subsidiary":{"id":"2"},"payment":100.00,"tranDate":"2026-08-03","memo":"{{{memo}}}"}""";

    private static string Line(string from, string id, string document, string amount, bool withDiscount = true) =>
        $$$"""{"{{{from}}}":{"id":"{{{id}}}"},"apply":{"items":[{"doc":{"id":"{{{document}}}"},"apply":true,"amount":{{{amount}}}{{{(withDiscount ? ",\"disc\":0" : "")}}} }]}}""".Replace(
            " }]",
            "}]",
            StringComparison.Ordinal
        );

    private static string Unapply(string from, string id, string document) =>
        $$$"""{"{{{from}}}":{"id":"{{{id}}}"},"apply":{"items":[{"doc":{"id":"{{{document}}}"},"apply":false}]}}""";

    private async Task<bool> StandsAsync(string reference, string body, string id) =>
        Covers.Request(Encoding.UTF8.GetBytes(body), Assert.IsType<Lookup.Found>((await FindAsync(reference, body, id)).Value).Record);

    private Task<Outcome<Lookup>> FindAsync(string reference, string? body, string? id = null) =>
        bench.Connector.FindAsync(
            new LookupRequest(RecordType.Application, reference, id, body is null ? default : Encoding.UTF8.GetBytes(body)),
            CancellationToken.None
        );

    private IReadOnlyList<BookApplication> Applied() => Assert.Single(bench.Account.Book().Payments).Applications;
}
