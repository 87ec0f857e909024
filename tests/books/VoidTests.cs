using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Invoices that are taken back after they were posted: while their period is open, and after it was closed.</summary>
public sealed class VoidTests : IDisposable
{
    // April 2026, counted from January 2020, with which the pretend account's periods begin.
    private const string April = "76";

    private readonly BooksBench books = new(edit: text =>
        text.Replace("goneAfter: 1m", "goneAfter: 1m\n  postClosedInOpenPeriod: true", StringComparison.Ordinal)
    );

    [Fact]
    public async Task An_invoice_canceled_while_its_period_is_open_stays_and_charges_nothing()
    {
        var invoice = await PostAsync(books);
        Billing(books).CancelInvoice(invoice);
        await books.PassAsync();

        Assert.Equal((0L, 0L), Owed());
        Assert.Empty(books.Book("netsuite").Memos);
        Assert.Equal(0, Receivable());
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task An_invoice_canceled_after_its_period_was_closed_stays_as_it_is_and_is_reversed_in_the_next_one()
    {
        var invoice = await PostAsync(books);
        CloseMarch(books);
        Billing(books).CancelInvoice(invoice);
        await books.PassAsync();

        Assert.Equal((10_800L, 800L), Owed());
        var memo = Assert.Single(books.Book("netsuite").Memos);
        Assert.Equal((10_800L, 800L), (memo.Total, memo.Tax));
        Assert.Equal(10_800, Assert.Single(memo.Applications).Amount);
        Assert.Equal(April, (string?)Assert.Single(books.Vendor("netsuite").Records("creditMemo")!)!["postingPeriod"]!["id"]);
        Assert.Equal(0, Receivable());
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task A_reversal_whose_answer_is_lost_is_found_and_not_made_twice()
    {
        var invoice = await PostAsync(books);
        CloseMarch(books);
        Billing(books).CancelInvoice(invoice);
        books
            .Faults["netsuite"]
            .Plan(
                new PlannedFault
                {
                    Method = "PUT",
                    PathContains = "/creditMemo/",
                    Cut = Cut.AfterCommit,
                }
            );
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Empty(books.Faults["netsuite"].Planned);
        Assert.Equal(10_800, Assert.Single(books.Book("netsuite").Memos).Total);
        Assert.Equal(0, Receivable());
        Assert.Empty(await books.LettersAsync());
    }

    [Fact]
    public async Task Without_a_policy_an_invoice_of_a_closed_period_is_taken_back_once_a_person_has_opened_it()
    {
        using var strict = new BooksBench();
        var invoice = await PostAsync(strict);
        CloseMarch(strict);
        Billing(strict).CancelInvoice(invoice);
        await strict.PassAsync();
        Assert.Equal(10_800, Assert.Single(strict.Book("netsuite").Invoices).Total);
        Assert.Empty(strict.Book("netsuite").Memos);

        ((IPlaysErp)strict.Vendor("netsuite")).OpenAllPeriods();
        var claimed = await strict.Store.ClaimedAsync("zuora", "invoice", invoice, CancellationToken.None);
        var lane = new LaneId(claimed!.Value, "netsuite", "invoice");
        Assert.True(await strict.Hub.ReleaseAsync(lane, "ann", "the period is open again", CancellationToken.None));
        await strict.PassAsync();
        Assert.Equal(0, Assert.Single(strict.Book("netsuite").Invoices).Total);
    }

    [Fact]
    public async Task What_billing_itself_reverses_in_the_next_period_is_reversed_there_and_the_closed_one_is_left_alone()
    {
        var invoice = await PostAsync(books);
        CloseMarch(books);
        Billing(books).VoidInvoice(invoice);
        await books.PassAsync();

        Assert.Equal((10_800L, 800L), Owed());
        var memo = Assert.Single(books.Book("netsuite").Memos);
        Assert.Equal((10_800L, new DateOnly(2026, 4, 2)), (memo.Total, memo.IssuedOn));
        Assert.Equal(10_800, Assert.Single(memo.Applications).Amount);
        Assert.Equal(0, Receivable());
        Assert.Empty(await books.LettersAsync());
    }

    public void Dispose() => books.Dispose();

    private static IPlaysSubscriptions Billing(BooksBench books) => (IPlaysSubscriptions)books.Vendor("zuora");

    private static async Task<string> PostAsync(BooksBench books)
    {
        var account = Billing(books).OpenAccount("Acme", "ap@acme.example", "USD", "US");
        var invoice = Billing(books).IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 800);
        await books.PassAsync();
        Assert.Equal(10_800, Assert.Single(books.Book("netsuite").Invoices).Total);
        return invoice;
    }

    private static void CloseMarch(BooksBench books)
    {
        books.Clock.SetUtcNow(new DateTimeOffset(2026, 4, 2, 17, 0, 0, TimeSpan.Zero));
        ((IPlaysErp)books.Vendor("netsuite")).ClosePeriodsThrough(new DateOnly(2026, 3, 31));
    }

    private (long Total, long Tax) Owed()
    {
        var posted = Assert.Single(books.Book("netsuite").Invoices);
        return (posted.Total, posted.Tax);
    }

    private long Receivable() => books.Book("netsuite").Ledger.Where(account => account.Account == "1100").Sum(account => account.Balance);
}
