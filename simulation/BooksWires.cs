using System.Globalization;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>
/// What arrives at the bank: wires that name what they pay, or nothing, and wires of which banks have kept a little. What a short one names is touched by nobody
/// else, so that what becomes of it follows from what it lacks.
/// </summary>
internal sealed class BooksWires(BooksSystems systems, Dice dice)
{
    /// <summary>What references of the bank's statement begin with.</summary>
    public const string Mark = "WIRE-";

    private readonly List<ShortWire> sent = [];
    private readonly HashSet<string> named = new(StringComparer.Ordinal);
    private readonly HashSet<string> touched = new(StringComparer.Ordinal);
    private int references;

    /// <summary>The wires that lack a little of what they name.</summary>
    public IReadOnlyList<ShortWire> Short => sent;

    public bool IsFree(BookInvoice invoice) => !named.Contains(invoice.Number);

    /// <summary>Whether its money is for anybody to apply: that of a short wire is for what the wire names.</summary>
    public bool IsFree(BookPayment payment) => sent.TrueForAll(wire => wire.Reference != payment.Reference);

    public IEnumerable<(BookInvoice Invoice, long Owed)> Free(IEnumerable<(BookInvoice Invoice, long Owed)> open) =>
        open.Where(one => IsFree(one.Invoice));

    /// <summary>Takes note of what something is applied to: taken back, it is owed again, and the hub may not have been told yet.</summary>
    public void Note(Book billed) =>
        touched.UnionWith(
            billed
                .Payments.SelectMany(payment => payment.Applications)
                .Concat(billed.Memos.SelectMany(memo => memo.Applications))
                .Select(application => application.InvoiceNumber)
        );

    public bool Send(IReadOnlyDictionary<string, BooksAccount> accounts)
    {
        if (Customers(systems.Ledger.Book(), accounts) is not { Count: > 0 } known)
        {
            return false;
        }

        var customer = dice.Pick(known);
        var account = accounts[customer.Number];
        account.IsBusy = true;
        var owed = Free(Unsettled.Open(systems.Billing.Book()))
            .Where(open => open.Invoice.AccountNumber == account.Number)
            .Take(2)
            .ToList();
        var (amount, text) =
            owed.Count > 0 && dice.OneIn(2)
                ? (dice.OneIn(3) ? 1_000 : owed.Sum(open => open.Owed), string.Join(' ', owed.Select(open => open.Invoice.Number)))
                : (1_000 + dice.Below(30_000), null);
        if (text is not null)
        {
            touched.UnionWith(owed.Select(open => open.Invoice.Number));
        }

        return systems.Ledger.ReceiveWire(customer.Id, amount, account.Currency, Reference(), text) is not null;
    }

    /// <summary>
    /// Of an invoice to which nothing has ever happened, and which the ledger has, so that everybody knows what is owed of it: all but a little, as much as is given up at the
    /// most, or a little more than that.
    /// </summary>
    public bool SendShort(IReadOnlyDictionary<string, BooksAccount> accounts)
    {
        var books = systems.Ledger.Book();
        var customers = Customers(books, accounts).ToDictionary(customer => customer.Number, StringComparer.Ordinal);
        var posted = books.Invoices.Select(invoice => invoice.Number).ToHashSet(StringComparer.Ordinal);
        var untouched = Free(Unsettled.Open(systems.Billing.Book()))
            .Where(open =>
                open.Owed == open.Invoice.Total
                && !touched.Contains(open.Invoice.Number)
                && posted.Contains(open.Invoice.Number)
                && customers.ContainsKey(open.Invoice.AccountNumber)
                && ShortWire.Most(open.Owed, open.Invoice.Currency) > 0
            )
            .ToList();
        if (untouched.Count == 0)
        {
            return false;
        }

        var (invoice, owed) = dice.Pick(untouched);
        var most = ShortWire.Most(owed, invoice.Currency);
        var lacks =
            dice.OneIn(3) ? most + 1
            : dice.OneIn(3) ? most
            : 1 + dice.Below((int)most);
        var reference = Reference();
        if (
            systems.Ledger.ReceiveWire(customers[invoice.AccountNumber].Id, owed - lacks, invoice.Currency, reference, invoice.Number)
            is null
        )
        {
            return false;
        }

        accounts[invoice.AccountNumber].IsBusy = true;
        named.Add(invoice.Number);
        sent.Add(new ShortWire(reference, invoice.Number, owed, lacks, invoice.Currency));
        return true;
    }

    private static List<BookAccount> Customers(Book books, IReadOnlyDictionary<string, BooksAccount> accounts) =>
        [.. books.Accounts.Where(customer => customer.Active && accounts.ContainsKey(customer.Number))];

    private string Reference() => string.Create(CultureInfo.InvariantCulture, $"{Mark}{++references}");
}
