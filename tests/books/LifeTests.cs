using System.Globalization;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>A year of business in three entities and currencies: both books are read by code of their own and must agree to the cent.</summary>
public sealed class LifeTests
{
    private const int Months = 6;

    [Fact]
    public async Task A_life_of_subscriptions_in_three_entities_stands_in_the_ledger_to_the_cent()
    {
        using var books = new BooksBench();
        var billing = (IPlaysSubscriptions)books.Vendor("zuora");
        billing.PlayLife(new DateOnly(2026, 1, 1), Months);
        await books.PassAsync(TimeSpan.FromHours(2));

        Assert.Equal([], (await books.LettersAsync()).Select(letter => $"{letter.Cause}: {letter.Fault.Detail}"));
        var (owed, posted) = (books.Book("zuora"), books.Book("netsuite"));
        Assert.NotEmpty(owed.Invoices);
        Assert.NotEmpty(owed.Memos);
        Assert.NotEmpty(owed.Refunds);
        Assert.Equal(Invoices(owed), Invoices(posted));
        Assert.Equal(Memos(owed), Memos(posted));
        Assert.Equal(Payments(owed), Payments(posted));
        Assert.Equal(Applications(owed), Applications(posted));
        Assert.Equal(Refunds(owed), Refunds(posted));
        Assert.Equal(0, posted.Ledger.Sum(account => account.Debit - account.Credit));
    }

    private static List<string> Invoices(Book book) =>
        Lines(book.Invoices, invoice => $"{invoice.Number} {invoice.IssuedOn:O} {invoice.Total} {invoice.Tax} {invoice.Currency}");

    private static List<string> Memos(Book book) =>
        Lines(book.Memos, memo => $"{memo.Number} {memo.IsCredit} {memo.IssuedOn:O} {memo.Total} {memo.Tax} {memo.Currency}");

    private static List<string> Payments(Book book) =>
        Lines(book.Payments, payment => $"{payment.Reference} {payment.ReceivedOn:O} {payment.Amount} {payment.Currency}");

    private static List<string> Refunds(Book book) =>
        Lines(book.Refunds, refund => $"{refund.Reference} {refund.RefundedOn:O} {refund.Amount} {refund.Currency}");

    private static List<string> Applications(Book book) =>
        Lines(
            book.Payments.SelectMany(payment =>
                    payment.Applications.Select(one => (From: payment.Reference, one.InvoiceNumber, one.Amount))
                )
                .Concat(book.Memos.SelectMany(memo => memo.Applications.Select(one => (From: memo.Number, one.InvoiceNumber, one.Amount))))
                .GroupBy(one => (one.From, one.InvoiceNumber))
                .Select(group => (group.Key.From, group.Key.InvoiceNumber, Amount: group.Sum(one => one.Amount)))
                .Where(one => one.Amount != 0),
            one => $"{one.From} to {one.InvoiceNumber}: {one.Amount}"
        );

    private static List<string> Lines<T>(IEnumerable<T> records, Func<T, FormattableString> write) =>
        [.. records.Select(record => write(record).ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)];
}
