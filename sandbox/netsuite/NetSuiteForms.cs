using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>A request that the vendor refuses: HTTP status, the machine's code, the person's text, where in the body.</summary>
internal sealed record Refusal(int Status, string Code, string Detail, string? Path = null)
{
    public static Refusal Content(string path, string detail) =>
        new(400, "INVALID_CONTENT", $"Invalid content in the request body. {detail}", path);

    public static Refusal Required(string label, string path) =>
        new(400, "USER_ERROR", $"Error while accessing a resource. Please enter value(s) for: {label}.", path);

    public static Refusal Reference(string field, string id, string path) =>
        new(400, "INVALID_KEY_OR_REF", $"Invalid {field} reference key {id}.", path);

    public static Refusal User(string detail, string? path = null) =>
        new(400, "USER_ERROR", $"Error while accessing a resource. {detail}", path);
}

internal enum FieldKind
{
    Text,
    Flag,
    Date,
    Number,
    Reference,
    Lines,
}

/// <summary>A field of a form. <paramref name="Lines"/> and <paramref name="Key"/>: a sublist's own form and the field that identifies a line.</summary>
internal sealed record Field(FieldKind Kind, int MaxLength = 999, IReadOnlyDictionary<string, Field>? Lines = null, string Key = "line");

/// <summary>A record type: what may be written, what the vendor computes.</summary>
internal sealed record Form(string Type, string Canonical, IReadOnlyDictionary<string, Field> Fields, IReadOnlyList<string> Computed)
{
    public bool IsTransaction => Fields.ContainsKey("tranDate");

    /// <summary>The field of a transaction that names its customer.</summary>
    public string Who { get; init; } = "entity";

    /// <summary>A transaction's type in SuiteQL.</summary>
    public string SqlType { get; init; } = "";

    /// <summary>What its automatic numbers begin with.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The types of what the lines of its <c>apply</c> sublist may settle.</summary>
    public IReadOnlyList<string> AppliesTo { get; init; } = [];
}

/// <summary>The forms this vendor knows, and the reading of a body against one of them.</summary>
internal static class NetSuiteForms
{
    private static readonly Field Text = new(FieldKind.Text);
    private static readonly Field Flag = new(FieldKind.Flag);
    private static readonly Field Date = new(FieldKind.Date);
    private static readonly Field Number = new(FieldKind.Number);
    private static readonly Field Reference = new(FieldKind.Reference);

    private static readonly Field ItemLines = new(
        FieldKind.Lines,
        Lines: new Dictionary<string, Field>(StringComparer.Ordinal)
        {
            ["line"] = Number,
            ["item"] = Reference,
            ["description"] = new(FieldKind.Text, 4000),
            ["quantity"] = Number,
            ["amount"] = Number,
        }
    );

    private static readonly Field ApplyLines = new(
        FieldKind.Lines,
        Lines: new Dictionary<string, Field>(StringComparer.Ordinal)
        {
            ["doc"] = Reference,
            ["apply"] = Flag,
            ["amount"] = Number,
        },
        Key: "doc"
    );

    // What every transaction has.
    private static readonly Dictionary<string, Field> Posted = new(StringComparer.Ordinal)
    {
        ["externalId"] = Text,
        ["tranId"] = new(FieldKind.Text, 45),
        ["tranDate"] = Date,
        ["currency"] = Reference,
        ["subsidiary"] = Reference,
        ["memo"] = Text,
        ["postingPeriod"] = Reference,
    };

    public static readonly Form Customer = new(
        "customer",
        "BillingAccount",
        new Dictionary<string, Field>(StringComparer.Ordinal)
        {
            ["externalId"] = Text,
            ["companyName"] = new(FieldKind.Text, 83),
            ["firstName"] = new(FieldKind.Text, 32),
            ["lastName"] = new(FieldKind.Text, 32),
            ["isPerson"] = Flag,
            ["accountNumber"] = new(FieldKind.Text, 99),
            ["email"] = new(FieldKind.Text, 254),
            ["phone"] = new(FieldKind.Text, 100),
            ["subsidiary"] = Reference,
            ["currency"] = Reference,
            ["parent"] = Reference,
            ["isInactive"] = Flag,
            // A field of the company's own, which it has set up for the hub.
            ["custentity_qtc_tax_status"] = Text,
        },
        ["entityId", "dateCreated", "lastModifiedDate"]
    );

