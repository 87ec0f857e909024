using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>What the catalogue sells from a day on and until one, and when it was made and changed.</summary>
internal abstract class CatalogRecord
{
    public DateOnly From { get; set; } = ZuoraCatalog.From;

    public DateOnly Until { get; set; } = ZuoraCatalog.Until;

    public string Description { get; set; } = "";

    public DateTimeOffset Created { get; init; } = ZuoraCatalog.Made;

    public DateTimeOffset Updated { get; set; } = ZuoraCatalog.Made;

    /// <summary>Fields of the tenant's own.</summary>
    public JsonObject Custom { get; } = [];
}

/// <summary>A product with its rate plans.</summary>
internal sealed class CatalogProduct(string id, string name, string sku, params IEnumerable<CatalogPlan> plans) : CatalogRecord
{
    public string Id => id;

    public string Name { get; set; } = name;

    public string Sku { get; set; } = sku;

    public List<CatalogPlan> Plans { get; } = [.. plans];
}

/// <summary>A rate plan with its charges.</summary>
internal sealed class CatalogPlan(string id, string name, params IEnumerable<CatalogCharge> charges) : CatalogRecord
{
    public string Id => id;

    public string Name { get; set; } = name;

    public List<CatalogCharge> Charges { get; } = [.. charges];

    public CatalogProduct Product { get; set; } = null!;
}

/// <summary>A charge. <paramref name="Prices"/> are by currency; a tiered or volume charge has its tiers instead.</summary>
internal sealed record CatalogCharge(string Id, string Name, string Type, string Model)
{
    public CatalogPlan Plan { get; set; } = null!;

    public DateTimeOffset Created { get; init; } = ZuoraCatalog.Made;

    public DateTimeOffset Updated { get; set; } = ZuoraCatalog.Made;

    /// <summary>Month or Annual; null is once.</summary>
    public string? Period { get; init; }

    public bool InAdvance { get; init; }

    public string? Unit { get; init; }

    public decimal? DefaultQuantity { get; init; }

    public decimal? DiscountPercentage { get; init; }

    /// <summary>By currency: the tiers; a charge without tiers has one that holds its price.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<CatalogTier>> Prices { get; set; }

    public bool IsTiered => Model is "Tiered" or "Volume";

    public bool IsDiscount => Model == "DiscountPercentage";

    public bool HasQuantity => Type != "Usage" && Model is "PerUnit" or "Tiered" or "Volume";
}

/// <summary>A tier of a price: from above the last one's end up to its own, which is null in the last.</summary>
internal sealed record CatalogTier(decimal Start, decimal? End, decimal Price)
{
    /// <summary>Whether the price is of the whole tier, and not of each unit in it.</summary>
    public bool IsFlat { get; init; }
}

/// <summary>The catalogue a tenant has been set up with: one plan for every way of pricing.</summary>
internal sealed class ZuoraCatalog
{
    public static readonly DateTimeOffset Made = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateOnly From = new(2020, 1, 1);
    public static readonly DateOnly Until = new(2050, 1, 1);

    private static readonly string[] Currencies = ["USD", "EUR", "JPY"];
    private int next;

    public ZuoraCatalog()
    {
        CatalogProduct[] products =
        [
            Product("Platform", "SKU-PLATFORM", AnnualPrepaid(), MonthlySeats()),
            Product("Metered", "SKU-METERED", Calls(), Storage()),
            Product(
                "Onboarding",
                "SKU-ONBOARD",
                Plan("setup", Charge("Setup", "OneTime", "FlatFee") with { InAdvance = true, Prices = Flat(500) })
            ),
            Product(
                "Seat",
                "SKU-SEAT",
                Plan(
                    "seats",
                    Charge("Seat", "Recurring", "PerUnit") with
                    {
                        Period = "Month",
                        InAdvance = true,
                        Unit = "Each",
                        DefaultQuantity = 1,
                        Prices = Flat(30),
                    }
                )
            ),
        ];
        foreach (var product in products)
        {
            Products.Add(product);
            foreach (var plan in product.Plans)
            {
                Keep(product, plan);
            }
        }
    }

    public List<CatalogProduct> Products { get; } = [];

