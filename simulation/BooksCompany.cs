using System.Globalization;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>
/// The acts of a company that bills in one system, is paid through another and at its bank, and keeps its ledger in a third. Each is one that people really do,
/// chosen by what the vendors themselves hold at that moment.
/// </summary>
internal sealed class BooksCompany(BooksSystems systems, IEnumerable<string> entities, Dice dice, FaultTally tally)
{
    /// <summary>Legal companies with the currencies they bill in. The processor's account is the first one's, and so are all charges.</summary>
    private static readonly (string Entity, string Currency)[] Homes =
    [
        ("us", "USD"),
        ("us", "USD"),
        ("us", "EUR"),
        ("de", "EUR"),
        ("jp", "JPY"),
    ];

    /// <summary>Who deals with the processor.</summary>
    private const string Carded = "us";

    /// <summary>Every act: how often it is tried, its name, and whether there was anything to do it to.</summary>
    private static readonly (int Weight, string Name, Func<BooksCompany, bool> Play)[] Acts =
    [
        (7, "account opened", company => company.OpenAccount()),
        (6, "account renamed", company => company.Rename()),
        (1, "account closed", company => company.Close()),
        (16, "invoice", company => company.Issue()),
        (4, "subscription", company => company.rated.Subscribe(company.AnyAccount())),
        (2, "amendment", company => company.rated.Amend()),
        (3, "usage", company => company.rated.Use()),
        (1, "cancellation", company => company.rated.Cancel()),
        (4, "bill run", company => company.rated.Bill()),
        (5, "credit note", company => company.Credit()),
        (1, "write-off", company => company.WriteOff()),
        (3, "debit memo", company => company.Debit()),
        (3, "void", company => company.Void()),
        (4, "due date extended", company => company.Extend()),
        (7, "cheque", company => company.Cheque()),
        (2, "cheque refunded", company => company.RefundCheque()),
        (9, "gateway charge", company => company.Collect()),
        (6, "charge outside of billing", company => company.Charge()),
        (2, "charge settled in another currency", company => company.Exchange()),
        (3, "wire", company => company.wires.Send(company.accounts)),
        (2, "wire that lacks a little", company => company.wires.SendShort(company.accounts)),
        (8, "application", company => company.Apply()),
        (5, "unapplication", company => company.Unapply()),
        (5, "refund", company => company.balance.Refund()),
        (3, "dispute", company => company.balance.Dispute()),
        (4, "dispute moved on", company => company.balance.Judge()),
        (1, "dispute reinstated", company => company.balance.Reinstate()),
        (2, "fee", company => company.balance.Fee()),
        (1, "adjustment", company => company.balance.Adjust()),
        (1, "reserve", company => company.balance.Reserve()),
        (4, "payout", company => company.balance.PayOut()),
        (1, "payout by hand", company => company.balance.PayOutByHand()),
        (4, "payout ended", company => company.balance.EndPayout()),
    ];

    private readonly IPlaysSubscriptions billing = systems.Billing;
    private readonly IPlaysPayments processor = systems.Processor;
    private readonly BooksProcessor balance = new(systems.Processor, dice);
    private readonly BooksSubscriptions rated = new(systems.Billing, dice);
    private readonly BooksWires wires = new(systems, dice);
    private readonly (string Entity, string Currency)[] homes = [.. Homes.Where(home => entities.Contains(home.Entity))];
    private readonly List<BooksAccount> opened = [];
    private readonly SortedDictionary<string, BooksAccount> accounts = new(StringComparer.Ordinal);
    private readonly HashSet<string> cheques = new(StringComparer.Ordinal);
    private Func<bool>? secondThought;
    private Action? unfinished;
    private int names;

    /// <summary>The names of all acts, as they are counted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Acts.Select(act => $"act {act.Name}")];

    /// <summary>The accounts that have not been closed, wherever they have arrived by now.</summary>
    public IReadOnlyList<BooksAccount> Opened => opened;

    /// <summary>The wires of which a little was kept on the way.</summary>
    public IReadOnlyList<ShortWire> ShortWires => wires.Short;

    /// <summary>The first day that is not billed yet.</summary>
    public DateOnly FirstOfMonth => rated.FirstOfMonth;

    /// <summary>Plays one act; who has just changed a record often changes it once more, while the first change is still on its way.</summary>
    public void Act()
    {
        Finish();
        NoteBilling();
        if (secondThought is { } again && dice.OneIn(2))
        {
            secondThought = null;
            again();
            return;
        }

        var (_, name, play) = opened.Count < 4 || accounts.Count == 0 ? Acts[0] : dice.Pick(Acts, act => act.Weight);
        if (play(this))
        {
            tally.Add($"act {name}");
        }
    }

    private void NoteBilling()
    {
        var billed = billing.Book();
        wires.Note(billed);
        foreach (var account in opened.Where(account => account.Number is null))
        {
            if (billed.Accounts.FirstOrDefault(known => known.Active && known.Email == account.Mail) is { } known)
            {
                account.Arrived(known.Id, known.Number);
                accounts.Add(known.Number, account);
            }
        }
    }

