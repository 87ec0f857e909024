using System.Text.Json.Nodes;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Tax, and why there is none, is what billing says: the ledger has it line by line, and computes nothing.</summary>
public sealed class TaxTests : IDisposable
{
    private readonly BooksBench books = new();

    private IPlaysSubscriptions Billing => (IPlaysSubscriptions)books.Vendor("zuora");

    [Fact]
    public async Task What_an_exempt_customer_buys_is_not_taxed_and_each_line_says_why()
    {
        var account = Billing.OpenAccount("Charity", "ap@charity.example", "USD", "US");
        books
            .Vendor("zuora")
            .Put(
                "Account",
                new JsonObject
                {
                    ["id"] = account,
                    ["taxInfo"] = new JsonObject { ["exemptStatus"] = "Yes", ["exemptCertificateId"] = "501C3-1" },
                }
            );
        await BillAsync(account);

        var posted = Assert.Single(books.Book("netsuite").Invoices);
        Assert.Equal((108_000L, 0L), (posted.Total, posted.Tax));
        Assert.Equal(
            [
                new("charge", 1200m, "Platform fee"),
                new("discount", -120m, "Loyalty discount"),
                new("exempt", 0m, "US-CA, exempt, SAAS-US"),
                new("exempt", 0m, "US-CA, exempt, SAAS-US"),
            ],
            LedgerLine.Of(books, "invoice")
        );
        AssertTaxStatus("exempt", "exempt");
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task What_a_business_abroad_buys_is_taxed_by_itself_and_each_line_says_so()
    {
        var account = Billing.OpenAccount("Ausland GmbH", "ap@ausland.example", "EUR", "AT");
        books
            .Vendor("zuora")
            .Put(
                "Account",
                new JsonObject
                {
                    ["id"] = account,
                    ["Subsidiary__NS"] = "de",
                    ["taxInfo"] = new JsonObject { ["VATId"] = "ATU12345678" },
                }
            );
        await BillAsync(account);

        var posted = Assert.Single(books.Book("netsuite").Invoices);
        Assert.Equal((108_000L, 0L, "EUR"), (posted.Total, posted.Tax, posted.Currency));
        const string Why = "EU, reverse-charge, REVERSE_CHARGE, Reverse charge: tax liability transfers to the recipient";
        Assert.Equal(
            [
                new("charge", 1200m, "Platform fee"),
                new("discount", -120m, "Loyalty discount"),
                new("reverse charge", 0m, Why),
                new("reverse charge", 0m, Why),
            ],
            LedgerLine.Of(books, "invoice")
        );
        // Zuora finds it by country and VAT id for each document: the account itself is no exempt one.
        AssertTaxStatus("taxable", "none");
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_percentage_off_follows_the_charge_that_it_lowers_and_its_tax_is_the_lower_one()
    {
        var account = Billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
        await BillAsync(account);

        // 7.25 % of 1,200 is 87; of the 120 that are taken off it is 8.70.
        Assert.Equal(
            [new("charge", 1200m, "Platform fee"), new("discount", -120m, "Loyalty discount"), new("tax", 78.30m, "Tax")],
            LedgerLine.Of(books, "invoice")
        );
        Assert.Equal(115_830, Assert.Single(books.Book("netsuite").Invoices).Total);
        Assert.Equal(115_830, Assert.Single(books.Book("zuora").Invoices).Total);
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task What_is_credited_bears_the_tax_that_it_bore()
    {
        var account = Billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
        await BillAsync(account);
        Billing.CreditInvoice(Assert.Single(books.Book("zuora").Invoices).Id, 33_333);
        await books.PassAsync();

        Assert.Equal([new("charge", 333.33m, "Platform fee"), new("tax", 24.17m, "Tax")], LedgerLine.Of(books, "creditMemo"));
        Assert.Empty(await books.LettersAsync());
    }

    public void Dispose() => books.Dispose();

    private async Task BillAsync(string account)
    {
        Billing.Subscribe(account, "annual-prepaid", 1, new DateOnly(2026, 3, 1));
        Billing.RunBilling(new DateOnly(2026, 3, 1));
        await books.PassAsync();
    }

    private void AssertTaxStatus(string ledger, string processor)
    {
        Assert.Equal(ledger, (string?)Assert.Single(books.Vendor("netsuite").Records("customer")!)!["custentity_qtc_tax_status"]);
        Assert.Equal(processor, (string?)Assert.Single(books.Vendor("stripe").Records("customer")!)!["tax_exempt"]);
    }
}
