using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Subscriptions as they are read: by number, by a version's id, by account.</summary>
internal sealed class ZuoraSubscriptions(ZuoraState state)
{
    public ZuoraReply? Answer(ZuoraCall call) =>
        (call.Method, call.Path) switch
        {
            ("GET", ["v1", "subscriptions", "accounts", var key]) => ZuoraPages.Page(
                call,
                "subscriptions",
                [.. OfAccount(state.Account(key)).Select(known => View(known, known.Latest, Detail(call)))]
            ),
            ("GET", ["v1", "subscriptions", var key]) => Read(key, null, Detail(call)),
            ("GET", ["v1", "subscriptions", var key, "versions", var version]) => Read(key, version, Detail(call)),
            ("GET", ["v1", "object", "subscription", var id]) => new ZuoraReply(
                200,
                ZuoraObjects.Of(
                    state.Subscription(id),
                    state.SubscriptionVersions.ById(id) ?? throw ZuoraRefusal.NotFound("subscription", id)
                )
            ),
            _ => null,
        };

    private IEnumerable<Subscription> OfAccount(Account account) =>
        state.Subscriptions.Values.Where(known => known.AccountId == account.Id);

    /// <summary>By number the latest version, by an id that version.</summary>
    private ZuoraReply Read(string key, string? version, string detail)
    {
        var subscription = state.Subscription(key);
        var found = version is null
            ? state.SubscriptionVersions.ById(key) ?? subscription.Latest
            : subscription.Versions.Find(known => known.Version.ToString(CultureInfo.InvariantCulture) == version);
        return ZuoraPages.Done(View(subscription, found ?? throw ZuoraRefusal.NotFound("version", version!), detail));
    }

    private static string Detail(ZuoraCall call) =>
        call.Query.GetValueOrDefault("charge-detail", "last-segment")
            is "last-segment"
                or "current-segment"
                or "all-segments"
                or "specific-segment"
            ? call.Query.GetValueOrDefault("charge-detail", "last-segment")
            : throw ZuoraRefusal.Invalid("The value of 'charge-detail' is not known.");

    public JsonObject View(Subscription subscription, SubscriptionVersion version, string detail = "last-segment")
    {
        var account = state.Account(subscription.AccountId);
        var view = new JsonObject
        {
            ["id"] = version.Id,
            ["subscriptionNumber"] = subscription.Number,
            ["status"] = version.Status,
            ["accountId"] = account.Id,
            ["accountNumber"] = account.Number,
            ["accountName"] = account.Name,
            ["invoiceOwnerAccountId"] = account.Id,
            ["invoiceOwnerAccountNumber"] = account.Number,
            ["invoiceOwnerAccountName"] = account.Name,
            ["orderNumber"] = version.OrderNumber,
            ["revision"] = version.Version.ToString(CultureInfo.InvariantCulture) + ".0",
            ["termType"] = version.TermEnd is null ? "EVERGREEN" : "TERMED",
            ["autoRenew"] = version.AutoRenew,
            ["initialTerm"] = version.InitialTerm,
            ["initialTermPeriodType"] = version.PeriodType,
            ["currentTerm"] = version.InitialTerm,
            ["currentTermPeriodType"] = version.PeriodType,
            ["renewalTerm"] = version.RenewalTerm,
            ["renewalTermPeriodType"] = version.PeriodType,
            ["renewalSetting"] = "RENEW_WITH_SPECIFIC_TERM",
            ["contractEffectiveDate"] = ZuoraJson.Of(version.Start),
            ["serviceActivationDate"] = ZuoraJson.Of(version.Start),
            ["customerAcceptanceDate"] = ZuoraJson.Of(version.Start),
            ["subscriptionStartDate"] = ZuoraJson.Of(version.Start),
            ["termStartDate"] = ZuoraJson.Of(version.TermStart),
            ["termEndDate"] = ZuoraJson.Of(version.TermEnd),
            ["subscriptionEndDate"] = ZuoraJson.Of(version.TermEnd),
            ["contractedMrr"] = ZuoraBalances.Monthly(version, account.Currency),
            ["notes"] = version.Notes,
            ["ratePlans"] = new JsonArray([.. version.Plans.Select(plan => Plan(plan, account.Currency, detail))]),
        };
        return view.With(version.Custom);
    }

    private static JsonObject Plan(RatePlan plan, string currency, string detail)
    {
        var shown =
            detail == "all-segments"
                ? plan.Charges
                : [.. plan.Charges.GroupBy(charge => charge.Number).Select(segments => segments.Last())];
        return new JsonObject
        {
            ["id"] = plan.Id,
            ["lastChangeType"] = plan.LastChange,
            ["productId"] = plan.Catalog.Product.Id,
            ["productName"] = plan.Catalog.Product.Name,
            ["productSku"] = plan.Catalog.Product.Sku,
            ["productRatePlanId"] = plan.Catalog.Id,
            ["ratePlanName"] = plan.Catalog.Name,
            ["subscriptionProductFeatures"] = new JsonArray(),
            ["ratePlanCharges"] = new JsonArray([.. shown.Select(charge => Charge(charge, currency))]),
        };
    }

    private static JsonObject Charge(Charge charge, string currency)
    {
        var (catalog, tiers) = (charge.Catalog, charge.Catalog.Prices[currency]);
        return new JsonObject
        {
            ["id"] = charge.Id,
            ["originalChargeId"] = charge.OriginalId,
            ["productRatePlanChargeId"] = catalog.Id,
            ["number"] = charge.Number,
            ["name"] = catalog.Name,
            ["type"] = catalog.Type,
            ["model"] = catalog.Model,
            ["uom"] = catalog.Unit,
            ["version"] = 1,
            ["segment"] = charge.Segment,
            ["currency"] = currency,
            ["quantity"] = charge.Quantity,
            ["price"] = catalog.IsTiered || catalog.IsDiscount ? null : charge.Price ?? tiers[0].Price,
            ["tiers"] = catalog.IsTiered ? ZuoraCatalogPages.TiersOf(tiers) : null,
            ["discountPercentage"] = catalog.DiscountPercentage,
            ["discountLevel"] = catalog.IsDiscount ? "rateplan" : null,
            ["applyDiscountTo"] = catalog.IsDiscount ? "RECURRING" : null,
            ["billingPeriod"] = catalog.Period,
            ["billingTiming"] = catalog.InAdvance ? "IN_ADVANCE" : "IN_ARREARS",
            ["billingDay"] = "DefaultFromCustomer",
            ["billingPeriodAlignment"] = "AlignToCharge",
            ["triggerEvent"] = "ContractEffective",
            ["endDateCondition"] = "Subscription_End",
            ["effectiveStartDate"] = ZuoraJson.Of(charge.Start),
            ["effectiveEndDate"] = ZuoraJson.Of(charge.End),
            ["chargedThroughDate"] = ZuoraJson.Of(charge.ChargedThrough),
            ["mrr"] = ZuoraBalances.Monthly(charge, currency),
            ["done"] = charge.End is { } end && charge.ChargedThrough >= end,
        };
    }
}
