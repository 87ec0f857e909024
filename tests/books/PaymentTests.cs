using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Money from wherever it comes: it stands once in billing and once in the ledger, and billing says what it pays.</summary>
public sealed class PaymentTests : IDisposable
{
    private readonly BooksBench books = new();

    private IPlaysSubscriptions Billing => (IPlaysSubscriptions)books.Vendor("zuora");

    private IPlaysPayments Processor => (IPlaysPayments)books.Vendor("stripe");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_charge_of_billings_own_gateway_is_linked_and_not_created_twice_whichever_notice_comes_first(bool processorFirst)
    {
        var (account, customer) = await OpenAsync();
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        await books.PassAsync();
        var charge = Processor.TakeCharge(customer, 10_000, "USD", "USD", "billing");
        if (processorFirst)
        {
            await books.PassAsync();
            Billing.CollectPayment(invoice, charge);
        }
        else
        {
            Billing.CollectPayment(invoice, charge);
            await books.DeliverAsync("zuora");
            await books.WorkAsync();
        }

        await books.PassAsync();
        await books.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(charge, Assert.Single(books.Book("zuora").Payments).Reference);
        AssertPaid(charge, 10_000);
        Assert.Empty(await books.LettersAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_charge_of_another_companys_customer_stands_once_and_as_that_companys_whichever_notice_comes_first(
        bool processorFirst
    )
    {
        var account = Billing.OpenAccountOf("de", "Söhne", "ap@soehne.example", "EUR", "DE");
        await books.PassAsync();
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        await books.PassAsync();
        var charge = Processor.TakeCharge(Assert.Single(books.Book("stripe").Accounts).Id, 10_000, "EUR", "EUR", "billing");
        if (processorFirst)
        {
            await books.PassAsync();
            Billing.CollectPayment(invoice, charge);
        }
        else
        {
            Billing.CollectPayment(invoice, charge);
            await books.DeliverAsync("zuora");
            await books.WorkAsync();
        }

        await books.PassAsync(TimeSpan.FromHours(2));
        var refund = Processor.Refund(charge, 2_500);
        Billing.UnapplyPayment(Assert.Single(books.Book("zuora").Payments).Id, new PlayedApplication(invoice, 2_500));
        await books.PassAsync(TimeSpan.FromHours(1));

        var posted = Assert.Single(books.Book("netsuite").Payments);
        Assert.Equal((charge, 10_000L, 7_500L), (posted.Reference, posted.Amount, posted.Applications.Sum(one => one.Amount)));
        Assert.Equal((refund, 2_500L), (Assert.Single(books.Book("netsuite").Refunds).Reference, books.Book("netsuite").Refunds[0].Amount));
        Assert.Equal("2", (string)Assert.Single(books.Vendor("netsuite").Records("customerPayment")!)!["subsidiary"]!["id"]!);
        var told = await books.RecordAsync("stripe", RecordType.Payment, "payment_intent", charge);
        Assert.Equal("de", told.Entity);
        Assert.Equal(told, await books.RecordAsync("zuora", RecordType.Payment, "payment", Assert.Single(books.Book("zuora").Payments).Id));

        var dispute = Processor.OpenDispute(charge, 1_000, inquiry: false);
        await books.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal("de", (await books.RecordAsync("stripe", RecordType.Dispute, "dispute", dispute)).Entity);
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_payment_made_at_the_processor_outside_of_billing_is_told_to_billing_and_the_ledger_and_pays_nothing_until_billing_says_so()
    {
        var (account, customer) = await OpenAsync();
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        var charge = Processor.TakeCharge(customer, 12_500, "USD", "USD");
        await books.PassAsync();

        var told = Assert.Single(books.Book("zuora").Payments);
        Assert.Equal((charge, 12_500L), (told.Reference, told.Amount));
        Assert.Empty(Assert.Single(books.Book("netsuite").Payments).Applications);

        Billing.ApplyPayment(told.Id, new PlayedApplication(invoice, 10_000));
        await books.PassAsync();
        var posted = Assert.Single(books.Book("netsuite").Payments);
        Assert.Equal(12_500, posted.Amount);
        AssertPaid(charge, 10_000);
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task What_billing_unapplies_is_unapplied_in_the_ledger_and_the_cash_stays()
    {
        var (account, _) = await OpenAsync();
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        var payment = Billing.TakePayment(account, 10_000, "USD", [new PlayedApplication(invoice, 10_000)]);
        await books.PassAsync();
        Assert.Equal(10_000, Assert.Single(books.Book("netsuite").Payments).Applications.Sum(one => one.Amount));

        Billing.UnapplyPayment(payment, new PlayedApplication(invoice, 4_000));
        await books.PassAsync();
        var posted = Assert.Single(books.Book("netsuite").Payments);
        Assert.Equal((10_000L, 6_000L), (posted.Amount, posted.Applications.Sum(one => one.Amount)));

        Billing.UnapplyPayment(payment, new PlayedApplication(invoice, 6_000));
        await books.PassAsync();
        Assert.Equal(0, Assert.Single(books.Book("netsuite").Payments).Applications.Sum(one => one.Amount));
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_wire_to_the_bank_is_told_to_billing_with_its_text_and_what_billing_applies_is_applied_to_that_wire_in_the_ledger()
    {
        var (account, _) = await OpenAsync();
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        await books.PassAsync();
        var customer = Assert.Single(books.Book("netsuite").Accounts).Id;
        books
            .Vendor("netsuite")
            .Put(
                "customerPayment",
                new()
                {
                    ["customer"] = new JsonObject { ["id"] = customer },
                    ["currency"] = new JsonObject { ["id"] = "1" },
                    ["subsidiary"] = new JsonObject { ["id"] = "1" },
                    ["payment"] = 100.00m,
                    ["tranDate"] = "2026-03-02",
                    ["checkNum"] = "WIRE-7",
                    ["memo"] = "with our thanks",
                }
            );
        await books.PassAsync();

        var told = Assert.Single(books.Book("zuora").Payments);
        Assert.Equal(("WIRE-7", 10_000L), (told.Reference, told.Amount));
        Billing.ApplyPayment(told.Id, new PlayedApplication(invoice, 10_000));
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([], (await books.LettersAsync()).Select(letter => $"{letter.Cause}: {letter.Fault.Detail}"));
        Assert.Equal(10_000, Assert.Single(Assert.Single(books.Book("netsuite").Payments).Applications).Amount);
        Assert.Single(books.Book("zuora").Payments);
    }

    [Fact]
    public async Task One_payment_pays_ten_invoices_and_what_is_left_stays_unapplied()
    {
        var (account, _) = await OpenAsync();
        var invoices = Enumerable
            .Range(1, 10)
            .Select(n => Billing.IssueInvoice(account, [new PlayedLine($"Month {n}", 1, n * 100)], 0))
            .ToList();
        Billing.TakePayment(account, 6_000, "USD", [.. invoices.Select((invoice, at) => new PlayedApplication(invoice, (at + 1) * 100))]);
        await books.PassAsync();

        var posted = Assert.Single(books.Book("netsuite").Payments);
        Assert.Equal((6_000L, 5_500L, 10), (posted.Amount, posted.Applications.Sum(one => one.Amount), posted.Applications.Count));
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_partial_refund_at_the_processor_is_a_refund_in_billing_and_in_the_ledger()
    {
        var (_, customer) = await OpenAsync();
        var charge = Processor.TakeCharge(customer, 10_000, "USD", "USD");
        await books.PassAsync();
        Processor.Refund(charge, 2_500);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(2_500, Assert.Single(books.Book("zuora").Refunds).Amount);
        Assert.Equal(2_500, Assert.Single(books.Book("netsuite").Refunds).Amount);
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_payment_of_more_than_a_document_owes_is_refused_and_never_posted_in_part()
    {
        var (account, _) = await OpenAsync();
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        Assert.ThrowsAny<Exception>(() => Billing.TakePayment(account, 15_000, "USD", [new PlayedApplication(invoice, 15_000)]));
        await books.PassAsync();

        Assert.Empty(books.Book("netsuite").Payments);
    }

    public void Dispose() => books.Dispose();

    private void AssertPaid(string reference, long amount)
    {
        var posted = Assert.Single(books.Book("netsuite").Payments);
        Assert.Equal(reference, posted.Reference);
        Assert.Equal(amount, posted.Applications.Sum(application => application.Amount));
        Assert.Equal("USD", posted.Currency);
    }

    private async Task<(string Account, string Customer)> OpenAsync()
    {
        var account = Billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
        await books.PassAsync();
        return (account, Assert.Single(books.Book("stripe").Accounts).Id);
    }
}
