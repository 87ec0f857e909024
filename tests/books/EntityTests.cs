using System.Text.Json.Nodes;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Two companies bill through tenants of their own that count alike: the same numbers are different accounts, documents and payments.</summary>
public sealed class EntityTests : IDisposable
{
    private readonly BooksBench books = new(edit: Stacks.WithGermanTenant);

    private IPlaysSubscriptions American => (IPlaysSubscriptions)books.Vendor("zuora");

    private IPlaysSubscriptions German => (IPlaysSubscriptions)books.Vendor("zuora-de");

    [Fact]
    public async Task One_invoice_number_of_two_companies_is_two_invoices_each_of_its_own_customer()
    {
        American.IssueInvoice(American.OpenAccount("Acme", "ap@acme.example", "USD", "US"), [new PlayedLine("Seats", 1, 10_000)], 0);
        German.IssueInvoice(German.OpenAccount("Beispiel", "ap@beispiel.example", "EUR", "DE"), [new PlayedLine("Plätze", 1, 20_000)], 0);
        await books.PassAsync();

        Assert.Equal(["1 INV00000001 Acme 100.00", "2 INV00000001 Beispiel 200.00"], Posted("invoice"));
        Assert.Equal(["A00000001", "A00000001"], books.Book("netsuite").Accounts.Select(account => account.Number));
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task One_payment_number_of_two_companies_is_two_payments_and_each_pays_its_own_invoice()
    {
        var (american, german) = (
            American.OpenAccount("Acme", "ap@acme.example", "USD", "US"),
            German.OpenAccount("Beispiel", "ap@beispiel.example", "USD", "DE")
        );
        Pay(American, american, 10_000);
        Pay(German, german, 10_000);
        await books.PassAsync();
        await books.PassAsync(TimeSpan.FromHours(1));

        var payments = books.Book("netsuite").Payments;
        Assert.Equal(["P-00000001", "P-00000001"], payments.Select(payment => payment.Reference));
        Assert.All(payments, payment => Assert.Equal(10_000, Assert.Single(payment.Applications).Amount));
        Assert.All(books.Book("netsuite").Invoices, invoice => Assert.Equal("paid", invoice.Status));
        Assert.Equal(["1", "2"], books.Vendor("netsuite").Records("customerPayment")!.Select(Subsidiary).Order(StringComparer.Ordinal));
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_credit_note_takes_from_the_invoice_of_its_own_company_alone()
    {
        American.IssueInvoice(American.OpenAccount("Acme", "ap@acme.example", "USD", "US"), [new PlayedLine("Seats", 1, 10_000)], 0);
        var invoice = German.IssueInvoice(
            German.OpenAccount("Beispiel", "ap@beispiel.example", "EUR", "DE"),
            [new PlayedLine("Plätze", 1, 10_000)],
            0
        );
        await books.PassAsync();
        German.VoidInvoice(invoice);
        await books.PassAsync();

        Assert.Equal(["2 CM00000001 Beispiel 100.00"], Posted("creditMemo"));
        var owed = books
            .Book("netsuite")
            .Ledger.Where(account => account.Account == "1100")
            .ToDictionary(one => one.Entity, one => one.Balance);
        Assert.Equal((10_000L, 0L), (owed["us"], owed["de"]));
        Assert.Empty(await books.LettersAsync());
    }

    public void Dispose() => books.Dispose();

    private static void Pay(IPlaysSubscriptions tenant, string account, long amount)
    {
        var invoice = tenant.IssueInvoice(account, [new PlayedLine("Seats", 1, amount)], 0);
        // A cheque, which has no processor's reference: it goes by the number that the tenant gives it.
        tenant.Put(
            "Payment",
            new JsonObject
            {
                ["accountId"] = account,
                ["amount"] = amount / 100m,
                ["currency"] = "USD",
                ["type"] = "External",
                ["invoices"] = new JsonArray(new JsonObject { ["invoiceId"] = invoice, ["amount"] = amount / 100m }),
            }
        );
    }

    /// <summary>The documents of a type as the ledger has them: subsidiary, number, customer, total.</summary>
    private IEnumerable<string> Posted(string type)
    {
        var customers = books
            .Book("netsuite")
            .Accounts.ToDictionary(account => account.Id, account => account.Name, StringComparer.Ordinal);
        return books
            .Vendor("netsuite")
            .Records(type)!
            .Select(record =>
                $"{Subsidiary(record)} {record!["tranId"]} {customers[(string)record["entity"]!["id"]!]} {(decimal)record["total"]!:0.00}"
            )
            .Order(StringComparer.Ordinal);
    }

    private static string Subsidiary(JsonNode? record) => (string)record!["subsidiary"]!["id"]!;
}
