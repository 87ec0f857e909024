using System.Globalization;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>What the books of a company that bills in one system and keeps its ledger in another have in common, each record in one line under its key.</summary>
internal static class BooksFacts
{
    /// <summary>The ledger's of billing: what changes there, and what is posted.</summary>
    public static readonly Facts Ledger = new(
        book => Applications(book).Concat(DueDays(book)),
        book => Documents(book).Concat(Payments(book)).Concat(DueDays(book))
    );

    /// <summary>Accounts, which everybody keeps.</summary>
    public static readonly Facts Kept = new(Accounts, _ => []);

    /// <summary>Invoices, and memos as what they are to a ledger: a debit memo is one more invoice there.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Documents(Book book) =>
        book
            .Invoices.Select(invoice =>
                Fact(invoice.Number, $"{invoice.AccountNumber} {invoice.IssuedOn:O} {invoice.Total} (tax {invoice.Tax}) {invoice.Currency}")
            )
            .Concat(
                book.Memos.Select(memo =>
                    Fact(
                        memo.Number,
                        $"{memo.AccountNumber} {memo.IssuedOn:O} {(memo.IsCredit ? "-" : "")}{memo.Total} (tax {memo.Tax}) {memo.Currency}"
                    )
                )
            );

    /// <summary>When each document says that it is due: where it was posted, as it was due then, whatever was agreed later.</summary>
    public static IEnumerable<KeyValuePair<string, string>> DueDays(Book book) =>
        book
            .Invoices.Select(invoice => (invoice.Number, invoice.DueOn))
            .Concat(book.Memos.Select(memo => (memo.Number, memo.DueOn)))
            .Where(document => document.DueOn is not null)
            .Select(document => Fact($"due day of {document.Number}", $"{document.DueOn:O}"));

    public static IEnumerable<KeyValuePair<string, string>> Payments(Book book) =>
        book.Payments.Select(payment =>
            Fact(payment.Reference, $"{payment.AccountNumber} {payment.ReceivedOn:O} {payment.Amount} {payment.Currency}")
        );

    public static IEnumerable<KeyValuePair<string, string>> Refunds(Book book) =>
        Refunded(book).Select(refund => Fact(refund.Reference, $"{refund.RefundedOn:O} {refund.Amount} {refund.Currency}"));

    /// <summary>Refunds that were carried out.</summary>
    public static IEnumerable<BookRefund> Refunded(Book book) => book.Refunds.Where(refund => refund.Status is "Processed" or "succeeded");

    /// <summary>What of a payment or credit memo pays a document, in sum.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Applications(Book book) =>
        book
            .Payments.SelectMany(payment => payment.Applications.Select(one => (From: payment.Reference, one.InvoiceNumber, one.Amount)))
            .Concat(book.Memos.SelectMany(memo => memo.Applications.Select(one => (From: memo.Number, one.InvoiceNumber, one.Amount))))
            .GroupBy(one => $"application of {one.From} to {one.InvoiceNumber}", StringComparer.Ordinal)
            .Select(group => Fact(group.Key, $"{group.Sum(one => one.Amount)}"))
            .Where(fact => fact.Value != "0");

    /// <summary>Accounts by the address that they alone have: their numbers differ from system to system.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Accounts(Book book) =>
        book.Accounts.Select(account => Fact($"account {account.Email}", $"{account.Name}"));

    /// <summary>Accounts that are open, likewise.</summary>
    public static IEnumerable<KeyValuePair<string, string>> OpenAccounts(Book book) =>
        book.Accounts.Where(account => account.Active).Select(account => Fact($"account {account.Email}", $"{account.Name}"));

    public static KeyValuePair<string, string> Fact(string key, FormattableString says) =>
        new(key, says.ToString(CultureInfo.InvariantCulture));
}
