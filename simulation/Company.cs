using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>
/// The business: plays acts on the billing vendor, most of them sound, some of them such that a person must be needed. What it does wrong on purpose
/// it remembers, so that a checker knows for which records a dead letter is right.
/// </summary>
internal sealed class Company(IPlaysBilling billing, Dice dice, FaultTally tally)
{
    private const long QuantityNoLedgerTakes = 10_000_000_000;
    private static readonly string[] Currencies = ["USD", "USD", "EUR", "JPY"];
    private readonly List<Account> accounts = [];
    private readonly List<Issued> invoices = [];
    private readonly List<Paid> payments = [];
    private int names;
    private Action? secondThought;

    /// <summary>Vendor ids of the records that cannot arrive as they are, or must not.</summary>
    public HashSet<string> Unsound { get; } = new(StringComparer.Ordinal);

    /// <summary>Plays one act; who has just changed a record often changes it once more, while the first change is still on its way.</summary>
    public void Act()
    {
        if (secondThought is { } again && dice.OneIn(2))
        {
            again();
            return;
        }

        secondThought = null;
        switch (accounts.Count < 3 ? 0 : dice.Below(100))
        {
            case < 10:
                OpenAccount();
                break;
            case < 20:
                Rename();
                break;
            case < 52:
                Issue();
                break;
            case < 60:
                Annotate();
                break;
            case < 64:
                Void();
                break;
            case < 90:
                Pay();
                break;
            case < 95:
                ApplyMore();
                break;
            case < 97:
                Close();
                break;
            case < 99:
                Revise();
                break;
            default:
                Miscount();
                break;
        }
    }

    private void OpenAccount()
    {
        // A currency that the ledger's lookup table does not know: the mapping must fail, and so must all that hangs on it.
        var isUnmapped = accounts.Count > 3 && dice.OneIn(12);
        var currency = isUnmapped ? "CHF" : dice.Pick(Currencies);
        var name = NewName();
        var id = billing.OpenAccount(name, $"{name.Replace(' ', '.')}@example.com", currency, "US");
        accounts.Add(new Account(id, currency));
        if (isUnmapped)
        {
            Plant("unmapped currency", id);
        }
    }

    private void Issue()
    {
        var account = dice.Pick(accounts);
        var refused = dice.OneIn(25);
        var lines = Enumerable
            .Range(1, 1 + dice.Below(3))
            .Select(number => new PlayedLine(
                $"Service {number}",
                refused ? QuantityNoLedgerTakes : 1 + dice.Below(5),
                100 + dice.Below(50_000)
            ))
            .ToList();
        var tax = dice.OneIn(2) ? lines.Sum(line => line.Amount) / 10 : 0;
        var id = billing.IssueInvoice(account.Id, lines, tax);
        invoices.Add(new Issued(id, account, lines.Sum(line => line.Amount) + tax));
        account.HasDocuments = true;
        if (refused)
        {
            Plant("quantity no ledger takes", id);
        }

        Inherit(id, account.Id);
    }

    private void Rename()
    {
        var account = dice.Pick(accounts);
        secondThought = () => billing.RenameAccount(account.Id, NewName());
        secondThought();
    }

    private void Annotate()
    {
        if (invoices.Count > 0)
        {
            var invoice = dice.Pick(invoices);
            secondThought = () => billing.AnnotateInvoice(invoice.Id, NewName());
            secondThought();
        }
    }

    private void Void()
    {
        if (Open().Where(invoice => invoice.Owed == invoice.Total).ToList() is { Count: > 0 } unpaid)
        {
            var invoice = dice.Pick(unpaid);
            invoice.Owed = 0;
            billing.VoidInvoice(invoice.Id);
        }
    }

    private void Pay()
    {
        var account = dice.Pick(accounts);
        var owed = Open().Where(invoice => invoice.Account == account).Take(1 + dice.Below(3)).ToList();
        var applications = new List<PlayedApplication>();
        foreach (var invoice in owed)
        {
            var amount = dice.OneIn(3) ? 1 + (invoice.Owed / 2) : invoice.Owed;
            amount = Math.Min(amount, invoice.Owed);
            applications.Add(new PlayedApplication(invoice.Id, amount));
            invoice.Owed -= amount;
        }

        var extra = dice.OneIn(4) || applications.Count == 0 ? 100 + dice.Below(5_000) : 0;
        var total = applications.Sum(application => application.Amount) + extra;
        var id = billing.TakePayment(account.Id, total, account.Currency, applications);
        payments.Add(new Paid(id, account) { Unapplied = extra });
        account.HasDocuments = true;
        Inherit(id, [account.Id, .. owed.Select(invoice => invoice.Id)]);
    }

    private void ApplyMore()
    {
        foreach (var payment in payments.Where(payment => payment.Unapplied > 0))
        {
            if (Open().FirstOrDefault(invoice => invoice.Account == payment.Account) is { } invoice)
            {
                var amount = Math.Min(payment.Unapplied, invoice.Owed);
                billing.ApplyPayment(payment.Id, new PlayedApplication(invoice.Id, amount));
                payment.Unapplied -= amount;
                invoice.Owed -= amount;
                Inherit(payment.Id, invoice.Id);
                return;
            }
        }
    }

    private void Close()
    {
        if (accounts.Where(account => !account.HasDocuments).Skip(1).FirstOrDefault() is { } idle)
        {
            billing.CloseAccount(idle.Id);
            accounts.Remove(idle);
        }
    }

    private void Revise()
    {
        if (Open().FirstOrDefault(invoice => invoice.Owed == invoice.Total) is { } invoice)
        {
            invoice.Owed = 0;
            billing.ReviseInvoice(invoice.Id, 7);
            Plant("posted invoice revised", invoice.Id);
        }
    }

    private void Miscount()
    {
        if (Open().FirstOrDefault(invoice => invoice.Owed == invoice.Total) is { } invoice)
        {
            invoice.Owed = 0;
            billing.MiscountInvoice(invoice.Id, 3);
            Plant("invoice miscounted", invoice.Id);
        }
    }

    private void Plant(string defect, string id)
    {
        tally.Add($"planted {defect}");
        Unsound.Add(id);
    }

    /// <summary>What hangs on something unsound cannot arrive either.</summary>
    private void Inherit(string id, params string[] from)
    {
        if (from.Any(Unsound.Contains))
        {
            Unsound.Add(id);
        }
    }

    private IEnumerable<Issued> Open() => invoices.Where(invoice => invoice.Owed > 0);

    private string NewName() => $"Name {++names}";

    private sealed record Account(string Id, string Currency)
    {
        public bool HasDocuments { get; set; }
    }

    private sealed record Issued(string Id, Account Account, long Total)
    {
        public long Owed { get; set; } = Total;
    }

    private sealed record Paid(string Id, Account Account)
    {
        public long Unapplied { get; set; }
    }
}
