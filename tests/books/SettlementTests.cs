using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>The clearing account has what the processor's balance has, whatever moves it.</summary>
public sealed class SettlementTests : IDisposable
{
    private const string Receivable = "1100";
    private const string ClearingUsd = "1051";
    private const string ClearingEur = "1054";
    private const string CheckingUsd = "1001";
    private const string Disputed = "6201";

    private readonly BooksBench books = new();

    private IPlaysSubscriptions Billing => (IPlaysSubscriptions)books.Vendor("zuora");

    private IPlaysPayments Processor => (IPlaysPayments)books.Vendor("stripe");

    [Fact]
    public async Task A_payout_with_charges_refunds_disputes_fees_and_exchange_goes_through_the_clearing_account_to_the_cent()
    {
        var customer = await OpenAsync();
        var dollars = Processor.TakeCharge(customer, 20_000, "USD", "USD");
        Processor.TakeCharge(customer, 7_777, "USD", "USD");
        Processor.ChargeFee("USD", 299, "monthly fee");
        await books.PassAsync();
        Processor.Refund(dollars, 2_500);
        var dispute = Processor.OpenDispute(dollars, 5_000, inquiry: false);
        await books.PassAsync();
        Processor.CloseDispute(dispute, won: true);
        await books.PassAsync(TimeSpan.FromHours(1));
        AssertClearing();

        var payout = Processor.PayOut("USD");
        await books.PassAsync(TimeSpan.FromHours(1));
        Processor.CompletePayout(payout);
        await books.PassAsync(TimeSpan.FromDays(3));
        AssertClearing();
        Assert.Equal(Assert.Single(books.Book("stripe").Payouts).Amount, BalanceOf(CheckingUsd));
        Assert.Equal([], await LettersAsync());
    }

    [Fact]
    public async Task A_charge_in_euro_that_is_settled_in_dollars_leaves_nothing_in_euro_and_its_exchange_has_a_name()
    {
        var billing = (IPlaysBilling)books.Vendor("zuora");
        billing.OpenAccount("Europe", "ap@europe.example", "EUR", "US");
        await books.PassAsync();
        Processor.TakeCharge(Assert.Single(books.Book("stripe").Accounts).Id, 10_000, "EUR", "USD");
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(0, BalanceOf(ClearingEur, "EUR"));
        AssertClearing();
        Assert.Equal([], await LettersAsync());
    }

    [Fact]
    public async Task A_dispute_that_is_lost_makes_its_invoice_owed_again_in_billing_and_in_the_ledger()
    {
        var customer = await OpenAsync();
        var account = Assert.Single(books.Book("zuora").Accounts).Id;
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        var charge = Processor.TakeCharge(customer, 10_000, "USD", "USD");
        await books.PassAsync();
        Billing.ApplyPayment(Assert.Single(books.Book("zuora").Payments).Id, new PlayedApplication(invoice, 10_000));
        await books.PassAsync();
        Assert.Equal(0, BalanceOf(Receivable));

        var dispute = Processor.OpenDispute(charge, 10_000, inquiry: false);
        await books.PassAsync();
        Processor.CloseDispute(dispute, won: false);
        await books.PassAsync(TimeSpan.FromHours(2));

        Assert.Equal([], await LettersAsync());
        Assert.Equal(10_000, BalanceOf(Receivable));
        Assert.Equal(0, BalanceOf(Disputed));
        Assert.Equal(10_000, books.Book("zuora").Totals.Single(total => total.Kind == "Invoice").Balance);
        AssertClearing();
    }

    [Fact]
    public async Task A_chargeback_that_billing_tells_of_as_a_refund_before_it_has_answered_stands_once_in_the_ledger()
    {
        var customer = await OpenAsync();
        var charge = Processor.TakeCharge(customer, 10_000, "USD", "USD");
        await books.PassAsync();
        var dispute = Processor.OpenDispute(charge, 10_000, inquiry: false);
        await books.PassAsync();
        books
            .Faults["zuora"]
            .Plan(
                new PlannedFault
                {
                    Method = "POST",
                    PathContains = "/refunds",
                    Status = 504,
                    DelayAfterCommit = true,
                }
            );
        Processor.CloseDispute(dispute, won: false);
        await books.PassAsync(TimeSpan.FromHours(2));

        Assert.Equal([], await LettersAsync());
        Assert.Single(books.Book("zuora").Refunds);
        Assert.Equal(0, BalanceOf(Disputed));
        AssertClearing();
    }

