using System.Globalization;

namespace QtcHub.Sandbox.Zuora;

/// <summary>What a pretend tenant holds. Ids and numbers count up, so that the same requests at the same instants make the same tenant.</summary>
internal sealed class ZuoraState(VendorSetup setup)
{
    /// <summary>The user that every record is by.</summary>
    public const string User = "8ad0950000000000000000000000f001";

    private static readonly Dictionary<string, (string Format, int Digits)> Numbers = new(StringComparer.Ordinal)
    {
        ["Account"] = ("A", 8),
        ["Subscription"] = ("A-S", 8),
        ["Order"] = ("O-", 8),
        ["Charge"] = ("C-", 8),
        ["Invoice"] = ("INV", 8),
        ["CreditMemo"] = ("CM", 8),
        ["DebitMemo"] = ("DM", 8),
        ["Payment"] = ("P-", 8),
        ["Refund"] = ("R-", 8),
        ["BillRun"] = ("BR-", 8),
    };

    private readonly Dictionary<string, long> counters = new(StringComparer.Ordinal);
    private long ids;

    public ZuoraTable<Account> Accounts { get; } = new("account", account => account.Number);

    public ZuoraTable<Contact> Contacts { get; } = new("contact", contact => contact.Id);

    public OrderedDictionary<string, Subscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    public ZuoraTable<SubscriptionVersion> SubscriptionVersions { get; } = new("subscription", version => version.Id);

    public ZuoraTable<Order> Orders { get; } = new("order", order => order.Number);

    public ZuoraTable<Usage> Usages { get; } = new("usage", usage => usage.Id);

    public ZuoraTable<BillRun> BillRuns { get; } = new("bill run", run => run.Number);

    public ZuoraTable<Document> Documents { get; } = new("document", document => document.Number);

    public ZuoraTable<DocumentItem> Items { get; } = new("item", item => item.Id);

    public ZuoraTable<Payment> Payments { get; } = new("payment", payment => payment.Number);

    public ZuoraTable<Refund> Refunds { get; } = new("refund", refund => refund.Number);

    public ZuoraTable<Part> Parts { get; } = new("part", part => part.Id);

    public ZuoraCatalog Catalog { get; } = new();

    public DateTimeOffset Now => setup.Now();

    /// <summary>Today in the company's calendar.</summary>
    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Now, setup.Calendar).DateTime);

    /// <summary>32 hexadecimal digits that rise with each record.</summary>
    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"8ad08c84{++ids:x24}");

    public string NextNumber(string kind)
    {
        var next = counters[kind] = counters.GetValueOrDefault(kind) + 1;
        var (prefix, digits) = Numbers[kind];
        return prefix + next.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    public Account Account(string key) => Accounts.Get(key);

    public Document Document(DocumentKind kind, string key) =>
        Documents.Find(key) is { } found && found.Kind == kind ? found : throw ZuoraRefusal.NotFound(kind.ToString(), key);

    public IEnumerable<Document> All(DocumentKind kind) => Documents.All.Where(document => document.Kind == kind);

    /// <summary>The subscription of a number, or of any version's id.</summary>
    public Subscription Subscription(string key) =>
        Subscriptions.TryGetValue(key, out var subscription)
            ? subscription
            : Subscriptions.Values.FirstOrDefault(known => known.Versions.Exists(version => version.Id == key))
                ?? throw ZuoraRefusal.NotFound("subscription", key);

    public void Touch(ZuoraRecord record) => record.Updated = Now;

    /// <summary>Digits after the point of a currency's amounts.</summary>
    public static int Digits(string currency) =>
        currency switch
        {
            "JPY" or "ISK" or "UGX" => 0,
            "USD" or "EUR" => 2,
            "KWD" => 3,
            _ => throw ZuoraRefusal.Invalid($"The currency '{currency}' is not active in this tenant."),
        };

    public static decimal Round(decimal amount, string currency) => decimal.Round(amount, Digits(currency), MidpointRounding.AwayFromZero);

    public static decimal Major(long minor, string currency) => minor / Power(Digits(currency));

    public static long Minor(decimal major, string currency) => decimal.ToInt64(decimal.Round(major * Power(Digits(currency))));

    private static decimal Power(int digits) =>
        digits switch
        {
            0 => 1m,
            2 => 100m,
            _ => 1000m,
        };
}

/// <summary>Records by id, and by the number that people know them by.</summary>
internal sealed class ZuoraTable<T>(string name, Func<T, string> number)
    where T : ZuoraRecord
{
    private readonly OrderedDictionary<string, T> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, T> byNumber = new(StringComparer.Ordinal);

    public IEnumerable<T> All => byId.Values;

    public int Count => byId.Count;

    public void Add(T record)
    {
        if (byNumber.ContainsKey(number(record)))
        {
            throw ZuoraRefusal.Rule($"The {name} number '{number(record)}' already exists. Enter a unique one.");
        }

        byId.Add(record.Id, record);
        byNumber.Add(number(record), record);
    }

    public void Remove(T record)
    {
        byId.Remove(record.Id);
        byNumber.Remove(number(record));
    }

    public T? Find(string key) => byId.TryGetValue(key, out var record) ? record : byNumber.GetValueOrDefault(key);

    public T? ById(string id) => byId.TryGetValue(id, out var record) ? record : null;

    public T Get(string key) => Find(key) ?? throw ZuoraRefusal.NotFound(name, key);
}