    public OrderedDictionary<string, CatalogPlan> Plans { get; } = new(StringComparer.Ordinal);

    public CatalogProduct Product(string id) => Products.Find(product => product.Id == id) ?? throw ZuoraRefusal.NotFound("product", id);

    /// <summary>Takes a rate plan in, with the charges that it has.</summary>
    public void Keep(CatalogProduct product, CatalogPlan plan)
    {
        plan.Product = product;
        plan.Charges.ForEach(charge => charge.Plan = plan);
        Plans.Add(plan.Id, plan);
    }

    /// <summary>An id of what is added to the catalogue.</summary>
    public string NextId() => $"8ad08c83{++next:x24}";

    public CatalogPlan Plan(string key, string what) =>
        Plans.TryGetValue(key, out var plan)
            ? plan
            : Plans.Values.FirstOrDefault(known => known.Name == key) ?? throw ZuoraRefusal.NotFound(what, key);

    /// <summary>Prices the first charge of a plan anew, which touches neither the plan nor the product.</summary>
    public void Reprice(string plan, decimal price, DateTimeOffset now)
    {
        var charge = Plan(plan, "product rate plan").Charges[0];
        charge.Prices = Flat(price);
        charge.Updated = now;
    }

    private CatalogPlan AnnualPrepaid() =>
        Plan(
            "annual-prepaid",
            Charge("Platform fee", "Recurring", "FlatFee") with
            {
                Period = "Annual",
                InAdvance = true,
                Prices = Flat(1200),
            },
            Charge("Loyalty discount", "Recurring", "DiscountPercentage") with
            {
                Period = "Annual",
                InAdvance = true,
                DiscountPercentage = 10,
                Prices = Flat(0),
            }
        );

    private CatalogPlan MonthlySeats() =>
        Plan(
            "monthly-arrears",
            Charge("Seats", "Recurring", "PerUnit") with
            {
                Period = "Month",
                Unit = "Each",
                DefaultQuantity = 1,
                Prices = Flat(25),
            },
            Charge("Support", "Recurring", "Volume") with
            {
                Period = "Month",
                Unit = "Each",
                DefaultQuantity = 1,
                Prices = Tiers((0, 10, 5), (11, 50, 4), (51, null, 3)),
            }
        );

    private CatalogPlan Calls() =>
        Plan(
            "usage",
            Charge("Calls", "Usage", "Tiered") with
            {
                Period = "Month",
                Unit = "Each",
                Prices = Tiers((0, 100, 2), (101, null, 1)),
            }
        );

    private CatalogPlan Storage() =>
        Plan("storage", Charge("Storage", "Usage", "PerUnit") with { Period = "Month", Unit = "GB", Prices = Flat(3) });

    private CatalogProduct Product(string name, string sku, params CatalogPlan[] plans) => new(NextId(), name, sku, plans);

    private CatalogPlan Plan(string name, params CatalogCharge[] charges) => new(NextId(), name, charges);

    private CatalogCharge Charge(string name, string type, string model) => new(NextId(), name, type, model) { Prices = Flat(0) };

    private static Dictionary<string, IReadOnlyList<CatalogTier>> Flat(decimal price) => Tiers((0, null, price));

    // A yen is about a hundredth of a dollar or a euro.
    private static Dictionary<string, IReadOnlyList<CatalogTier>> Tiers(params (decimal Start, decimal? End, decimal Price)[] tiers) =>
        Currencies.ToDictionary(
            currency => currency,
            IReadOnlyList<CatalogTier> (currency) =>
                [.. tiers.Select(tier => new CatalogTier(tier.Start, tier.End, currency == "JPY" ? tier.Price * 100 : tier.Price))],
            StringComparer.Ordinal
        );
}

