using System.Globalization;
using System.Text.Json.Nodes;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>One amount as three vendors write it: each has its own idea of how many digits a currency has.</summary>
public sealed class CurrencyTests : IDisposable
{
    private readonly BooksBench books = new();

    private IPlaysSubscriptions Billing => (IPlaysSubscriptions)books.Vendor("zuora");

    private IPlaysPayments Processor => (IPlaysPayments)books.Vendor("stripe");

    /// <summary>Currency, minor units of ISO 4217, what Stripe writes, and what Zuora and NetSuite write.</summary>
    public static TheoryData<string, long, long, string> Amounts { get; } =
        new()
        {
            { "USD", 12_345, 12_345, "123.45" },
            { "JPY", 12_345, 12_345, "12345" },
            { "KWD", 12_340, 12_340, "12.34" },
            { "ISK", 12_345, 1_234_500, "12345" },
            { "UGX", 12_345, 1_234_500, "12345" },
        };

    [Theory]
    [MemberData(nameof(Amounts))]
    public async Task An_amount_is_the_same_however_each_vendor_writes_it(
        string currency,
        long minorUnits,
        long atStripe,
        string inMajorUnits
    )
    {
        // The account is the American company's whatever its currency is.
        var account = Billing.OpenAccount("Acme", "ap@acme.example", currency, "CA");
        books.Vendor("zuora").Put("Account", new JsonObject { ["id"] = account, ["Subsidiary__NS"] = "us" });
        await books.PassAsync();
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, minorUnits)], 0);
        Processor.TakeCharge(Assert.Single(books.Book("stripe").Accounts).Id, minorUnits, currency, currency);
        await books.PassAsync();
        Billing.ApplyPayment(Assert.Single(books.Book("zuora").Payments).Id, new PlayedApplication(invoice, minorUnits));
        await books.PassAsync(TimeSpan.FromHours(1));

        var major = decimal.Parse(inMajorUnits, CultureInfo.InvariantCulture);
        Assert.Equal(atStripe, (long)Only("stripe", "payment_intent")["amount"]!);
        Assert.Equal(major, (decimal)Only("zuora", "Payment")["amount"]!);
        Assert.Equal(major, (decimal)Only("zuora", "Invoice")["Amount"]!);
        Assert.Equal(major, (decimal)Only("netsuite", "invoice")["item"]!["items"]![0]!["amount"]!);
        Assert.Equal(major, (decimal)Only("netsuite", "customerPayment")["payment"]!);
        Assert.Equal(major, (decimal)Only("netsuite", "customerPayment")["apply"]!["items"]![0]!["amount"]!);
        Assert.Empty(await books.LettersAsync());
    }

    [Theory]
    [MemberData(nameof(Amounts))]
    public async Task The_clearing_account_of_a_currency_has_what_the_processor_s_balance_has(
        string currency,
        long minorUnits,
        long atStripe,
        string inMajorUnits
    )
    {
        var account = Billing.OpenAccount("Acme", "ap@acme.example", currency, "CA");
        books.Vendor("zuora").Put("Account", new JsonObject { ["id"] = account, ["Subsidiary__NS"] = "us" });
        await books.PassAsync();
        var charge = Processor.TakeCharge(Assert.Single(books.Book("stripe").Accounts).Id, minorUnits, currency, currency);
        await books.PassAsync();
        Processor.Refund(charge, minorUnits);
        await books.PassAsync(TimeSpan.FromHours(1));

        // What was taken was given back: what is left is the fee, which the processor keeps.
        var balance = Assert.Single(books.Book("stripe").ProcessorBalances, one => one.Currency == currency).Amount;
        var fee = books.Book("stripe").SettlementItems.Sum(item => item.Fee);
        Assert.Equal(-fee, balance);
        Assert.Equal((atStripe, inMajorUnits), ((long)Only("stripe", "refund")["amount"]!, Major(Only("netsuite", "customerRefund"))));
        Assert.Equal(
            balance,
            books.Book("netsuite").Ledger.Where(one => one.Account.StartsWith("105", StringComparison.Ordinal)).Sum(one => one.Balance)
        );
        Assert.Empty(await books.LettersAsync());
    }

    public void Dispose() => books.Dispose();

    private JsonNode Only(string system, string type) => Assert.Single(books.Vendor(system).Records(type)!)!;

    private static string Major(JsonNode refund) =>
        ((decimal)refund["apply"]!["items"]![0]!["amount"]!).ToString("0.###", CultureInfo.InvariantCulture);
}
