using System.Globalization;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What a ledger has of a system that bills and takes the money.</summary>
internal static class PairFacts
{
    private const string PriorPeriod = "Prior period";

    public static readonly Facts Watched = new(Of, Posted);

    /// <summary>A record in one line: its key, and what of it the route carries.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(Book book)
    {
        foreach (var account in book.Accounts)
        {
            // A source that has deleted a record says nothing of it any more: what counts is that it is closed.
            yield return new($"account {account.Number}", account.Active ? $"{account.Name}, {account.Email}" : "closed");
        }

        foreach (var invoice in book.Invoices)
        {
            yield return new($"invoice {invoice.Number}", Line(invoice));
        }

        foreach (var payment in book.Payments)
        {
            yield return new($"payment {payment.Reference}", Line(payment));
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Posted(Book book) =>
        book
            .Invoices.Select(invoice => KeyValuePair.Create($"invoice {invoice.Number}", Line(invoice with { Memo = null })))
            .Concat(
                book.Payments.Select(payment =>
                    KeyValuePair.Create($"payment {payment.Reference}", Line(payment with { Applications = [] }))
                )
            );

    private static string Line(BookInvoice invoice) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{invoice.AccountNumber} {invoice.IssuedOn:O} {invoice.Total} {invoice.Currency} (tax {invoice.Tax}, lines {string.Join('+', invoice.LineAmounts)}) '{WithoutMark(invoice.Memo)}'"
        );

    /// <summary>A document posted into a later period says so before its own words.</summary>
    private static string? WithoutMark(string? memo) =>
        memo == PriorPeriod ? null
        : memo?.StartsWith($"{PriorPeriod}: ", StringComparison.Ordinal) == true ? memo[(PriorPeriod.Length + 2)..]
        : memo;

    private static string Line(BookPayment payment) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{payment.AccountNumber} {payment.ReceivedOn:O} {payment.Amount} {payment.Currency} for {string.Join(", ", payment.Applications.GroupBy(one => one.InvoiceNumber, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key}: {group.Sum(one => one.Amount)}"))}"
        );
}
