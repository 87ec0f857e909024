using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>How a charge is priced: its type and its model, of which an order's pricing has the name.</summary>
internal sealed record ZuoraPricing(string? Type, string? Model)
{
    public static ZuoraPricing Of(JsonElement charge) => new(charge.Text("type"), charge.Text("model"));

    public bool IsDiscount => Model is "DiscountPercentage" or "DiscountFixedAmount";

    private bool HasQuantity => Type != "Usage" && Model != "FlatFee";

    private bool HasPrice => Model is "FlatFee" or "PerUnit";

    /// <summary>
    /// What an order says of the charge: the quantity and the price of one, or empty where it says neither. Tiers are the catalogue's; what cannot be said
    /// is refused and not left out.
    /// </summary>
    public Outcome<JsonObject> Say(string sku, decimal? quantity, decimal? price)
    {
        if (Name is not { } name)
        {
            return new Fault.Rejected(
                "unknown-charge",
                $"the SKU '{sku}' has a charge of {Type} and {Model}, which the hub does not order"
            );
        }

        if (!HasQuantity && quantity is not (null or 1))
        {
            return new Fault.Rejected("no-quantity", $"the SKU '{sku}' is not sold by quantity: its charge is of {Type} and {Model}");
        }

        if (!HasPrice && price is not null)
        {
            return new Fault.Rejected("price-of-tiers", $"the SKU '{sku}' has its prices in tiers, which are the catalogue's");
        }

        var said = new JsonObject();
        if (price is { } each)
        {
            said["listPrice"] = each;
        }

        if (HasQuantity && quantity is { } count)
        {
            said["quantity"] = count;
        }

        return said.Count == 0 ? said : new JsonObject { [name] = said };
    }

    private string? Name =>
        (Type, Model) switch
        {
            ("Recurring", "FlatFee" or "PerUnit" or "Tiered" or "Volume") => $"recurring{Model}",
            ("OneTime", "FlatFee" or "PerUnit" or "Tiered" or "Volume") => $"oneTime{Model}",
            ("Usage", "FlatFee" or "PerUnit" or "Tiered" or "Volume") => $"usage{Model}",
            _ => null,
        };
}
