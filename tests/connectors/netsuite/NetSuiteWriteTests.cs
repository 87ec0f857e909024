using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>The connector against the pretend account.</summary>
public sealed class NetSuiteWriteTests
{
    [Fact]
    public async Task An_upsert_sends_the_stored_bytes_unchanged_and_twice_makes_one_record()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        var body = NetSuiteBench.Invoice(customer);
        var first = await bench.SaveAsync(RecordType.Invoice, "inv_1", body);
        var second = await bench.SaveAsync(RecordType.Invoice, "inv_1", body);

        Assert.Equal(first, second);
        Assert.Equal(Encoding.UTF8.GetBytes(body), bench.Wire.Seen[^1].Body);
        Assert.Equal("/services/rest/record/v1/invoice/eid:inv_1?replace=item", bench.Wire.Seen[^1].Uri.PathAndQuery);
        var invoice = Assert.Single(bench.Account.Book().Invoices);
        Assert.Equal(
            ("IN-1", "A-1", 11900L, 1900L, "EUR"),
            (invoice.Number, invoice.AccountNumber, invoice.Total, invoice.Tax, invoice.Currency)
        );
        Assert.Equal([10000L], invoice.LineAmounts);
    }

    [Fact]
    public async Task A_known_record_is_changed_by_its_own_id_even_without_its_external_id()
    {
        using var bench = new NetSuiteBench();
        var id = await bench.CustomerAsync();
        bench.Account.Put("customer", new() { ["id"] = id, ["externalId"] = "taken-over" });

        var again = await bench.SaveAsync(RecordType.BillingAccount, "acc_1", """{"companyName":"Renamed","email":null}""", id);

        Assert.Equal(id, again);
        var account = Assert.Single(bench.Account.Book().Accounts);
        Assert.Equal(("Renamed", null), (account.Name, account.Email));
    }

    [Fact]
    public async Task A_record_deleted_at_the_vendor_is_not_brought_back()
    {
        using var bench = new NetSuiteBench();
        var outcome = await bench.WriteAsync(RecordType.BillingAccount, "acc_1", """{"companyName":"A","subsidiary":{"id":"1"}}""", "77");
        Assert.Equal("NONEXISTENT_ID", Assert.IsType<Fault.Rejected>(outcome.Fault).VendorCode);
        Assert.Empty(bench.Account.Book().Accounts);
    }

    [Fact]
    public async Task A_record_is_found_by_id_by_reference_and_not_at_all()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        var id = await bench.InvoiceAsync(customer);

        foreach (var (reference, known) in new[] { ("inv_1", null), ("inv_1", id), ("unknown", id), ("inv_1", "424242") })
        {
            var found = await bench.Connector.FindAsync(
                new LookupRequest(RecordType.Invoice, reference, known, default),
                CancellationToken.None
            );
            var record = Assert.IsType<Lookup.Found>(found.Value);
            Assert.Equal(id, record.ExternalId);
            Assert.Equal("IN-1", (string?)NetSuiteBench.Json(record.Record)["tranId"]);
            Assert.Equal(2, NetSuiteBench.Json(record.Record)["item"]!["items"]!.AsArray().Count);
        }

        var absent = await bench.Connector.FindAsync(new LookupRequest(RecordType.Payment, "inv_1", null, default), CancellationToken.None);
        Assert.IsType<Lookup.Absent>(absent.Value);
        var quoted = await bench.Connector.FindAsync(
            new LookupRequest(RecordType.BillingAccount, "x' OR 'a' = 'a", null, default),
            CancellationToken.None
        );
        Assert.IsType<Lookup.Absent>(quoted.Value);
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_cut_write_is_ambiguous_is_sent_once_and_reads_back_as_it_was(Cut cut)
    {
        using var bench = new NetSuiteBench();
        bench.Faults.Plan(new PlannedFault { Method = "PUT", Cut = cut });

        var outcome = await bench.WriteAsync(RecordType.BillingAccount, "acc_1", """{"companyName":"A","subsidiary":{"id":"1"}}""");

        Assert.IsType<Fault.Ambiguous>(outcome.Fault);
        Assert.Single(bench.Wire.Seen, call => call.Method == "PUT");
        var found = await bench.Connector.FindAsync(
            new LookupRequest(RecordType.BillingAccount, "acc_1", null, default),
            CancellationToken.None
        );
        Assert.Equal(cut == Cut.AfterCommit, found.Value is Lookup.Found);
    }

    [Fact]
    public async Task Over_application_is_refused_and_changes_nothing()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        var invoice = await bench.InvoiceAsync(customer);
        var payment = await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment(customer, "100.00", (invoice, "60.00")));

        var more = await bench.WriteAsync(RecordType.Payment, "pay_2", NetSuiteBench.Payment(customer, "60.00", (invoice, "59.01")));
        Assert.Equal("USER_ERROR", Assert.IsType<Fault.Rejected>(more.Fault).VendorCode);

        // The same payment may raise its own application up to what remains without it.
        await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment(customer, "119.00", (invoice, "119.00")), payment);
        var book = bench.Account.Book();
        Assert.Equal(new BookApplication("IN-1", 11900), Assert.Single(Assert.Single(book.Payments).Applications));
        Assert.Equal("paid", Assert.Single(book.Invoices).Status);
    }

    [Fact]
    public async Task An_application_left_out_of_a_later_write_is_taken_back()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        var invoice = await bench.InvoiceAsync(customer);
        var payment = await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment(customer, "119.00", (invoice, "119.00")));
        await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment(customer, "119.00"), payment);

        Assert.Empty(Assert.Single(bench.Account.Book().Payments).Applications);
        Assert.Equal("open", Assert.Single(bench.Account.Book().Invoices).Status);
        Assert.EndsWith("?replace=apply", bench.Wire.Seen[^1].Uri.PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_period_names_itself_and_the_first_open_one()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 9, 15));

        var outcome = await bench.WriteAsync(RecordType.Invoice, "inv_1", NetSuiteBench.Invoice(customer));
        Assert.Equal(new Fault.ClosedPeriod("Aug 2026", "82"), outcome.Fault);

        var extra = $$$""","postingPeriod":{"id":"{{{((Fault.ClosedPeriod)outcome.Fault!).OpenPeriod}}}"}""";
        await bench.SaveAsync(RecordType.Invoice, "inv_1", NetSuiteBench.Invoice(customer, extra: extra));
        Assert.Equal(new DateOnly(2026, 8, 3), Assert.Single(bench.Account.Book().Invoices).IssuedOn);
    }

    [Fact]
    public async Task A_named_period_that_was_closed_meanwhile_is_a_closed_period_too()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 10, 1));
        var outcome = await bench.WriteAsync(
            RecordType.Invoice,
            "inv_1",
            NetSuiteBench.Invoice(customer, extra: ""","postingPeriod":{"id":"82"}""")
        );
        Assert.Equal(new Fault.ClosedPeriod("Aug 2026", "83"), outcome.Fault);

        bench.Account.ClosePeriodsThrough(new DateOnly(2030, 12, 31));
        var never = await bench.WriteAsync(RecordType.Invoice, "inv_1", NetSuiteBench.Invoice(customer));
        Assert.Equal(new Fault.ClosedPeriod("Aug 2026", null), never.Fault);
    }

    [Fact]
    public async Task A_document_of_a_period_closed_since_may_not_be_changed()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        var invoice = await bench.InvoiceAsync(customer);
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 8, 31));

        var change = await bench.WriteAsync(RecordType.Invoice, "inv_1", NetSuiteBench.Invoice(customer, "IN-2"), invoice);
        Assert.Equal(new Fault.ClosedPeriod("Aug 2026", "81"), change.Fault);
        Assert.Equal("IN-1", Assert.Single(bench.Account.Book().Invoices).Number);

        // A payment of a later period still pays it.
        bench.Account.OpenAllPeriods();
        await bench.SaveAsync(RecordType.Payment, "pay_1", NetSuiteBench.Payment(customer, "119.00", (invoice, "119.00")));
    }

    [Theory]
    [InlineData(429, 7, typeof(Fault.RateLimited))]
    [InlineData(503, 7, typeof(Fault.Ambiguous))]
    [InlineData(500, null, typeof(Fault.Ambiguous))]
    public async Task Planned_answers_of_a_write_are_judged(int status, int? wait, Type expected)
    {
        using var bench = new NetSuiteBench();
        bench.Faults.Plan(
            new PlannedFault
            {
                Method = "PUT",
                Status = status,
                RetryAfter = wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            }
        );
        var outcome = await bench.WriteAsync(RecordType.BillingAccount, "acc_1", """{"companyName":"A","subsidiary":{"id":"1"}}""");
        Assert.IsType(expected, outcome.Fault);
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(7) : null, (outcome.Fault as Fault.RateLimited)?.RetryAfter);
    }

    [Theory]
    [InlineData("4", "100.00", 10000)]
    [InlineData("5", "12345", 12345)]
    [InlineData("6", "0.001", 1)]
    public async Task Amounts_are_exact_in_every_currency(string currency, string amount, long minor)
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        var body =
            $$$"""{"entity":{"id":"{{{customer}}}"},"tranDate":"2026-08-03","currency":{"id":"{{{currency}}}"},"item":{"items":[{"item":{"id":"100"},"quantity":1,"amount":{{{amount}}} }]}}""";
        await bench.SaveAsync(RecordType.Invoice, "inv_1", body);
        Assert.Equal(minor, Assert.Single(bench.Account.Book().Invoices).Total);
    }
}
