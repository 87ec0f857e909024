using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>
/// A price that is set in several currencies is one price in each of them. A currency's option has an amount, tiers and tax behaviour of its own; all
/// else is the price's. Every tier is given its currency, for it is read by itself.
/// </summary>
internal static class StripePrices
{
    /// <summary>What a list of prices has to be asked for: without it Stripe leaves out tiers and currencies.</summary>
    public static readonly string[] Whole = ["data.tiers", "data.currency_options"];

    private const string Currency = "currency";
    private const string Options = "currency_options";
    private const string Tiers = "tiers";

    private static readonly string[] OfCurrency = ["custom_unit_amount", "tax_behavior", Tiers, "unit_amount", "unit_amount_decimal"];

    /// <summary>A price in each currency that it is set in: in its own under its own id, in each other with that behind it.</summary>
    public static IEnumerable<JsonElement> InEachCurrency(JsonElement price)
    {
        yield return Write(price, price.Text(Currency), price, []);
        if (price.Object(Options) is { } options)
        {
            foreach (var option in options.EnumerateObject().Where(option => option.Name != price.Text(Currency)))
            {
                yield return InAnother(price, option);
            }
        }
    }

    /// <summary>A price in one currency, or null where it is not set in that.</summary>
    public static JsonElement? In(JsonElement price, string currency) =>
        InEachCurrency(price).Where(one => one.Text(Currency) == currency).Select(one => (JsonElement?)one).FirstOrDefault();

    private static JsonElement InAnother(JsonElement price, JsonProperty option)
    {
        var fields = OfCurrency
            .Where(name => name != Tiers)
            .Select(name => option.Value.TryGetProperty(name, out var set) ? StripeForm.Element(name, set) : StripeForm.Text(name, null));
        return Write(
            price,
            option.Name,
            option.Value,
            [StripeForm.Text("id", $"{price.Text("id")}-{option.Name}"), StripeForm.Text(Currency, option.Name), .. fields]
        );
    }

    private static JsonElement Write(JsonElement price, string? currency, JsonElement tiered, IReadOnlyList<StripeField> fields)
    {
        StripeField[] of = [.. fields, Tiered(tiered, currency), StripeForm.Text(Options, null)];
        return JsonElement.Parse(StripeForm.Write(price, of).Span);
    }

    private static StripeField Tiered(JsonElement priced, string? currency) =>
        priced.Array(Tiers) is not { } tiers
            ? StripeForm.Text(Tiers, null)
            : new StripeField(
                Tiers,
                writer =>
                {
                    writer.WriteStartArray();
                    foreach (var tier in tiers.EnumerateArray())
                    {
                        writer.WriteRawValue(StripeForm.Write(tier, StripeForm.Text(Currency, currency)).Span);
                    }

                    writer.WriteEndArray();
                }
            );
}