    public static readonly Form Invoice = new(
        "invoice",
        "Invoice",
        new Dictionary<string, Field>(Posted, StringComparer.Ordinal)
        {
            ["entity"] = Reference,
            ["dueDate"] = Date,
            ["item"] = ItemLines,
        },
        ["total", "amountPaid", "amountRemaining", "status", "createdDate", "lastModifiedDate"]
    )
    {
        SqlType = "CustInvc",
        Prefix = "INV",
    };

    public static readonly Form CreditMemo = new(
        "creditMemo",
        "CreditNote",
        new Dictionary<string, Field>(Posted, StringComparer.Ordinal)
        {
            ["entity"] = Reference,
            ["item"] = ItemLines,
            ["apply"] = ApplyLines,
        },
        ["total", "applied", "unapplied", "status", "createdDate", "lastModifiedDate"]
    )
    {
        SqlType = "CustCred",
        Prefix = "CM",
        AppliesTo = ["invoice"],
    };

    public static readonly Form Payment = new(
        "customerPayment",
        "Payment",
        new Dictionary<string, Field>(Posted, StringComparer.Ordinal)
        {
            ["customer"] = Reference,
            ["payment"] = Number,
            ["account"] = Reference,
            ["undepFunds"] = Flag,
            ["checkNum"] = new(FieldKind.Text, 45),
            ["apply"] = ApplyLines with
            {
                Lines = new Dictionary<string, Field>(ApplyLines.Lines!, StringComparer.Ordinal) { ["disc"] = Number },
            },
        },
        ["applied", "unapplied", "status", "createdDate", "lastModifiedDate"]
    )
    {
        Who = "customer",
        SqlType = "CustPymt",
        Prefix = "PYMT",
        AppliesTo = ["invoice"],
    };

    public static readonly Form Refund = new(
        "customerRefund",
        "Refund",
        new Dictionary<string, Field>(Posted, StringComparer.Ordinal)
        {
            ["customer"] = Reference,
            ["account"] = Reference,
            ["apply"] = ApplyLines,
        },
        ["total", "status", "createdDate", "lastModifiedDate"]
    )
    {
        Who = "customer",
        SqlType = "CustRfnd",
        Prefix = "RFND",
        AppliesTo = ["customerPayment", "creditMemo"],
    };

    public static readonly Form Journal = new(
        "journalEntry",
        "JournalEntry",
        new Dictionary<string, Field>(Posted, StringComparer.Ordinal)
        {
            ["line"] = new(
                FieldKind.Lines,
                Lines: new Dictionary<string, Field>(StringComparer.Ordinal)
                {
                    ["line"] = Number,
                    ["account"] = Reference,
                    ["debit"] = Number,
                    ["credit"] = Number,
                    ["memo"] = Text,
                }
            ),
        },
        ["createdDate", "lastModifiedDate"]
    )
    {
        SqlType = "Journal",
        Prefix = "JE",
    };

    public static readonly Form ServiceItem = new(
        "serviceSaleItem",
        "Product",
        new Dictionary<string, Field>(StringComparer.Ordinal)
        {
            ["externalId"] = Text,
            ["itemId"] = new(FieldKind.Text, 60),
            ["displayName"] = new(FieldKind.Text, 60),
            ["salesDescription"] = new(FieldKind.Text, 4000),
            ["subsidiary"] = new(
                FieldKind.Lines,
                Lines: new Dictionary<string, Field>(StringComparer.Ordinal) { ["id"] = Text },
                Key: "id"
            ),
            ["incomeAccount"] = Reference,
            ["deferredRevenueAccount"] = Reference,
            ["isInactive"] = Flag,
        },
        ["createdDate", "lastModifiedDate"]
    );

