using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>The catalogue as it is changed: products, their rate plans, and charges, which are for good once they are made.</summary>
internal sealed class ZuoraCatalogWrites(ZuoraState state)
{
    private static readonly Dictionary<string, string> Models = new(StringComparer.Ordinal)
    {
        ["Flat Fee Pricing"] = "FlatFee",
        ["Per Unit Pricing"] = "PerUnit",
        ["Tiered Pricing"] = "Tiered",
        ["Volume Pricing"] = "Volume",
    };

    private static readonly string[] Units = ["Each", "GB", "Seat", "Hour"];

    private ZuoraCatalog Catalog => state.Catalog;

    public ZuoraReply? Answer(ZuoraCall call) =>
        (call.Method, call.Path) switch
        {
            ("POST", ["v1", "object", "product"]) => MadeProduct(call.Body),
            ("PUT", ["v1", "object", "product", var id]) => Changed(Catalog.Product(id), id, call.Body),
            ("POST", ["v1", "object", "product-rate-plan"]) => MadePlan(call.Body),
            ("PUT", ["v1", "object", "product-rate-plan", var id]) => Changed(Catalog.Plan(id, "product rate plan"), id, call.Body),
            ("POST", ["v1", "object", "product-rate-plan-charge"]) => MadeCharge(call.Body),
            _ => null,
        };

    private ZuoraReply MadeProduct(JsonObject body)
    {
        var sku = body.Text("SKU") is { Length: > 0 } given ? given : $"SKU-{Catalog.Products.Count + 1:00000000}";
        ZuoraRefusal.Require(sku.Length <= 50 && IsFree(sku, null), $"The SKU '{sku}' is too long or taken.");
        var product = new CatalogProduct(Catalog.NextId(), Named(body), sku) { Created = state.Now, Updated = state.Now };
        body.Required("EffectiveStartDate");
        body.Required("EffectiveEndDate");
        Set(product, body);
        Catalog.Products.Add(product);
        return Done(product.Id);
    }

    private ZuoraReply MadePlan(JsonObject body)
    {
        var product = Catalog.Product(body.Required("ProductId"));
        var plan = new CatalogPlan(Catalog.NextId(), Named(body), []) { Created = state.Now, Updated = state.Now };
        ZuoraRefusal.Require(
            product.Plans.TrueForAll(known => known.Name != plan.Name),
            "The name of a rate plan is unique within its product."
        );
        (plan.From, plan.Until) = (product.From, product.Until);
        Set(plan, body);
        product.Plans.Add(plan);
        Catalog.Keep(product, plan);
        return Done(plan.Id);
    }

    private ZuoraReply Changed(CatalogRecord record, string id, JsonObject body)
    {
        if (record is CatalogProduct product)
        {
            var sku = body.Text("SKU") ?? product.Sku;
            ZuoraRefusal.Require(sku.Length is > 0 and <= 50 && IsFree(sku, product), $"The SKU '{sku}' is too long or taken.");
            product.Sku = sku;
            product.Name = body["Name"] is null ? product.Name : Named(body);
        }

        Set(record, body);
        record.Updated = state.Now;
        return Done(id);
    }

    private ZuoraReply MadeCharge(JsonObject body)
    {
        var plan = Catalog.Plan(body.Required("ProductRatePlanId"), "product rate plan");
        var type = body.Required("ChargeType");
        ZuoraRefusal.Require(type is "OneTime" or "Recurring" or "Usage", $"The charge type '{type}' is not known.");
        var model = Models.GetValueOrDefault(body.Required("ChargeModel")) ?? throw ZuoraRefusal.Invalid("The charge model is not active.");
        ZuoraRefusal.Require(model != "FlatFee" || type != "Usage", "Usage has no flat fee.");
        var unit = body.Text("UOM");
        ZuoraRefusal.Require(
            model == "FlatFee" || Units.Contains(unit, StringComparer.Ordinal),
            $"The unit of measure '{unit}' is not configured."
        );
        ZuoraRefusal.Require(
            type == "OneTime" || body.Text("BillingPeriod") is "Month" or "Annual" or "Quarter" or "Semi-Annual" or "Week",
            "A charge that is not made once has a billing period."
        );
        ZuoraRefusal.Require(
            model != "PerUnit" || type == "Usage" || body.Amount("DefaultQuantity") is not null,
            "A price per unit has a default quantity."
        );
        ZuoraRefusal.Require(body.Flag("Taxable") != true || body.Text("TaxCode") is not null, "What is taxable has a tax code.");
        body.Required("TriggerEvent");
        body.Required("BillCycleType");
        var charge = new CatalogCharge(Catalog.NextId(), Named(body), type, model)
        {
            Plan = plan,
            Created = state.Now,
            Updated = state.Now,
            Period = body.Text("BillingPeriod"),
            InAdvance = type == "OneTime" || body.Text("BillingTiming") == "In Advance",
            Unit = unit,
            DefaultQuantity = body.Amount("DefaultQuantity"),
            Prices = Prices(body, model),
        };
        plan.Charges.Add(charge);
        return Done(charge.Id);
    }

    private static Dictionary<string, IReadOnlyList<CatalogTier>> Prices(JsonObject body, string model)
    {
        var rows = body.Part("ProductRatePlanChargeTierData")?.Parts("ProductRatePlanChargeTier") ?? [];
        ZuoraRefusal.Require(rows.Count > 0, "A charge has prices.");
        var isTiered = model is "Tiered" or "Volume";
        var prices = rows.GroupBy(row => row.Required("Currency"), StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                IReadOnlyList<CatalogTier> (group) => [.. group.Select(row => Tier(row, isTiered))],
                StringComparer.Ordinal
            );
        foreach (var (currency, tiers) in prices)
        {
            ZuoraRefusal.Require(isTiered || tiers.Count == 1, $"A charge without tiers has one price in {currency}.");
            for (var index = 1; index < tiers.Count; index++)
            {
                ZuoraRefusal.Require(tiers[index].Start == tiers[index - 1].End + 1, "Each tier starts one unit after the last one ends.");
            }

            ZuoraRefusal.Require(!isTiered || model == "Volume" || tiers[^1].End is null, "The last tier has no end.");
        }

        return prices;
    }

    private static CatalogTier Tier(JsonObject row, bool isTiered)
    {
        var format = row.Text("PriceFormat");
        ZuoraRefusal.Require(isTiered ? format is "Flat Fee" or "Per Unit" : format is null, "Tiers, and they alone, have a price format.");
        var price = row.Amount("Price") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'Price'.");
        ZuoraRefusal.Require(price >= 0, "The price is not negative.");
        return new CatalogTier(row.Amount("StartingUnit") ?? 0, row.Amount("EndingUnit"), price) { IsFlat = format == "Flat Fee" };
    }

    private static void Set(CatalogRecord record, JsonObject body)
    {
        record.Description = body.Text("Description") ?? record.Description;
        record.From = body.Day("EffectiveStartDate") ?? record.From;
        record.Until = body.Day("EffectiveEndDate") ?? record.Until;
        record.Custom.KeepCustom(body);
    }

    private bool IsFree(string sku, CatalogProduct? except) =>
        Catalog.Products.TrueForAll(product => product == except || !product.Sku.Equals(sku, StringComparison.OrdinalIgnoreCase));

    private static string Named(JsonObject body) =>
        body.Required("Name") is { Length: <= 100 } name
            ? name
            : throw ZuoraRefusal.Invalid("The value of 'Name' has more than 100 characters.");

    private static ZuoraReply Done(string id) => new(200, new JsonObject { ["Success"] = true, ["Id"] = id });
}
