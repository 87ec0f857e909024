using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>Products and their prices: what Stripe fills in, and what of a price it never lets change.</summary>
internal sealed class StripeCatalog(StripeState state, StripeEventLog events)
{
    private const int MostDecimals = 12;

    private static readonly string[] Changeable =
    [
        "id",
        "active",
        "currency_options",
        "lookup_key",
        "metadata",
        "nickname",
        "tax_behavior",
    ];

    public void MakeProduct(JsonObject product)
    {
        StripeLedger.Require(product.TextOrNull("name") is { Length: > 0 }, "a product has a name");
        product["updated"] = state.Now;
        state.Keep("product", product);
        events.Record("product.created", "product", product);
    }

    public void MakePrice(JsonObject price)
    {
        StripeLedger.Require(
            state.Find("product", price.Text("product")) is { } product && !state.IsDeleted(product.Text("id")),
            "a price is of a product"
        );
        var tiered = price["tiers"] is JsonArray { Count: > 0 };
        StripeLedger.Require(tiered == price["tiers_mode"] is not null, "tiers are graduated or volume");
        StripeLedger.Require(!tiered || price["transform_quantity"] is null, "packages have no tiers");
        price["billing_scheme"] = tiered ? "tiered" : "per_unit";
        CompleteRecurrence(price, tiered);
        CompleteAmounts(price);
        CompleteCurrencies(price);
        state.Keep("price", price);
        events.Record("price.created", "price", price);
    }

    /// <summary>Holds before anything changes: what a price asks for is settled when it is made.</summary>
    public static void RequireChangeable(string entity, JsonObject fields) =>
        StripeLedger.Require(
            entity != "price" || fields.All(field => Changeable.Contains(field.Key, StringComparer.Ordinal)),
            "the amount of a price is never changed"
        );

    /// <summary>After a change: a product says when it was last changed, and a price's new currencies are filled in.</summary>
    public void Complete(string entity, JsonObject record)
    {
        if (entity == "product")
        {
            record["updated"] = state.Now;
        }
        else if (entity == "price")
        {
            CompleteCurrencies(record);
        }
    }

    public void DeleteProduct(string id)
    {
        var product = state.Get("product", id);
        StripeLedger.Require(
            !state.All("price").Values.Any(price => price.Text("product") == id),
            "only a product without prices is deleted"
        );
        events.Record("product.deleted", "product", product);
        state.Delete(id);
    }

    private static void CompleteRecurrence(JsonObject price, bool tiered)
    {
        StripeLedger.Require(!tiered || price["recurring"] is not null, "tiers are charged again and again");
        price["type"] = price["recurring"] is null ? "one_time" : "recurring";
        if (price["recurring"] is JsonObject recurring)
        {
            StripeLedger.Require(
                recurring.TextOrNull("interval") is "day" or "week" or "month" or "year",
                "a period is counted in days, weeks, months or years"
            );
            recurring["interval_count"] ??= 1;
            recurring["usage_type"] ??= "licensed";
            recurring["meter"] = recurring["meter"]?.DeepClone();
            recurring["trial_period_days"] = recurring["trial_period_days"]?.DeepClone();
        }
    }

    private static void CompleteAmounts(JsonObject priced)
    {
        if (priced["tiers"] is JsonArray { Count: > 0 } tiers)
        {
            CompleteTiers(tiers);
        }
        else if (priced["custom_unit_amount"] is null)
        {
            Complete(priced, "unit_amount");
            StripeLedger.Require(priced["unit_amount_decimal"] is not null, "a price has an amount");
        }
    }

    private static void CompleteTiers(JsonArray tiers)
    {
        long end = 0;
        foreach (var tier in tiers.Select(tier => tier!.AsObject()))
        {
            var isLast = ReferenceEquals(tier, tiers[^1]);
            // It is asked for as inf and shown as null.
            if (tier["up_to"] is JsonValue value && value.ToString() == "inf")
            {
                tier["up_to"] = null;
            }

            var upTo = tier.NumberOrNull("up_to");
            StripeLedger.Require(isLast ? upTo is null : upTo > end, "tiers end one after the other, and the last one does not");
            end = upTo ?? end;
            tier["up_to"] = upTo;
            Complete(tier, "flat_amount");
            Complete(tier, "unit_amount");
            StripeLedger.Require(
                tier["flat_amount_decimal"] is not null || tier["unit_amount_decimal"] is not null,
                "a tier has an amount"
            );
        }
    }

    private static void CompleteCurrencies(JsonObject price)
    {
        if (price["currency_options"] is not JsonObject options)
        {
            return;
        }

        var own = new JsonObject();
        foreach (var name in (string[])["tiers", "unit_amount", "unit_amount_decimal"])
        {
            own[name] = price[name]?.DeepClone();
        }

        options[price.Text("currency")] = own;
        foreach (var option in options.Select(option => option.Value!.AsObject()))
        {
            option["custom_unit_amount"] = null;
            option["tax_behavior"] ??= price["tax_behavior"]?.DeepClone();
            CompleteAmounts(option);
        }
    }

    /// <summary>Stripe shows an amount twice: whole, where it is, and as a text with all its decimals.</summary>
    private static void Complete(JsonObject priced, string name)
    {
        var written = priced[$"{name}_decimal"]?.ToString() ?? priced[name]?.ToString();
        if (written is null)
        {
            priced[name] = null;
            priced[$"{name}_decimal"] = null;
            return;
        }

        var amount = decimal.Parse(written, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        StripeLedger.Require(amount.Scale <= MostDecimals, "an amount has at most twelve decimals");
        priced[name] = decimal.IsInteger(amount) ? (long)amount : null;
        priced[$"{name}_decimal"] = written;
    }
}
