using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Days are those of the company's calendar, and periods are closed.</summary>
public sealed class CalendarTests : IDisposable
{
    private readonly BooksBench books = new();

    [Theory]
    [InlineData("2026-04-01T03:59:59Z", "2026-03-31")]
    [InlineData("2026-04-01T04:00:00Z", "2026-04-01")]
    public async Task A_payment_at_midnight_falls_on_the_day_of_the_companys_calendar(string at, string day)
    {
        var billing = (IPlaysBilling)books.Vendor("zuora");
        billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
        await books.PassAsync();
        books.Clock.SetUtcNow(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
        ((IPlaysPayments)books.Vendor("stripe")).TakeCharge(Assert.Single(books.Book("stripe").Accounts).Id, 5_000, "USD", "USD");
        await books.PassAsync();

        var expected = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected, Assert.Single(books.Book("zuora").Payments).ReceivedOn);
        Assert.Equal(expected, Assert.Single(books.Book("netsuite").Payments).ReceivedOn);
    }

    [Fact]
    public async Task A_document_of_a_closed_period_waits_for_a_person_and_is_posted_when_the_period_is_open_again()
    {
        var billing = (IPlaysBilling)books.Vendor("zuora");
        var ledger = (IPlaysErp)books.Vendor("netsuite");
        var account = billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
        await books.PassAsync();
        ledger.ClosePeriodsThrough(new DateOnly(2026, 3, 31));
        var invoice = billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        await books.PassAsync();
        Assert.Empty(books.Book("netsuite").Invoices);

        ledger.OpenAllPeriods();
        var claimed = await books.Store.ClaimedAsync("zuora", "invoice", invoice, CancellationToken.None);
        Assert.True(
            await books.Hub.ReleaseAsync(
                new(claimed!.Value, "netsuite", "invoice"),
                "ann",
                "the period is open again",
                CancellationToken.None
            )
        );
        await books.PassAsync();
        Assert.Equal(new DateOnly(2026, 3, 2), Assert.Single(books.Book("netsuite").Invoices).IssuedOn);
    }

    [Fact]
    public async Task A_document_of_a_closed_period_is_posted_into_the_first_open_one_where_the_policy_says_so_and_keeps_its_date()
    {
        using var lenient = new BooksBench(edit: text =>
            text.Replace("goneAfter: 1m", "goneAfter: 1m\n  postClosedInOpenPeriod: true", StringComparison.Ordinal)
        );
        var billing = (IPlaysBilling)lenient.Vendor("zuora");
        var account = billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
        await lenient.PassAsync();
        ((IPlaysErp)lenient.Vendor("netsuite")).ClosePeriodsThrough(new DateOnly(2026, 3, 31));
        billing.IssueInvoice(account, [new PlayedLine("Seats", 1, 10_000)], 0);
        await lenient.PassAsync();

        var posted = Assert.Single(lenient.Book("netsuite").Invoices);
        Assert.Equal(new DateOnly(2026, 3, 2), posted.IssuedOn);
        Assert.StartsWith("Prior period", posted.Memo, StringComparison.Ordinal);
    }

    public void Dispose() => books.Dispose();
}
