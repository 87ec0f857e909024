using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Wires that lack a little: within the tolerance the invoice is closed in billing and in the ledger, beyond it the rest stays owed.</summary>
public sealed class ShortPayTests : ShortPayBench
{
    [Fact]
    public async Task What_a_wire_lacks_within_the_tolerance_is_written_off_in_billing_and_in_the_ledger_and_takes_nothing_from_sales()
    {
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        var sold = BalanceOf(Sales);
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([], (await Books.LettersAsync()).Select(letter => $"{letter.Cause}: {letter.Fault.Detail}"));
        Assert.Equal([(invoice, 9_750L)], Paid("zuora"));
        Assert.Equal([(invoice, 9_750L)], Paid("netsuite"));
        foreach (var system in (string[])["zuora", "netsuite"])
        {
            var memo = Assert.Single(Books.Book(system).Memos);
            Assert.Equal((true, 250L, 0L), (memo.IsCredit, memo.Total, memo.Tax));
            Assert.Equal(new BookApplication(invoice, 250), Assert.Single(memo.Applications));
        }

        AssertClosed(writtenOff: 250);
        Assert.Equal(sold, BalanceOf(Sales));
        Assert.Equal(CashVerdict.ShortPaid, (await ProposalAsync()).Verdict);
    }

    [Fact]
    public async Task What_is_written_off_of_a_taxed_invoice_takes_nothing_from_the_tax_that_is_due()
    {
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000, tax: 800);
        Assert.Equal(-800, BalanceOf(Tax));
        Wire("Acme", 105.00m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal((300L, 0L), (Assert.Single(Books.Book("zuora").Memos).Total, Assert.Single(Books.Book("zuora").Memos).Tax));
        AssertClosed(writtenOff: 300);
        Assert.Equal((-10_000L, -800L), (BalanceOf(Sales), BalanceOf(Tax)));
    }

    // The limits are three percent and 5.00.
    [Theory]
    [InlineData(10_000, 9_700, 300)]
    [InlineData(10_000, 9_699, 0)]
    [InlineData(10_000, 5_000, 0)]
    [InlineData(1_000_000, 999_500, 500)]
    [InlineData(1_000_000, 999_499, 0)]
    public async Task What_a_wire_lacks_at_the_limit_is_written_off_and_a_cent_more_stays_owed_whole(long owed, long paid, long writtenOff)
    {
        var invoice = await InvoiceAsync(await OpenAsync(), owed);
        Wire("Acme", paid / 100m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([(invoice, paid)], Paid("zuora"));
        Assert.Equal(writtenOff, Books.Book("zuora").Memos.Sum(memo => memo.Total));
        Assert.Equal((owed - paid - writtenOff, writtenOff), (BalanceOf(Receivable), BalanceOf(BadDebts)));
        Assert.Equal(Owed("zuora"), Owed("netsuite"));
        Assert.Equal(writtenOff > 0 ? CashVerdict.ShortPaid : CashVerdict.Underpaid, (await ProposalAsync()).Verdict);
    }

    [Fact]
    public async Task Nothing_is_written_off_in_a_currency_that_has_no_tolerance()
    {
        var account = Billing.OpenAccount("Acme Europe", "ap@acme.example", "EUR", "US");
        await Books.PassAsync();
        var invoice = await InvoiceAsync(account, 10_000);
        Wire("Acme Europe", 99.99m, invoice, currency: "4");
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([(invoice, 9_999L)], Paid("zuora"));
        Assert.Empty(Books.Book("zuora").Memos);
        Assert.Equal((1L, 1L), (Owed("zuora"), Owed("netsuite")));
    }

    [Fact]
    public async Task Of_many_invoices_only_the_largest_is_closed_by_a_write_off_and_the_others_are_paid_in_full()
    {
        var account = await OpenAsync();
        var small = await InvoiceAsync(account, 100);
        var large = await InvoiceAsync(account, 50_000);
        Wire("Acme", 499.00m, $"{small} {large}");
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([(small, 100L), (large, 49_800L)], Paid("zuora"));
        Assert.Equal(new BookApplication(large, 200), Assert.Single(Assert.Single(Books.Book("zuora").Memos).Applications));
        AssertClosed(writtenOff: 200);
    }

    [Fact]
    public async Task A_wire_that_brings_the_rest_after_it_was_written_off_stays_unapplied()
    {
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));
        Wire("Acme", 2.50m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([(invoice, 9_750L)], Paid("zuora"));
        Assert.Equal([(invoice, 9_750L)], Paid("netsuite"));
        Assert.Equal([250L, 9_750L], Books.Book("zuora").Payments.Select(payment => payment.Amount).Order());
        Assert.Equal(0, Owed("zuora") + Owed("netsuite"));
        Assert.Equal((-250L, 250L), (BalanceOf(Receivable), BalanceOf(BadDebts)));
        Assert.Equal(CashVerdict.NothingPayable, (await ProposalAsync()).Verdict);
        Assert.Empty(await Books.LettersAsync());
    }

    [Fact]
    public async Task A_wire_that_brings_the_rest_before_it_was_written_off_pays_it_and_a_person_is_told_that_nothing_is_given_up()
    {
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Hold("/creditmemos");
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromMinutes(3));
        Wire("Acme", 2.50m, invoice);
        await Books.PassAsync(TimeSpan.FromMinutes(3));
        Books.Faults["zuora"].Clear();
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(10_000, Paid("zuora").Sum(one => one.Amount));
        AssertClosed(writtenOff: 0);
        Assert.StartsWith("owed-otherwise", Assert.Single(await Books.LettersAsync()).Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_has_changed_before_it_could_be_given_up_is_left_to_a_person()
    {
        var account = await OpenAsync();
        var invoice = await InvoiceAsync(account, 10_000);
        Hold("/creditmemos");
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromMinutes(3));
        Billing.TakePayment(account, 100, "USD", [new PlayedApplication(Assert.Single(Books.Book("zuora").Invoices).Id, 100)]);
        Books.Faults["zuora"].Clear();
        await Books.PassAsync(TimeSpan.FromHours(1));

        Assert.Empty(Books.Book("zuora").Memos);
        Assert.Equal(150, Owed("zuora"));
        var letter = Assert.Single(await Books.LettersAsync());
        Assert.Contains("another amount is owed", letter.Fault.Detail, StringComparison.Ordinal);
        Assert.Equal("write-off", ((WorkItem.OfLane)letter.Work).Lane.Part);
        Assert.Equal(new Money(250, Currency.Of("USD")), letter.Amount);
    }

    [Fact]
    public async Task A_write_off_that_billing_refuses_leaves_the_payment_as_it_is_and_is_made_once_a_person_has_released_it()
    {
        var invoice = await InvoiceAsync(await OpenAsync(), 10_000);
        Books
            .Faults["zuora"]
            .Plan(
                new PlannedFault
                {
                    Method = "POST",
                    PathContains = "/creditmemos",
                    Status = 400,
                }
            );
        Wire("Acme", 97.50m, invoice);
        await Books.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal([(invoice, 9_750L)], Paid("netsuite"));
        Assert.Equal((250L, 250L), (Owed("zuora"), Owed("netsuite")));
        var letter = Assert.Single(await Books.LettersAsync());

        Assert.True(
            await Books.Hub.ReleaseAsync(((WorkItem.OfLane)letter.Work).Lane, "ann", "the period is open again", CancellationToken.None)
        );
        await Books.PassAsync(TimeSpan.FromHours(1));
        AssertClosed(writtenOff: 250);
        Assert.Empty(await Books.LettersAsync());
    }
}
