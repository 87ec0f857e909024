using System.Globalization;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>
/// P3, watched at every write of the ledger's: each record there must be some version that its source has had, and never an older one than before.
/// </summary>
internal sealed class VersionWatch(World world, IPlaysBilling source, IPlaysErp target)
{
    private const string PriorPeriod = "Prior period";
    private readonly Dictionary<string, List<string>> versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> reached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> posted = new(StringComparer.Ordinal);

    /// <summary>Notes what the source holds now.</summary>
    public void SourceChanged()
    {
        foreach (var (key, version) in Facts(source.Book()))
        {
            if (!versions.TryGetValue(key, out var known))
            {
                versions[key] = known = [];
            }

            if (known.Count == 0 || known[^1] != version)
            {
                known.Add(version);
            }
        }
    }

    /// <summary>Checks what the target holds now.</summary>
    public void TargetChanged()
    {
        var book = target.Book();
        PostedStays(book);
        foreach (var (key, version) in Facts(book))
        {
            var at = versions.TryGetValue(key, out var known) ? known.LastIndexOf(version) : -1;
            if (at < 0)
            {
                world.Failures.Add($"P5 {key} stands in the ledger as {version}, which its source never was");
            }
            else if (at < reached.GetValueOrDefault(key))
            {
                world.Failures.Add($"P3 {key} went back in the ledger to {version}");
            }
            else
            {
                reached[key] = at;
            }
        }
    }

    /// <summary>P5: what a posted document says of money and dates never changes, whatever its source says later.</summary>
    private void PostedStays(Book book)
    {
        var documents = book
            .Invoices.Select(invoice => ($"invoice {invoice.Number}", Line(invoice with { Memo = null })))
            .Concat(book.Payments.Select(payment => ($"payment {payment.Reference}", Line(payment with { Applications = [] }))));
        foreach (var (key, says) in documents)
        {
            if (!posted.TryAdd(key, says) && posted[key] != says)
            {
                world.Failures.Add($"P5 {key} was posted as {posted[key]} and changed to {says}");
            }
        }
    }

    /// <summary>A record in one line: its key, and what of it the route carries.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Facts(Book book)
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
