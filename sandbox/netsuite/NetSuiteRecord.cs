using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>One record as it stands: the fields of its form, references as ids.</summary>
internal sealed class NetSuiteRecord(Form form, string id, DateTimeOffset created)
{
    public Form Form => form;

    public string Id => id;

    public string? ExternalId { get; set; }

    public JsonObject Fields { get; set; } = [];

    public DateTimeOffset Created { get; } = created;

    public required DateTimeOffset Modified { get; set; }

    public string? Text(string field) => Text(Fields, field);

    public static string? Text(JsonObject fields, string field) => (string?)fields[field];

    public static bool Flag(JsonObject fields, string field) => (bool?)fields[field] ?? false;

    public static decimal Number(JsonObject fields, string field) => (decimal?)fields[field] ?? 0;

    public static string? Reference(JsonObject fields, string field) => (string?)fields[field]?["id"];

    public static DateOnly? Day(JsonObject fields, string field) =>
        (string?)fields[field] is { } text ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    public static IReadOnlyList<JsonObject> Lines(JsonObject fields, string field) =>
        fields[field]?["items"] is JsonArray items ? [.. items.OfType<JsonObject>()] : [];

    /// <summary>What the document charges or credits: the sum of its lines.</summary>
    public static decimal Total(JsonObject invoice) => Lines(invoice, "item").Sum(line => Number(line, "amount"));

    /// <summary>What is applied, line by line: the document's id, how much it takes, and how much it settles there, a discount included.</summary>
    public static IEnumerable<(string Doc, decimal Amount, decimal Settled)> Applications(JsonObject fields) =>
        Lines(fields, "apply")
            .Where(line => Flag(line, "apply"))
            .Select(line => (Reference(line, "doc")!, Number(line, "amount"), Number(line, "amount") + Number(line, "disc")));

    /// <summary>What is applied in all.</summary>
    public static decimal AppliedBy(JsonObject fields) => Applications(fields).Sum(application => application.Amount);
}

/// <summary>An accounting period: a month.</summary>
internal sealed class NetSuitePeriod(int number, DateOnly start)
{
    public string Id { get; } = number.ToString(CultureInfo.InvariantCulture);

    public string Name { get; } = start.ToString("MMM yyyy", CultureInfo.InvariantCulture);

    public DateOnly Start => start;

    public DateOnly End { get; } = start.AddMonths(1).AddDays(-1);

    public bool Closed { get; set; }
}

/// <summary>The lists an account has been set up with: currencies, subsidiaries, items.</summary>
internal static class NetSuiteLists
{
    /// <summary>Currencies by internal id: code and digits after the decimal point.</summary>
    public static readonly IReadOnlyDictionary<string, (string Code, int Digits)> Currencies = new Dictionary<string, (string, int)>(
        StringComparer.Ordinal
    )
    {
        ["1"] = ("USD", 2),
        ["2"] = ("GBP", 2),
        ["3"] = ("CAD", 2),
        ["4"] = ("EUR", 2),
        ["5"] = ("JPY", 0),
        ["6"] = ("KWD", 3),
        ["7"] = ("ISK", 0),
        ["8"] = ("UGX", 0),
    };

    /// <summary>Subsidiaries by internal id: name and the internal id of the base currency.</summary>
    public static readonly IReadOnlyDictionary<string, (string Name, string Currency)> Subsidiaries = new Dictionary<
        string,
        (string, string)
    >(StringComparer.Ordinal)
    {
        ["1"] = ("us", "1"),
        ["2"] = ("de", "4"),
        ["3"] = ("jp", "5"),
    };

    public const string Charge = "100";
    public const string Tax = "101";
    public const string WriteOff = "107";

    /// <summary>Items whose lines say why there is no tax.</summary>
    public static readonly IReadOnlyList<string> Untaxed = ["104", "105", "106"];

    /// <summary>Items by internal id.</summary>
    public static readonly IReadOnlyDictionary<string, string> Items = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Charge] = "Charge",
        [Tax] = "Tax",
        ["102"] = "Discount",
        ["103"] = "Rounding",
        ["104"] = "Exempt",
        ["105"] = "Reverse charge",
        ["106"] = "Zero-rated",
        [WriteOff] = "Write-off",
    };
}