    public static readonly IReadOnlyList<Form> All = [Customer, Invoice, CreditMemo, Payment, Refund, Journal, ServiceItem];

    public static Form? Find(string name) =>
        All.FirstOrDefault(form =>
            string.Equals(form.Type, name, StringComparison.OrdinalIgnoreCase)
            || string.Equals(form.Canonical, name, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Checks a body field by field; <paramref name="clean"/> holds only what the form has, references as <c>{"id":"1"}</c>.</summary>
    public static Refusal? Read(JsonObject body, IReadOnlyDictionary<string, Field> fields, string path, out JsonObject clean)
    {
        clean = [];
        foreach (var (name, value) in body)
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (!fields.TryGetValue(name, out var field))
            {
                return Refusal.Content(at, $"Unknown property '{name}'.");
            }

            if (value is null)
            {
                clean[name] = null;
                continue;
            }

            if (ReadValue(value, field, at, out var kept) is { } refusal)
            {
                return refusal;
            }

            clean[name] = kept;
        }

        return null;
    }

    private static Refusal? ReadValue(JsonNode value, Field field, string at, out JsonNode? kept)
    {
        kept = null;
        switch (field.Kind)
        {
            case FieldKind.Lines:
                return ReadLines(value, field, at, out kept);
            case FieldKind.Reference:
                return ReadReference(value, at, out kept);
            case FieldKind.Text when value is JsonValue text && text.TryGetValue(out string? words):
                kept = words;
                return words.Length <= field.MaxLength
                    ? null
                    : Refusal.Content(at, $"The field is longer than {field.MaxLength} characters.");
            case FieldKind.Flag when value is JsonValue flag && flag.TryGetValue(out bool on):
                kept = on;
                return null;
            case FieldKind.Number
                when value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out decimal exact):
                kept = exact;
                return null;
            case FieldKind.Date when value is JsonValue date && date.TryGetValue(out string? day) && IsDay(day):
                kept = day;
                return null;
            default:
                return Refusal.Content(
                    at,
                    $"The value is not a {field.Kind switch { FieldKind.Date => "date (yyyy-MM-dd)", var kind => kind.ToString().ToLowerInvariant() }}."
                );
        }
    }

    private static bool IsDay(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static Refusal? ReadReference(JsonNode value, string at, out JsonNode? kept)
    {
        kept = null;
        if (value is not JsonObject reference || reference.Any(member => member.Key is not ("id" or "refName" or "links")))
        {
            return Refusal.Content(at, "A reference is an object with an id.");
        }

        var id = reference["id"] switch
        {
            JsonValue text when text.TryGetValue(out string? words) => words,
            JsonValue number when number.TryGetValue(out long whole) => whole.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
        if (string.IsNullOrEmpty(id))
        {
            return Refusal.Content(at, "A reference is an object with an id.");
        }

        kept = new JsonObject { ["id"] = id };
        return null;
    }

    private static Refusal? ReadLines(JsonNode value, Field field, string at, out JsonNode? kept)
    {
        kept = null;
        if (
            value is not JsonObject list
            || list["items"] is not JsonArray items
            || list.Any(member => member.Key is not ("items" or "links" or "totalResults"))
        )
        {
            return Refusal.Content(at, "A sublist is an object with items.");
        }

        var lines = new JsonArray();
        for (var index = 0; index < items.Count; index++)
        {
            var place = $"{at}.items[{index.ToString(CultureInfo.InvariantCulture)}]";
            if (items[index] is not JsonObject item)
            {
                return Refusal.Content(place, "A line is an object.");
            }

            item.Remove("links");
            if (Read(item, field.Lines!, place, out var line) is { } refusal)
            {
                return refusal;
            }

            lines.Add((JsonNode)line);
        }

        kept = new JsonObject { ["items"] = lines };
        return null;
    }
}
