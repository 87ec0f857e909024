using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>How a charge is priced, whatever its amounts are; each of Zuora's spellings of one thing is one.</summary>
/// <param name="Type">OneTime, Recurring or Usage.</param>
/// <param name="Model">FlatFee, PerUnit, Tiered or Volume.</param>
/// <param name="Unit">What is counted; null of a flat fee.</param>
/// <param name="Period">The billing period; null of what is charged once.</param>
/// <param name="Timing">IN_ADVANCE or IN_ARREARS; null of what is not charged again and again.</param>
internal sealed record ZuoraRate(string Type, string Model, string? Unit, string? Period, string? Timing)
{
    public bool IsTiered => Model is "Tiered" or "Volume";

    public static ZuoraRate? Of(JsonElement charge) =>
        charge.Text("type") is { } type && charge.Text("model") is { } model
            ? new ZuoraRate(
                type,
                model,
                model == "FlatFee" || charge.Text("uom") is not { Length: > 0 } unit ? null : unit,
                type == "OneTime" ? null : charge.Text("billingPeriod")?.Replace('_', '-'),
                type == "Recurring" ? charge.Text("billingTiming")?.Replace(' ', '_').ToUpperInvariant() : null
            )
            : null;

    public override string ToString() => string.Join(' ', new[] { Period ?? "Once", Type, Model, Unit, Timing }.OfType<string>());
}

/// <summary>
/// Prices of a product that differ in nothing but their currency: to Zuora one charge, in a rate plan of its own, so that each way of buying a product is one rate
/// plan. Two offers are the same where they are priced alike, whoever has made them.
/// </summary>
internal sealed class ZuoraOffer
{
    private const int HashLength = 8;
    private const string FlatFee = "Flat Fee";
    private const string PerUnit = "Per Unit";

    private static readonly Dictionary<string, string> Models = new(StringComparer.Ordinal)
    {
        ["FlatFee"] = "Flat Fee Pricing",
        ["PerUnit"] = "Per Unit Pricing",
        ["Tiered"] = "Tiered Pricing",
        ["Volume"] = "Volume Pricing",
    };

    private readonly SortedDictionary<string, IReadOnlyList<Tier>> prices;

    private ZuoraOffer(ZuoraRate rate, SortedDictionary<string, IReadOnlyList<Tier>> prices, IReadOnlyList<JsonElement> asked)
    {
        (Rate, this.prices, Asked) = (rate, prices, asked);
        Content = $"{rate}: {string.Join("; ", prices.Select(price => $"{price.Key} {string.Join(", ", price.Value)}"))}";
        Name = $"{rate} #{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Content)))[..HashLength]}";
    }

    public ZuoraRate Rate { get; }

    /// <summary>The prices as they were asked for, or as they stand.</summary>
    public IReadOnlyList<JsonElement> Asked { get; }

    /// <summary>What is priced how, in one text: the same of the same prices.</summary>
    public string Content { get; }

    /// <summary>The name of its rate plan, which has to be another's for other prices: it says how they are priced, and bears a hash of the amounts.</summary>
    public string Name { get; }

    /// <summary>Whether a rate plan bears a name that the hub gives.</summary>
    public static bool Names(string plan) =>
        plan.Length > HashLength + 1 && plan[^(HashLength + 1)] == '#' && plan[^HashLength..].All(char.IsAsciiHexDigitLower);

    /// <summary>The offers of a request, in an order of their own.</summary>
    public static Outcome<IReadOnlyList<ZuoraOffer>> OfRequest(JsonElement request)
    {
        var offers = new List<ZuoraOffer>();
        foreach (var group in request.Objects("prices").GroupBy(price => ZuoraRate.Of(price)))
        {
            Invariant.Holds(group.Key is not null, "a mapped price has a type and a model");
            var made = Of(group.Key, [.. group], [.. group.Select(price => price.Object("pricing")!.Value)]);
            if (!made.TryGet(out var offer, out var fault))
            {
                return fault;
            }

            offers.Add(offer);
        }

        return offers.OrderBy(offer => offer.Name, StringComparer.Ordinal).ToList();
    }

