using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Documents on their way from billing to the ledger.</summary>
public sealed class DocumentTests : IDisposable
{
    private readonly BooksBench books = new();

    private IPlaysSubscriptions Billing => (IPlaysSubscriptions)books.Vendor("zuora");

    [Fact]
    public async Task What_billing_has_posted_stands_in_the_ledger_to_the_cent()
    {
        Billing.IssueInvoice(Open(), [new PlayedLine("Seats", 3, 29_700), new PlayedLine("Support", 1, 1_001)], 2_533);
        await books.PassAsync();

        var posted = Assert.Single(books.Book("netsuite").Invoices);
        Assert.Equal((33_234L, 2_533L, "USD"), (posted.Total, posted.Tax, posted.Currency));
        Assert.Equal(Assert.Single(books.Book("zuora").Invoices).Number, posted.Number);
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_credit_note_on_an_open_invoice_is_a_memo_in_the_ledger_that_takes_as_much_from_it()
    {
        var invoice = Billing.IssueInvoice(Open(), [new PlayedLine("Seats", 1, 10_000)], 0);
        await books.PassAsync();
        Billing.CreditInvoice(invoice, 2_500);
        await books.PassAsync();

        var memo = Assert.Single(books.Book("netsuite").Memos);
        Assert.Equal((true, 2_500L), (memo.IsCredit, memo.Total - memo.Tax));
        var applied = Assert.Single(memo.Applications);
        Assert.Equal((Assert.Single(books.Book("netsuite").Invoices).Number, memo.Total), (applied.InvoiceNumber, applied.Amount));
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task An_invoice_voided_after_it_was_posted_is_reversed_in_the_ledger_by_its_memo_and_nothing_is_owed()
    {
        var invoice = Billing.IssueInvoice(Open(), [new PlayedLine("Seats", 1, 10_000)], 800);
        await books.PassAsync();
        Billing.VoidInvoice(invoice);
        await books.PassAsync();

        var ledger = books.Book("netsuite");
        Assert.Equal(10_800, Assert.Single(ledger.Invoices).Total);
        Assert.Equal(10_800, Assert.Single(Assert.Single(ledger.Memos).Applications).Amount);
        Assert.Equal(0, ledger.Ledger.Where(account => account.Account == "1100").Sum(account => account.Balance));
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_posted_document_does_not_change_while_its_balance_moves_on_nor_when_somebody_revises_it()
    {
        var account = Open();
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        await books.PassAsync();
        var posted = Assert.Single(books.Book("netsuite").Invoices);
        Billing.TakePayment(account, 4_000, "USD", [new PlayedApplication(invoice, 4_000)]);
        await books.PassAsync();
        Assert.Equal(posted, Assert.Single(books.Book("netsuite").Invoices) with { LineAmounts = posted.LineAmounts });

        Billing.ReviseInvoice(invoice, 7);
        await books.PassAsync();
        var still = Assert.Single(books.Book("netsuite").Invoices);
        Assert.Equal((posted.Total, posted.Tax), (still.Total, still.Tax));
        Assert.Equal("PostedDocumentChanged", Assert.Single(await books.LettersAsync()).Fault.Name);
    }

    [Fact]
    public async Task A_document_number_in_two_companies_is_two_documents()
    {
        Billing.PlayLife(new DateOnly(2026, 1, 1), 1);
        await books.PassAsync(TimeSpan.FromHours(1));

        var (billed, posted) = (books.Book("zuora").Totals, books.Book("netsuite").Ledger);
        foreach (var entity in (string[])["us", "de", "jp"])
        {
            Assert.Contains(billed, total => total.Entity == entity);
            Assert.Equal(0, posted.Where(account => account.Entity == entity).Sum(account => account.Balance));
        }
    }

    public void Dispose() => books.Dispose();

    private string Open() => Billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
}
