using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

/// <summary>Credit notes and debit memos against the pretend account.</summary>
public sealed class NetSuiteDocumentTests
{
    [Fact]
    public async Task A_credit_note_is_a_credit_memo_and_twice_makes_one()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        var first = await bench.SaveAsync(RecordType.CreditNote, "crn_1", NetSuiteBench.Invoice(customer, "CM-1"));
        var second = await bench.SaveAsync(RecordType.CreditNote, "crn_1", NetSuiteBench.Invoice(customer, "CM-1"));

        Assert.Equal(first, second);
        Assert.Equal("/services/rest/record/v1/creditMemo/eid:crn_1?replace=item", bench.Wire.Seen[^1].Uri.PathAndQuery);
        var memo = Assert.Single(bench.Account.Book().Memos);
        Assert.Equal(
            ("CM-1", "A-1", 11900L, 1900L, "EUR", "open"),
            (memo.Number, memo.AccountNumber, memo.Total, memo.Tax, memo.Currency, memo.Status)
        );
        Assert.Empty(bench.Account.Book().Invoices);
    }

    [Fact]
    public async Task A_debit_memo_is_an_invoice_of_its_own_told_by_its_number_and_its_reference()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        var invoice = await bench.InvoiceAsync(customer);
        var memo = await bench.SaveAsync(RecordType.DebitMemo, "dbm_1", NetSuiteBench.Invoice(customer, "DM-1"));

        Assert.NotEqual(invoice, memo);
        Assert.Equal(["IN-1", "DM-1"], bench.Account.Book().Invoices.Select(one => one.Number));
        Assert.Equal(memo, Assert.IsType<Lookup.Found>(await FindAsync(bench, RecordType.DebitMemo, "dbm_1")).ExternalId);
        Assert.IsType<Lookup.Absent>(await FindAsync(bench, RecordType.DebitMemo, "dbm_2"));
    }

    [Theory]
    [InlineData(RecordType.CreditNote, Cut.BeforeCommit)]
    [InlineData(RecordType.CreditNote, Cut.AfterCommit)]
    [InlineData(RecordType.DebitMemo, Cut.BeforeCommit)]
    [InlineData(RecordType.DebitMemo, Cut.AfterCommit)]
    public async Task A_document_whose_answer_was_lost_is_sent_once_and_found_where_it_was_saved(RecordType type, Cut cut)
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        bench.Faults.Plan(new PlannedFault { Method = "PUT", Cut = cut });

        var outcome = await bench.WriteAsync(type, "doc_1", NetSuiteBench.Invoice(customer, "D-1"));

        Assert.IsType<Fault.Ambiguous>(outcome.Fault);
        Assert.Single(
            bench.Wire.Seen,
            call => call.Method == "PUT" && call.Uri.AbsolutePath.EndsWith("eid:doc_1", StringComparison.Ordinal)
        );
        Assert.Equal(cut == Cut.AfterCommit, await FindAsync(bench, type, "doc_1") is Lookup.Found);
    }

    [Fact]
    public async Task A_credit_note_of_a_closed_period_names_the_next_open_one()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        bench.Account.ClosePeriodsThrough(new DateOnly(2026, 8, 31));

        var outcome = await bench.WriteAsync(RecordType.CreditNote, "crn_1", NetSuiteBench.Invoice(customer, "CM-1"));

        Assert.Equal(new Fault.ClosedPeriod("Aug 2026", "81"), outcome.Fault);
        Assert.Empty(bench.Account.Book().Memos);
    }

    [Fact]
    public async Task A_credit_memo_below_nothing_is_refused()
    {
        using var bench = new NetSuiteBench();
        var customer = await bench.CustomerAsync();
        var outcome = await bench.WriteAsync(
            RecordType.CreditNote,
            "crn_1",
            NetSuiteBench.Invoice(customer, "CM-1").Replace("100.00", "-100.00", StringComparison.Ordinal)
        );
        Assert.Equal("USER_ERROR", Assert.IsType<Fault.Rejected>(outcome.Fault).VendorCode);
    }

    private static async Task<Lookup> FindAsync(NetSuiteBench bench, RecordType type, string reference) =>
        (await bench.Connector.FindAsync(new LookupRequest(type, reference, null, default), CancellationToken.None)).Value;
}