    private bool OpenAccount()
    {
        var (entity, currency) = dice.Pick(homes);
        var name = NewName();
        var mail = $"{name.Replace(' ', '.')}@example.com";
        opened.Add(new BooksAccount(systems.Desk.Open(entity, name, mail, currency), entity, currency, mail));
        NoteBilling();
        return true;
    }

    private bool Rename()
    {
        var account = dice.Pick(opened);
        secondThought = RenameIt;
        return RenameIt();

        bool RenameIt()
        {
            systems.Desk.Rename(account.Id, NewName());
            return true;
        }
    }

    private bool Close() => Leave(_ => true, account => systems.Desk.Close(account.Id));

    /// <summary>An account to which nothing has happened yet leaves by what is done to it; false where there is none of the kind.</summary>
    public bool Leave(Func<BooksAccount, bool> which, Action<BooksAccount> how)
    {
        var (billed, taken) = (billing.Book(), processor.Book());
        var idle = accounts.Values.FirstOrDefault(account =>
            billed.Invoices.All(invoice => invoice.AccountNumber != account.Number)
            && billed.Payments.All(payment => payment.AccountNumber != account.Number)
            && taken.Payments.All(payment => payment.AccountNumber != CustomerOf(taken, account))
            && !account.IsBusy
            && which(account)
        );
        if (idle is null)
        {
            return false;
        }

        how(idle);
        // It may have been about to be renamed once more.
        secondThought = null;
        return accounts.Remove(idle.Number!) && opened.Remove(idle);
    }

    private bool Issue()
    {
        var account = AnyAccount();
        var lines = Enumerable
            .Range(1, 1 + dice.Below(3))
            .Select(number => new PlayedLine($"Service {number}", 1 + dice.Below(5), 1_000 + dice.Below(50_000)))
            .ToList();
        billing.IssueInvoice(account.BilledId!, lines, dice.OneIn(2) ? lines.Sum(line => line.Amount) / 10 : 0);
        return true;
    }

    /// <summary>Takes some of a line back; what is more than is owed stays the customer's.</summary>
    private bool Credit() =>
        OnLine(Unsettled.Creditable, (invoice, line) => billing.CreditInvoice(invoice, 1 + dice.Below((int)Math.Min(line, 400))));

    /// <summary>Gives a line up as a whole.</summary>
    private bool WriteOff() => OnLine(Unsettled.Creditable, billing.CreditInvoice);

    private bool Debit() => OnLine(Unsettled.Open, (invoice, _) => billing.DebitInvoice(invoice, 1 + dice.Below(900)));

    private bool OnLine(Func<Book, IEnumerable<(BookInvoice Invoice, long Owed)>> which, Func<string, long, string> memo)
    {
        if (wires.Free(which(billing.Book())).Where(open => open.Invoice.LineAmounts[0] > 0).ToList() is not { Count: > 0 } open)
        {
            return false;
        }

        var invoice = dice.Pick(open).Invoice;
        memo(invoice.Id, invoice.LineAmounts[0]);
        return true;
    }

    private bool Void()
    {
        var billed = billing.Book();
        if (Open(billed).Where(open => open.Owed == open.Invoice.Total && open.Invoice.Total > 0).ToList() is not { Count: > 0 } untouched)
        {
            return false;
        }

        billing.VoidInvoice(dice.Pick(untouched).Invoice.Id);
        return true;
    }

    /// <summary>A customer is given more time, and often more once again.</summary>
    private bool Extend()
    {
        if (Pursued().ToList() is not { Count: > 0 } pursued)
        {
            return false;
        }

        var id = dice.Pick(pursued).Id;
        secondThought = ExtendIt;
        return ExtendIt();

        // What has been reversed since is not pursued any more.
        bool ExtendIt()
        {
            var due = Pursued().FirstOrDefault(document => document.Id == id).DueOn;
            if (due is not null)
            {
                billing.ExtendDueDate(id, due.Value.AddDays(1 + dice.Below(30)));
            }

            return due is not null;
        }
    }

    private IEnumerable<(string Id, DateOnly? DueOn)> Pursued()
    {
        var billed = billing.Book();
        var debits = billed.Memos.Where(memo => !memo.IsCredit && memo.Status == "Posted").Select(memo => (memo.Id, memo.DueOn));
        return Unsettled.Open(billed).Select(open => (open.Invoice.Id, open.Invoice.DueOn)).Concat(debits);
    }

