using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>What a pretend Stripe account holds. Ids count up; an invoice is kept with all its lines and shown with the first of them.</summary>
internal sealed class StripeState(VendorSetup setup)
{
    /// <summary>Lines that an invoice shows within itself; the rest are pages of their own.</summary>
    public const int LinesShown = 10;

    private readonly Dictionary<string, long> counters = new(StringComparer.Ordinal);

    /// <summary>Each type with what its ids begin with and the other names that people give it.</summary>
    private static readonly (string Entity, string Prefix, string[] Names)[] Types =
    [
        ("customer", "cus", ["billingaccount"]),
        ("product", "prod", []),
        ("price", "price", []),
        ("subscription", "sub", []),
        ("invoice", "in", []),
        ("payment_intent", "pi", ["paymentintent", "payment"]),
        ("charge", "ch", []),
        ("invoice_payment", "inpay", ["invoicepayment"]),
        ("credit_note", "cn", ["creditnote"]),
        ("refund", "re", []),
        ("dispute", "dp", []),
        ("balance_transaction", "txn", ["balancetransaction", "settlementitem"]),
        ("payout", "po", []),
    ];

    private readonly Dictionary<string, OrderedDictionary<string, JsonObject>> tables = Types.ToDictionary(
        type => type.Entity,
        _ => new OrderedDictionary<string, JsonObject>(StringComparer.Ordinal),
        StringComparer.Ordinal
    );

    private readonly HashSet<string> deleted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JsonObject>> applications = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> Entities { get; } = [.. Types.Select(type => type.Entity)];

    /// <summary>The currency that what is taken in a currency is settled in, where that is another.</summary>
    public Dictionary<string, string> SettledIn { get; } = new(StringComparer.Ordinal);

    /// <summary>The automatic payout that holds a movement of the balance, by the movement's id.</summary>
    public Dictionary<string, string> PayoutOf { get; } = new(StringComparer.Ordinal);

    /// <summary>The vendor's clock in Unix seconds.</summary>
    public long Now => setup.Now().ToUnixTimeSeconds();

    /// <summary>The vendor's type name behind a name as people write it, or null.</summary>
    public static string? Entity(string name)
    {
        var one = name.TrimEnd('s', 'S').ToLowerInvariant();
        return Types.FirstOrDefault(type => type.Entity == one || type.Names.Contains(one, StringComparer.Ordinal)).Entity;
    }

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

    public bool IsDeleted(string id) => deleted.Contains(id);

    public bool Delete(string id) => deleted.Add(id);

    public string NextId(string prefix)
    {
        var next = counters[prefix] = counters.GetValueOrDefault(prefix) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}_{next:D14}");
    }

    /// <summary>The record as the API shows it: a copy.</summary>
    public JsonObject View(string entity, JsonObject record)
    {
        if (entity is "customer" or "product" && IsDeleted(record.Text("id")))
        {
            return new JsonObject
            {
                ["id"] = record.Text("id"),
                ["object"] = entity,
                ["deleted"] = true,
            };
        }

        var view = record.DeepClone().AsObject();
        if (entity is "invoice" or "credit_note" && view.Lines() is { Count: > LinesShown } lines)
        {
            lines.RemoveRange(LinesShown, lines.Count - LinesShown);
            view["lines"]!["has_more"] = true;
        }

        if (entity == "price")
        {
            view.Remove("tiers");
            view.Remove("currency_options");
        }
        else if (entity == "subscription")
        {
            var items = record["items"]!["data"]!.AsArray();
            view["items"]!["data"] = new JsonArray([.. items.Take(LinesShown).Select(JsonNode? (item) => ViewItem(item!.AsObject()))]);
            view["items"]!["has_more"] = items.Count > LinesShown;
        }

        return view;
    }

    /// <summary>An item of a subscription as the API shows it: with its price whole.</summary>
    public JsonObject ViewItem(JsonObject item)
    {
        var view = item.DeepClone().AsObject();
        view["price"] = View("price", Get("price", item.Text("price")));
        return view;
    }

    /// <summary>The type of the record that an id is of.</summary>
    public static string EntityOf(string id) => Types.First(type => id.StartsWith(type.Prefix + "_", StringComparison.Ordinal)).Entity;

    public static string Prefix(string entity) => Types.First(type => type.Entity == entity).Prefix;
}
