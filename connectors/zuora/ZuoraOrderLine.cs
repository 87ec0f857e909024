using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>One line of a mapped order.</summary>
internal sealed record ZuoraOrderLine
{
    public required string Action { get; init; }

    public required string EffectiveOn { get; init; }

    public string? Sku { get; init; }

    public string? ReplacedSku { get; init; }

    /// <summary>The charge that quantity and price are of, where the mapping names it.</summary>
    public string? Charge { get; init; }

    /// <summary>How many there are after it.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>How many more, or fewer.</summary>
    public decimal? Change { get; init; }

    public decimal? Price { get; init; }

    public JsonObject? Term { get; init; }

    /// <summary>The number of the subscription that is amended; null for a new one.</summary>
    public string? Subscription { get; init; }

    /// <summary>The version that was seen when the order was made.</summary>
    public decimal? Version { get; init; }

    /// <summary>The lines of an order, in its order.</summary>
    public static IReadOnlyList<ZuoraOrderLine> Of(JsonObject order) =>
        [
            .. (order["lines"] as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(line => new ZuoraOrderLine
                {
                    Action = line.Text("action") ?? "",
                    EffectiveOn = line.Text("effectiveOn") ?? "",
                    Sku = line.Text("sku"),
                    ReplacedSku = line.Text("replacedSku"),
                    Charge = line.Text("productRatePlanChargeId"),
                    Quantity = line.Number("quantity"),
                    Change = line.Number("quantityChange"),
                    Price = line.Number("price"),
                    Term = line["term"] as JsonObject,
                    Subscription = line.Text("subscription"),
                    Version = line.Number("subscriptionVersion"),
                }),
        ];

    /// <summary>What Zuora calls the action; several where it depends on what stood there.</summary>
    public IReadOnlyList<string> Types =>
        Action switch
        {
            "new" => ["CreateSubscription"],
            "add" => ["AddProduct", "UpdateProduct"],
            "remove" => ["RemoveProduct", "UpdateProduct"],
            "swap" => ["RemoveProduct"],
            "renew" => ["RenewSubscription"],
            "cancel" => ["CancelSubscription"],
            "suspend" => ["Suspend"],
            _ => [],
        };

    /// <summary>Whether it names a charge of the catalogue.</summary>
    public bool Names(JsonElement charge) => Charge is not null && charge.Text("id") == Charge;
}
