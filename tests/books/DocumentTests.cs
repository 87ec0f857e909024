using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Documents on their way from billing to the ledger.</summary>
public sealed class DocumentTests
{
    [Fact]
    public async Task What_billing_has_posted_stands_in_the_ledger_to_the_cent()
    {
        using var books = new BooksBench();
        var billing = (IPlaysBilling)books.Vendor("zuora");
        var account = billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
        billing.IssueInvoice(account, [new PlayedLine("Seats", 3, 29_700), new PlayedLine("Support", 1, 1_001)], 2_533);
        await books.PassAsync();

        var posted = Assert.Single(books.Book("netsuite").Invoices);
        Assert.Equal((33_234L, 2_533L, "USD"), (posted.Total, posted.Tax, posted.Currency));
        Assert.Equal(Assert.Single(books.Book("zuora").Invoices).Number, posted.Number);
        Assert.Empty(await books.LettersAsync());
    }
}