    /// <summary>A payment that billing takes by itself: of some invoices, in parts, or of more than is owed.</summary>
    private bool Cheque()
    {
        var account = AnyAccount();
        var applications = Open(billing.Book())
            .Where(open => open.Invoice.AccountNumber == account.Number)
            .Take(1 + dice.Below(3))
            .Select(open => new PlayedApplication(open.Invoice.Id, dice.OneIn(3) ? 1 + (open.Owed / 2) : open.Owed))
            .ToList();
        var extra = applications.Count == 0 || dice.OneIn(3) ? 100 + dice.Below(5_000) : 0;
        var amount = applications.Sum(application => application.Amount) + extra;
        cheques.Add(billing.TakePayment(account.BilledId!, amount, account.Currency, applications));
        return true;
    }

    private bool RefundCheque()
    {
        var billed = billing.Book();
        if (Unsettled.Payments(billed).Where(left => cheques.Contains(left.Payment.Id)).ToList() is not { Count: > 0 } left)
        {
            return false;
        }

        var (payment, amount) = dice.Pick(left);
        billing.RefundPayment(payment.Id, dice.OneIn(2) ? amount : 1 + (amount / 2));
        return true;
    }

    /// <summary>
    /// Billing's own gateway: the charge and the payment in billing are one fact, and either is told first. Now and then billing notes it only after a while.
    /// </summary>
    private bool Collect()
    {
        var taken = processor.Book();
        var open = Open(billing.Book())
            .Where(open => AccountOf(open.Invoice) is { } account && CustomerOf(taken, account) is not null)
            .ToList();
        if (open.Count == 0)
        {
            return false;
        }

        var (invoice, owed) = dice.Pick(open);
        var customer = CustomerOf(taken, AccountOf(invoice)!)!;
        var charge = processor.TakeCharge(customer, owed, invoice.Currency, invoice.Currency, "billing");
        unfinished = () => billing.CollectPayment(invoice.Id, charge, owed);
        if (dice.OneIn(2))
        {
            Finish();
        }

        return true;
    }

    /// <summary>What the last act has left undone is done.</summary>
    public void Finish()
    {
        unfinished?.Invoke();
        unfinished = null;
    }

    private bool Charge() => Charge(account => account.Currency, _ => true);

    private bool Exchange() => Charge(_ => "USD", account => account.Currency != "USD");

    private bool Charge(Func<BooksAccount, string> settledIn, Func<BooksAccount, bool> which)
    {
        var taken = processor.Book();
        if (accounts.Values.Where(account => CustomerOf(taken, account) is not null && which(account)).ToList() is not { Count: > 0 } known)
        {
            return false;
        }

        var account = dice.Pick(known);
        processor.TakeCharge(CustomerOf(taken, account)!, 1_000 + dice.Below(20_000), account.Currency, settledIn(account));
        return true;
    }

    /// <summary>What has arrived in billing and pays nothing yet is applied to what is owed.</summary>
    private bool Apply()
    {
        var billed = billing.Book();
        var pairs = (
            from left in Unsettled.Payments(billed).Where(left => wires.IsFree(left.Payment))
            from open in Open(billed)
            where open.Invoice.AccountNumber == left.Payment.AccountNumber
            select (left.Payment.Id, Of: new PlayedApplication(open.Invoice.Id, Math.Min(left.Amount, open.Owed)))
        ).ToList();
        if (pairs.Count == 0)
        {
            return false;
        }

        var (payment, application) = dice.Pick(pairs);
        billing.ApplyPayment(payment, application);
        return true;
    }

    private bool Unapply()
    {
        var billed = billing.Book();
        var posted = billed
            .Invoices.Where(invoice => invoice.Status == "Posted" && wires.IsFree(invoice))
            .ToDictionary(invoice => invoice.Number, StringComparer.Ordinal);
        var pairs = (
            from payment in billed.Payments
            from applied in payment.Applications
            where posted.ContainsKey(applied.InvoiceNumber)
            select (payment.Id, Of: new PlayedApplication(posted[applied.InvoiceNumber].Id, applied.Amount))
        ).ToList();
        if (pairs.Count == 0)
        {
            return false;
        }

        var (id, whole) = dice.Pick(pairs);
        billing.UnapplyPayment(id, dice.OneIn(2) ? whole : whole with { Amount = 1 + (whole.Amount / 2) });
        secondThought = Apply;
        return true;
    }

    /// <summary>What anybody may settle: what a short wire names is left to it.</summary>
    private IEnumerable<(BookInvoice Invoice, long Owed)> Open(Book billed) => wires.Free(Unsettled.Open(billed));

    private BooksAccount AnyAccount() => dice.Pick([.. accounts.Values]);

    private BooksAccount? AccountOf(BookInvoice invoice) => accounts.GetValueOrDefault(invoice.AccountNumber);

    /// <summary>The customer at the processor that an account has become, where the processor deals with its company.</summary>
    private static string? CustomerOf(Book taken, BooksAccount account) =>
        account.Entity == Carded ? taken.Accounts.FirstOrDefault(customer => customer.Email == account.Mail)?.Id : null;

    private string NewName() => string.Create(CultureInfo.InvariantCulture, $"Name {++names}");
}
