using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>Finds what of the catalogue an order's line sells: the product by its SKU, its rate plan of the day, and the charge that is counted and priced.</summary>
internal sealed class ZuoraPriceBook(ZuoraCalls calls, ZuoraWriterLookup lookup)
{
    /// <summary>The rate plan as an order subscribes to it, with the line's quantity and price.</summary>
    public async Task<Outcome<JsonObject>> SubscribeAsync(ZuoraOrderLine line, decimal? quantity, CancellationToken cancellationToken)
    {
        var sku = line.Sku!;
        var found = await lookup.QueryAsync(ZuoraPlace.Products, ZuoraPlace.Products.Match, sku, cancellationToken);
        if (!found.TryGet(out var products, out var fault))
        {
            return fault;
        }

        if (products is not [var product])
        {
            return products.Count == 0
                ? new Fault.Rejected("unknown-sku", $"Zuora has no product of the SKU '{sku}'")
                : new Fault.Rejected("several-products", $"Zuora has several products of the SKU '{sku}'");
        }

        var listed = await calls.ReadAllAsync(
            "productRatePlans",
            pages =>
                (api, token, cancel) => api.ListOfAsync("rateplan", product, "productRatePlan", new ZuoraPage(pages.Next), token, cancel),
            cancellationToken
        );
        if (!listed.TryGet(out var plans, out fault))
        {
            return fault;
        }

        var sold = plans.Items.Where(plan =>
            IsSold(plan, line.EffectiveOn) && (line.Charge is null || plan.Objects("productRatePlanCharges").Any(line.Names))
        );
        return sold.ToArray() switch
        {
            [] => new Fault.Rejected("no-rate-plan", $"the SKU '{sku}' has no rate plan that is sold on {line.EffectiveOn}"),
            [var plan] => Subscribe(plan, line, quantity),
            _ => new Fault.Rejected(
                "several-rate-plans",
                $"the SKU '{sku}' has several rate plans: the mapping has to name a productRatePlanChargeId"
            ),
        };
    }

    private static Outcome<JsonObject> Subscribe(JsonElement plan, ZuoraOrderLine line, decimal? quantity)
    {
        JsonElement[] charges =
        [
            .. plan.Objects("productRatePlanCharges")
                .Where(charge => line.Charge is null ? !ZuoraPricing.Of(charge).IsDiscount : line.Names(charge)),
        ];
        if (charges is not [var charge])
        {
            return new Fault.Rejected(
                "several-charges",
                $"the rate plan of the SKU '{line.Sku}' has several charges: the mapping has to name a productRatePlanChargeId"
            );
        }

        var said = ZuoraPricing.Of(charge).Say(line.Sku!, quantity, line.Price);
        if (!said.TryGet(out var pricing, out var fault))
        {
            return fault;
        }

        var subscribed = new JsonObject { ["productRatePlanId"] = plan.Text("id") };
        if (pricing.Count > 0)
        {
            subscribed["chargeOverrides"] = new JsonArray(
                new JsonObject { ["productRatePlanChargeId"] = charge.Text("id"), ["pricing"] = pricing }
            );
        }

        return subscribed;
    }

    /// <summary>Days compare as they are written; the catalogue writes an instant in their place at times, whose day is its beginning.</summary>
    private static bool IsSold(JsonElement plan, string day) =>
        plan.Text("status") != "Expired"
        && string.CompareOrdinal(Day(plan, "effectiveStartDate") ?? day, day) <= 0
        && string.CompareOrdinal(day, Day(plan, "effectiveEndDate") ?? day) <= 0;

    private static string? Day(JsonElement plan, string name) => plan.Text(name) is { Length: >= 10 } text ? text[..10] : null;
}