    [Fact]
    public async Task A_dispute_that_is_won_and_an_inquiry_change_nothing_that_is_owed()
    {
        var customer = await OpenAsync();
        var charge = Processor.TakeCharge(customer, 10_000, "USD", "USD");
        await books.PassAsync();
        var dispute = Processor.OpenDispute(charge, 4_000, inquiry: false);
        var inquiry = Processor.OpenDispute(charge, 1_000, inquiry: true);
        await books.PassAsync();
        Processor.CloseDispute(dispute, won: true);
        Processor.CloseDispute(inquiry, won: true);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Empty(books.Book("zuora").Refunds);
        Assert.Empty(books.Book("netsuite").Refunds);
        Assert.Equal(0, BalanceOf(Disputed));
        AssertClearing();
        Assert.Equal([], await LettersAsync());
    }

    [Fact]
    public async Task A_refund_of_a_payment_that_is_still_applied_waits_until_billing_has_taken_it_back()
    {
        var customer = await OpenAsync();
        var account = Assert.Single(books.Book("zuora").Accounts).Id;
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        var charge = Processor.TakeCharge(customer, 10_000, "USD", "USD");
        await books.PassAsync();
        Billing.ApplyPayment(Assert.Single(books.Book("zuora").Payments).Id, new PlayedApplication(invoice, 10_000));
        await books.PassAsync();
        Processor.Refund(charge, 4_000);
        await books.PassAsync(TimeSpan.FromHours(2));

        Assert.Equal([], await LettersAsync());
        Assert.Equal(4_000, Assert.Single(books.Book("netsuite").Refunds).Amount);
        Assert.Equal(4_000, BalanceOf(Receivable));
        AssertClearing();
    }

    [Fact]
    public async Task A_dispute_waits_for_billing_that_is_slow_for_hours_and_is_no_dead_letter()
    {
        var customer = await OpenAsync();
        var account = Assert.Single(books.Book("zuora").Accounts).Id;
        var invoice = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        var charge = Processor.TakeCharge(customer, 10_000, "USD", "USD");
        await books.PassAsync();
        Billing.ApplyPayment(Assert.Single(books.Book("zuora").Payments).Id, new PlayedApplication(invoice, 10_000));
        await books.PassAsync();
        books
            .Faults["zuora"]
            .Plan(
                new PlannedFault
                {
                    Method = "POST",
                    PathContains = "/refunds",
                    Status = 429,
                    RetryAfter = TimeSpan.FromHours(2),
                }
            );
        Processor.CloseDispute(Processor.OpenDispute(charge, 10_000, inquiry: false), won: false);
        await books.PassAsync(TimeSpan.FromHours(1));
        Assert.Empty(books.Book("netsuite").Refunds);
        await books.PassAsync(TimeSpan.FromHours(4));

        Assert.Equal([], await LettersAsync());
        Assert.Equal(10_000, Assert.Single(books.Book("netsuite").Refunds).Amount);
        Assert.Equal(10_000, BalanceOf(Receivable));
        AssertClearing();
    }

    [Fact]
    public async Task A_negative_payout_takes_from_the_bank_what_the_balance_lacks()
    {
        var customer = await OpenAsync();
        var charge = Processor.TakeCharge(customer, 10_000, "USD", "USD");
        await books.PassAsync();
        Processor.CompletePayout(Processor.PayOut("USD"));
        await books.PassAsync(TimeSpan.FromDays(3));
        Processor.Refund(charge, 10_000);
        await books.PassAsync();
        Processor.CompletePayout(Processor.PayOut("USD"));
        await books.PassAsync(TimeSpan.FromDays(3));

        Assert.Contains(books.Book("stripe").Payouts, payout => payout.Amount < 0);
        Assert.Equal(books.Book("stripe").Payouts.Sum(payout => payout.Amount), BalanceOf(CheckingUsd));
        AssertClearing();
        Assert.Equal([], await LettersAsync());
    }

    public void Dispose() => books.Dispose();

    private void AssertClearing()
    {
        var held = books.Book("stripe").ProcessorBalances.SingleOrDefault(balance => balance.Currency == "USD")?.Amount ?? 0;
        Assert.Equal(held, BalanceOf(ClearingUsd));
        Assert.Equal(0, books.Book("netsuite").Ledger.Sum(account => account.Balance));
    }

    private long BalanceOf(string account, string currency = "USD") =>
        books.Book("netsuite").Ledger.Where(held => held.Account == account && held.Currency == currency).Sum(held => held.Balance);

    private async Task<IReadOnlyList<string>> LettersAsync() =>
        [.. (await books.LettersAsync()).Select(letter => $"{letter.Cause}: {letter.Fault.Detail}")];

    private async Task<string> OpenAsync()
    {
        Billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
        await books.PassAsync();
        return Assert.Single(books.Book("stripe").Accounts).Id;
    }
}
