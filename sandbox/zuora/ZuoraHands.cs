using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>What people see and change by hand, by the names of the vendor or of the hub's canon.</summary>
internal sealed class ZuoraHands(
    ZuoraState state,
    ZuoraAccounts accounts,
    ZuoraOrders orders,
    ZuoraSubscriptions subscriptions,
    ZuoraPayments payments
)
{
    public static IReadOnlyList<string> Entities { get; } =
    ["Account", "Contact", "Order", "Subscription", "Invoice", "CreditMemo", "DebitMemo", "Payment", "Refund", "BillRun"];

    public static string? Entity(string name)
    {
        var singular = name.TrimEnd('s', 'S').Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        singular = singular switch
        {
            "billingaccount" => "account",
            "creditnote" => "creditmemo",
            _ => singular,
        };
        return Entities.FirstOrDefault(known => known.Equals(singular, StringComparison.OrdinalIgnoreCase));
    }

    public IEnumerable<JsonObject> All(string entity) =>
        entity switch
        {
            "Account" => state.Accounts.All.Select(Account),
            "Contact" => state.Contacts.All.Select(ZuoraObjects.Of),
            "Order" => state.Orders.All.Select(orders.View),
            "Subscription" => state.Subscriptions.Values.Select(known => subscriptions.View(known, known.Latest)),
            "Invoice" => state.All(DocumentKind.Invoice).Select(ZuoraObjects.Of),
            "CreditMemo" => state.All(DocumentKind.CreditMemo).Select(ZuoraMemos.View),
            "DebitMemo" => state.All(DocumentKind.DebitMemo).Select(ZuoraMemos.View),
            "Payment" => state.Payments.All.Select(payments.View),
            "Refund" => state.Refunds.All.Select(payments.View),
            _ => state.BillRuns.All.Select(ZuoraObjects.Of),
        };

    /// <summary>What a callout calls the record of an id or number, or null.</summary>
    public string? IdOf(string entity, string key) =>
        entity switch
        {
            "Account" => state.Accounts.Find(key)?.Id,
            "Contact" => state.Contacts.Find(key)?.Id,
            "Order" => state.Orders.Find(key)?.Id,
            "Subscription" => state
                .Subscriptions.Values.FirstOrDefault(known => known.Number == key || known.Versions.Exists(version => version.Id == key))
                ?.Number,
            "Payment" => state.Payments.Find(key)?.Id,
            "Refund" => state.Refunds.Find(key)?.Id,
            "BillRun" => state.BillRuns.Find(key)?.Id,
            _ => state.Documents.Find(key) is { } document && document.Kind.ToString() == entity ? document.Id : null,
        };

    /// <summary>Accounts and payments are made, and accounts changed, by hand; everything else comes of an operation.</summary>
    public JsonObject Put(string entity, JsonObject record)
    {
        var fields = JsonNode.Parse(record.ToJsonString())!.AsObject();
        var known = fields.Text("id") is { } id ? IdOf(entity, id) : null;
        fields.Remove("id");
        switch (entity)
        {
            case "Account" when known is null:
                return Account(accounts.Create(fields));
            case "Account":
                accounts.Update(state.Account(known), fields);
                return Account(state.Account(known));
            case "Payment" when known is null:
                return payments.View(payments.Create(fields));
            default:
                throw ZuoraRefusal.Rule($"A {entity} is not made or changed by hand.");
        }
    }

    /// <summary>The account as it is read, with its id where every record has it.</summary>
    private JsonObject Account(Account account) => new JsonObject { ["id"] = account.Id }.With(accounts.View(account));
}