/// <summary>The catalogue as the read API gives it.</summary>
internal sealed class ZuoraCatalogPages(ZuoraState state)
{
    public ZuoraReply? Answer(ZuoraCall call) =>
        (call.Method, call.Path) switch
        {
            ("GET", ["v1", "catalog", "products"]) => ZuoraPages.Page(
                call,
                "products",
                [.. state.Catalog.Products.Select(product => Product(call, product))]
            ),
            ("GET", ["v1", "catalog", "product", var id]) => new ZuoraReply(
                200,
                Product(call, state.Catalog.Product(id)).With(new JsonObject { ["success"] = true })
            ),
            ("GET", ["v1", "object", "product-rate-plan", var id]) => new ZuoraReply(
                200,
                ZuoraObjects.Of(state.Catalog.Plan(id, "product rate plan"))
            ),
            ("GET", ["v1", "rateplan", var id, "productRatePlan"]) => ZuoraPages.Page(
                call,
                "productRatePlans",
                [.. state.Catalog.Product(id).Plans.Select(plan => Plan(plan, state.Today))]
            ),
            _ => null,
        };

    private static JsonObject Product(ZuoraCall call, CatalogProduct product) =>
        new JsonObject
        {
            ["id"] = product.Id,
            ["sku"] = product.Sku,
            ["name"] = product.Name,
            ["description"] = product.Description,
            ["category"] = "Base Products",
            ["effectiveStartDate"] = ZuoraJson.Of(product.From),
            ["effectiveEndDate"] = ZuoraJson.Of(product.Until),
            ["productRatePlans"] = $"{call.Root}v1/rateplan/{product.Id}/productRatePlan",
        }.With(product.Custom);

    private static JsonObject Plan(CatalogPlan plan, DateOnly today) =>
        new()
        {
            ["id"] = plan.Id,
            ["name"] = plan.Name,
            ["status"] =
                plan.Until < today ? "Expired"
                : plan.From > today ? "NotStarted"
                : "Active",
            ["description"] = plan.Description,
            ["effectiveStartDate"] = ZuoraJson.Of(plan.From),
            ["effectiveEndDate"] = ZuoraJson.Of(plan.Until),
            ["productRatePlanCharges"] = new JsonArray([.. plan.Charges.Select(Charge)]),
        };

    private static JsonObject Charge(CatalogCharge charge) =>
        new()
        {
            ["id"] = charge.Id,
            ["name"] = charge.Name,
            ["type"] = charge.Type,
            ["model"] = charge.Model,
            ["uom"] = charge.Unit,
            ["defaultQuantity"] = charge.DefaultQuantity,
            ["billingPeriod"] = charge.Period,
            ["billingTiming"] = charge.InAdvance ? "IN_ADVANCE" : "IN_ARREARS",
            ["billingDay"] = "DefaultFromCustomer",
            ["billingPeriodAlignment"] = "AlignToCharge",
            ["endDateCondition"] = "Subscription_End",
            ["triggerEvent"] = "ContractEffective",
            ["listPriceBase"] = charge.Type == "Recurring" ? "Per_Billing_Period" : null,
            ["applyDiscountTo"] = charge.IsDiscount ? "RECURRING" : null,
            ["discountLevel"] = charge.IsDiscount ? "rateplan" : null,
            ["taxable"] = true,
            ["taxCode"] = "SAAS",
            ["taxMode"] = "TaxExclusive",
            ["revenueRecognitionRuleName"] = "Recognize daily over time",
            ["financeInformation"] = new JsonObject
            {
                ["deferredRevenueAccountingCode"] = "Deferred Revenue",
                ["recognizedRevenueAccountingCode"] = "Subscription Revenue",
            },
            ["pricing"] = new JsonArray([.. charge.Prices.Select(price => Pricing(charge, price.Key, price.Value))]),
        };

    private static JsonObject Pricing(CatalogCharge charge, string currency, IReadOnlyList<CatalogTier> tiers) =>
        new()
        {
            ["currency"] = currency,
            ["price"] = charge.IsTiered || charge.IsDiscount ? null : tiers[0].Price,
            ["discountPercentage"] = charge.DiscountPercentage,
            ["tiers"] = charge.IsTiered ? TiersOf(tiers) : null,
        };

    public static JsonArray TiersOf(IReadOnlyList<CatalogTier> tiers) =>
        new([
            .. tiers.Select(
                JsonNode (tier, index) =>
                    new JsonObject
                    {
                        ["tier"] = index + 1,
                        ["startingUnit"] = tier.Start,
                        ["endingUnit"] = tier.End,
                        ["price"] = tier.Price,
                        ["priceFormat"] = tier.IsFlat ? "Flat Fee" : "Per Unit",
                    }
            ),
        ]);
}
