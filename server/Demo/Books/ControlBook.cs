using QtcHub.Server.Demo.Script;

namespace QtcHub.Server.Demo.Books;

/// <summary>
/// What every system must hold, worked out from the script alone: the pretend vendors are not asked, and neither are the hub and its mappings. Amounts are minor
/// units.
/// </summary>
internal sealed class ControlBook
{
    private readonly Dictionary<string, Customer> accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BookedDocument> documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BookedPayment> payments = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<(string From, string To), long> applications = [];
    private readonly Dictionary<string, long> settled = new(StringComparer.Ordinal);
    private readonly List<BookedRefund> refunds = [];

    public ControlBook() => Processor = new ProcessorBook(this);

    /// <summary>The day that the script is at.</summary>
    public DateOnly Today { get; set; }

    /// <summary>What is sold: name by SKU.</summary>
    public SortedDictionary<string, string> Products { get; } = new(StringComparer.Ordinal);

    public SubscriptionBook Subscriptions { get; } = new();

    public ProcessorBook Processor { get; }

    /// <summary>The ledger's accounts.</summary>
    public LedgerBook Ledger { get; } = new();

    /// <summary>What moved the receivables, in order.</summary>
    public List<Movement> Movements { get; } = [];

    /// <summary>The keys of documents that the ledger refuses, as the script has planted them.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>The keys of accounts that sales has merged into others.</summary>
    public HashSet<string> Merged { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Customer> Accounts => accounts.Values;

    public IReadOnlyCollection<BookedDocument> Documents => documents.Values;

    public IReadOnlyCollection<BookedPayment> Payments => payments.Values;

    /// <summary>What was given back of payments, lost disputes among it.</summary>
    public IReadOnlyList<BookedRefund> Refunds => refunds;

    /// <summary>What of a payment or credit note pays a document, by their keys.</summary>
    public IEnumerable<KeyValuePair<(string From, string To), long>> Applications =>
        applications.Where(application => application.Value != 0);

    public Customer Account(string key) => accounts[key];

    public BookedDocument Document(string key) => documents[key];

    public BookedPayment Payment(string key) => payments[key];

    /// <summary>Whether a document of this key has been issued.</summary>
    public bool Has(string document) => documents.ContainsKey(document);

    public void Open(Customer customer) => accounts.Add(customer.Key, customer);

    /// <summary>What is owed of an invoice or debit memo, or left of a credit note.</summary>
    public long Owed(string document) => documents[document].Total - settled.GetValueOrDefault(document);

    /// <summary>What is owed of an invoice, where it has been issued.</summary>
    public long OwedIfIssued(string document) => Has(document) ? Owed(document) : 0;

    /// <summary>What of a payment pays nothing and was not given back.</summary>
    public long Unapplied(string payment) =>
        payments[payment].Amount
        - settled.GetValueOrDefault(payment)
        - refunds.Where(refund => refund.Payment == payment).Sum(refund => refund.Amount);

    /// <summary>A document is posted.</summary>
    public void Issue(BookedDocument document)
    {
        documents.Add(document.Key, document);
        Ledger.Post(document);
        if (document.Kind != DocumentKind.CreditNote)
        {
            Move(document.Kind == DocumentKind.Invoice ? MovementKind.Invoice : MovementKind.DebitMemo, document.Account, document.Total);
        }
    }

    /// <summary>Money has come in.</summary>
    public void Receive(BookedPayment payment)
    {
        payments.Add(payment.Key, payment);
        Ledger.Post(payment);
    }

    /// <summary>A payment or credit note pays a document, or with a minus no longer does.</summary>
    public void Apply(string from, string to, long amount)
    {
        applications[(from, to)] = checked(applications.GetValueOrDefault((from, to)) + amount);
        settled[to] = checked(settled.GetValueOrDefault(to) + amount);
        settled[from] = checked(settled.GetValueOrDefault(from) + amount);
        var kind =
            amount < 0 ? MovementKind.GivenBack
            : payments.ContainsKey(from) ? MovementKind.Cash
            : documents[from].IsWriteOff ? MovementKind.WriteOff
            : MovementKind.Credit;
        Move(kind, documents[to].Account, -amount);
    }

    /// <summary>Part of a payment is given back: what it had not paid first, and then what it had.</summary>
    public void Refund(BookedRefund refund)
    {
        refunds.Add(refund);
        var payment = payments[refund.Payment];
        Ledger.Post(refund, payment.Account);
        var applied = refund.Amount - (payment.Amount - settled.GetValueOrDefault(payment.Key) - GivenBack(refund));
        if (applied > 0)
        {
            Apply(payment.Key, applications.Last(application => application.Key.From == payment.Key).Key.To, -applied);
        }
    }

    /// <summary>An invoice's line is credited in part, with its tax, and what is still owed of it is paid by that.</summary>
    public void Credit(string key, string invoice, long net, bool isWriteOff = false)
    {
        var of = documents[invoice];
        var tax = isWriteOff ? 0 : SalesTax.Part(of.Tax, of.Lines[0], net);
        var note = new BookedDocument(DocumentKind.CreditNote, key, of.Account, Today, [net], tax)
        {
            IsWriteOff = isWriteOff,
            Of = invoice,
        };
        Issue(note);
        Apply(key, invoice, Math.Min(note.Total, Owed(invoice)));
    }

    private long GivenBack(BookedRefund but) => refunds.Where(one => one.Payment == but.Payment && one != but).Sum(one => one.Amount);

    private void Move(MovementKind kind, Customer account, long amount) =>
        Movements.Add(new Movement(Today, account.Entity, account.Currency, kind, amount));
}

/// <summary>A document that is posted, with the net amounts of its lines.</summary>
internal sealed record BookedDocument(DocumentKind Kind, string Key, Customer Account, DateOnly Day, IReadOnlyList<long> Lines, long Tax)
{
    /// <summary>Whether it gives up what is owed.</summary>
    public bool IsWriteOff { get; init; }

    /// <summary>The invoice that it is about, where it is about one.</summary>
    public string? Of { get; init; }

    public long Total => checked(Lines.Sum() + Tax);
}

/// <summary>What was given back of a payment, or taken back in a dispute that was lost.</summary>
internal sealed record BookedRefund(string Key, string Payment, DateOnly Day, long Amount, bool IsDispute);

internal enum DocumentKind
{
    Invoice,
    DebitMemo,
    CreditNote,
}

/// <summary>Money that came in.</summary>
internal sealed record BookedPayment(string Key, Customer Account, DateOnly Day, long Amount, PaidTo To);

/// <summary>Where money came in.</summary>
internal enum PaidTo
{
    /// <summary>The processor's balance.</summary>
    Processor,

    /// <summary>The bank.</summary>
    Bank,
}

/// <summary>What moved the receivables of an entity in a currency: with a plus more is owed.</summary>
internal sealed record Movement(DateOnly Day, string Entity, string Currency, MovementKind Kind, long Amount);

internal enum MovementKind
{
    Invoice,
    DebitMemo,
    Credit,
    Cash,
    WriteOff,
    GivenBack,
}
