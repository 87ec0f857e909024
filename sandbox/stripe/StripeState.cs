using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>What a pretend Stripe account holds. Ids count up; an invoice is kept with all its lines and shown with the first of them.</summary>
internal sealed class StripeState(VendorSetup setup)
{
    /// <summary>Lines that an invoice shows within itself; the rest are pages of their own.</summary>
    public const int LinesShown = 10;

    private readonly Dictionary<string, long> counters = new(StringComparer.Ordinal);

    private readonly Dictionary<string, OrderedDictionary<string, JsonObject>> tables = new(StringComparer.Ordinal)
    {
        ["customer"] = new(StringComparer.Ordinal),
        ["invoice"] = new(StringComparer.Ordinal),
        ["payment_intent"] = new(StringComparer.Ordinal),
        ["charge"] = new(StringComparer.Ordinal),
        ["invoice_payment"] = new(StringComparer.Ordinal),
    };

    private readonly HashSet<string> deleted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JsonObject>> applications = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> Entities { get; } = ["customer", "invoice", "payment_intent", "charge", "invoice_payment"];

    /// <summary>The vendor's clock in Unix seconds.</summary>
    public long Now => setup.Now().ToUnixTimeSeconds();

    /// <summary>The vendor's type name behind a name as people write it, or null.</summary>
    public static string? Entity(string name) =>
        name.TrimEnd('s', 'S').ToLowerInvariant() switch
        {
            "customer" or "billingaccount" => "customer",
            "invoice" => "invoice",
            "payment_intent" or "paymentintent" or "payment" => "payment_intent",
            "charge" => "charge",
            "invoice_payment" or "invoicepayment" => "invoice_payment",
            _ => null,
        };

    public OrderedDictionary<string, JsonObject> All(string entity) => tables[entity];

    public JsonObject? Find(string entity, string id) => tables[entity].TryGetValue(id, out var record) ? record : null;

    public JsonObject Get(string entity, string id) =>
        Find(entity, id) ?? throw new ArgumentException($"no such {entity}: {id}", nameof(id));

    public void Keep(string entity, JsonObject record)
    {
        tables[entity][record.Text("id")] = record;
        if (entity == "invoice_payment" && record["payment"]!.AsObject().TextOrNull("payment_intent") is { } payment)
        {
            if (!applications.TryGetValue(payment, out var known))
            {
                applications[payment] = known = [];
            }

            known.Add(record);
        }
    }

    /// <summary>The applications of a payment, oldest first.</summary>
    public IReadOnlyList<JsonObject> Applications(string payment) => applications.TryGetValue(payment, out var known) ? known : [];

    public bool IsDeleted(string customer) => deleted.Contains(customer);

    public bool Delete(string customer) => deleted.Add(customer);

    public string NextId(string prefix)
    {
        var next = counters[prefix] = counters.GetValueOrDefault(prefix) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}_{next:D14}");
    }

    /// <summary>The record as the API shows it: a copy.</summary>
    public JsonObject View(string entity, JsonObject record)
    {
        if (entity == "customer" && IsDeleted(record.Text("id")))
        {
            return new JsonObject
            {
                ["id"] = record.Text("id"),
                ["object"] = "customer",
                ["deleted"] = true,
            };
        }

        var view = record.DeepClone().AsObject();
        if (entity == "invoice" && view.Lines() is { Count: > LinesShown } lines)
        {
            lines.RemoveRange(LinesShown, lines.Count - LinesShown);
            view["lines"]!["has_more"] = true;
        }

        return view;
    }

    public static string Prefix(string entity) =>
        entity switch
        {
            "customer" => "cus",
            "invoice" => "in",
            "payment_intent" => "pi",
            "charge" => "ch",
            _ => "inpay",
        };
}
