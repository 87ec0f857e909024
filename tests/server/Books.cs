using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>What the vendors themselves hold.</summary>
internal static class Books
{
    /// <summary>Every account, invoice and payment of the source stands once in the target, to the cent, and nothing else does.</summary>
    public static void AssertSame(Book source, Book target)
    {
        Assert.Equal(
            source.Accounts.Select(account => $"{account.Number} {account.Name}").Order(StringComparer.Ordinal),
            target.Accounts.Select(account => $"{account.Number} {account.Name}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            source
                .Invoices.Select(invoice => $"{invoice.Number} {invoice.AccountNumber} {invoice.Total} {invoice.Status}")
                .Order(StringComparer.Ordinal),
            target
                .Invoices.Select(invoice => $"{invoice.Number} {invoice.AccountNumber} {invoice.Total} {invoice.Status}")
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            source.Payments.Select(Line).Order(StringComparer.Ordinal),
            target.Payments.Select(Line).Order(StringComparer.Ordinal)
        );
    }

    private static string Line(BookPayment payment) =>
        $"{payment.Reference} {payment.AccountNumber} {payment.Amount} {string.Join(' ', payment.Applications.Select(part => $"{part.InvoiceNumber}={part.Amount}"))}";
}
