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

    public IReadOnlyCollection<Customer> Accounts => accounts.Values;

    public IReadOnlyCollection<BookedDocument> Documents => documents.Values;

    public IReadOnlyCollection<BookedPayment> Payments => payments.Values;

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
    public long Owed(string document)
    {
        var isCredit = documents[document].Kind == DocumentKind.CreditNote;
        var settled = applications.Where(application => (isCredit ? application.Key.From : application.Key.To) == document);
        return documents[document].Total - settled.Sum(application => application.Value);
    }

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
        var kind =
            payments.ContainsKey(from) ? MovementKind.Cash
            : documents[from].IsWriteOff ? MovementKind.WriteOff
            : MovementKind.Credit;
        Move(kind, documents[to].Account, -amount);
    }

    private void Move(MovementKind kind, Customer account, long amount) =>
        Movements.Add(new Movement(Today, account.Entity, account.Currency, kind, amount));
}

/// <summary>A document that is posted, with the net amounts of its lines.</summary>
internal sealed record BookedDocument(DocumentKind Kind, string Key, Customer Account, DateOnly Day, IReadOnlyList<long> Lines, long Tax)
{
    /// <summary>Whether it gives up what is owed.</summary>
    public bool IsWriteOff { get; init; }

    public long Total => checked(Lines.Sum() + Tax);
}

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