    /// <summary>The offer of a rate plan of one charge; null of any other, and of one that is priced as the hub prices nothing.</summary>
    public static ZuoraOffer? OfPlan(JsonElement plan)
    {
        if (plan.Objects("productRatePlanCharges").ToArray() is not [var charge] || ZuoraRate.Of(charge) is not { } rate)
        {
            return null;
        }

        JsonElement[] pricings =
        [
            .. charge.Objects("pricing").Where(pricing => pricing.Number("price") is not null || pricing.Array("tiers") is not null),
        ];
        return Models.ContainsKey(rate.Model) && Of(rate, [charge], pricings).TryGet(out var offer, out _) ? offer : null;
    }

    /// <summary>The charge as Zuora is asked to make it. Tax, accounts and revenue of it are the tenant's.</summary>
    public JsonObject Charge(string plan, string name)
    {
        var charge = new JsonObject
        {
            ["ProductRatePlanId"] = plan,
            [nameof(Name)] = name,
            ["ChargeType"] = Rate.Type,
            ["ChargeModel"] = Models[Rate.Model],
            ["UOM"] = Rate.Unit,
            ["BillingPeriod"] = Rate.Period,
            ["BillingTiming"] = Rate.Timing switch
            {
                null => null,
                "IN_ADVANCE" => "In Advance",
                _ => "In Arrears",
            },
            ["ListPriceBase"] = Rate.Type == "Recurring" ? "Per Billing Period" : null,
            ["DefaultQuantity"] = Rate is { Model: "PerUnit", Type: not "Usage" } ? 1 : null,
            ["BillCycleType"] = "DefaultFromCustomer",
            ["TriggerEvent"] = "ContractEffective",
            ["EndDateCondition"] = "SubscriptionEnd",
            ["ProductRatePlanChargeTierData"] = new JsonObject
            {
                ["ProductRatePlanChargeTier"] = new JsonArray([.. prices.SelectMany(price => Rows(price.Key, price.Value))]),
            },
        };
        return charge.Filled();
    }

    private static Outcome<ZuoraOffer> Of(ZuoraRate rate, IReadOnlyList<JsonElement> asked, IReadOnlyList<JsonElement> pricings)
    {
        var byCurrency = new SortedDictionary<string, IReadOnlyList<Tier>>(StringComparer.Ordinal);
        foreach (var pricing in pricings)
        {
            var currency = pricing.Text("currency") ?? "";
            var tiers = rate.IsTiered ? TiersOf(pricing) : [new Tier(null, pricing.Number("price") ?? 0, null)];
            if (!byCurrency.TryAdd(currency, tiers))
            {
                return new Fault.Rejected(
                    "several-prices",
                    $"a product has one price of a kind in {currency}, and this one has several: {rate}"
                );
            }

            if (tiers.GroupBy(tier => tier.End).Any(ends => ends.Count() > 1))
            {
                return new Fault.Rejected("tier-priced-twice", "Zuora prices a tier as a whole or by the unit, and not both");
            }

            if (tiers.Any(tier => tier.End is { } end && decimal.Truncate(end) != end))
            {
                return new Fault.Rejected(
                    "fractional-tier",
                    "a tier of Zuora's ends at a whole unit, and the next begins with the one after it"
                );
            }
        }

        return new ZuoraOffer(rate, byCurrency, asked);
    }

    private static List<Tier> TiersOf(JsonElement pricing) =>
        [
            .. pricing
                .Objects("tiers")
                .Select(tier => new Tier(
                    tier.Number("endingUnit"),
                    tier.Number("price") ?? 0,
                    tier.Text("priceFormat")?.Replace(" ", "", StringComparison.Ordinal) == "FlatFee" ? FlatFee : PerUnit
                ))
                .OrderBy(tier => tier.End ?? decimal.MaxValue),
        ];

    private static IEnumerable<JsonObject> Rows(string currency, IReadOnlyList<Tier> tiers)
    {
        var from = 0m;
        foreach (var tier in tiers)
        {
            yield return new JsonObject
            {
                ["Currency"] = currency,
                ["StartingUnit"] = tier.Format is null ? null : from,
                ["EndingUnit"] = tier.End,
                ["Price"] = tier.Price,
                ["PriceFormat"] = tier.Format,
            }.Filled();
            from = (tier.End ?? from) + 1;
        }
    }

    /// <summary>A price: of one unit or of all up to an end, or of a charge that has no tiers and so no format.</summary>
    private sealed record Tier(decimal? End, decimal Price, string? Format)
    {
        // Digits that say nothing are dropped: equal prices are one text.
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{End:0.#########}:{Price:0.############}{Format?[0]}");
    }
}
