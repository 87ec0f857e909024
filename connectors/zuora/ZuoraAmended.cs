using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>A subscription that an order amends, as its latest version has it.</summary>
internal sealed record ZuoraAmended(string Number, decimal Version, IReadOnlyList<ZuoraAmendedPlan> Plans)
{
    private const string Segments = "all-segments";

    /// <summary>Reads the latest version, with what it is counted as.</summary>
    public static async Task<Outcome<ZuoraAmended>> ReadAsync(ZuoraCalls calls, string number, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync(
            (api, token, cancel) => api.GetSubscriptionAsync(number, Segments, token, cancel),
            cancellationToken
        );
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing)
        {
            return new Fault.Rejected("no-subscription", $"the subscription {number} that is amended is not there");
        }

        if (found.Body.Text("id") is not { } id)
        {
            return new Fault.Rejected("unreadable-record", "a subscription without its version's id");
        }

        var version = await calls.ReadAsync(
            (api, token, cancel) => api.GetObjectAsync("subscription", id, token, cancel),
            cancellationToken
        );
        return !version.TryGet(out var counted, out fault) ? fault
            : counted.IsMissing ? new Fault.Transient("the version of a subscription is not there")
            : counted.Body.Number("Version") is not { } count
                ? new Fault.Rejected("unreadable-record", "a subscription that does not say which version it is")
            : new ZuoraAmended(number, count, ZuoraAmendedPlan.Of(found.Body));
    }

    /// <summary>What of a SKU stands on it; where a price is given, at that price.</summary>
    public IReadOnlyList<ZuoraAmendedPlan> Find(string sku, decimal? price) =>
        [.. Plans.Where(plan => plan.Sku == sku && (price is null || plan.Charges.Any(charge => charge.Price == price)))];
}

/// <summary>A rate plan of a subscription that was not removed. Its id is of the version: Zuora refuses to remove it by the id of an earlier one.</summary>
internal sealed record ZuoraAmendedPlan(string Id, string? Sku, IReadOnlyList<ZuoraAmendedCharge> Charges)
{
    public static IReadOnlyList<ZuoraAmendedPlan> Of(JsonElement subscription) =>
        [
            .. subscription
                .Objects("ratePlans")
                .Where(plan => plan.Text("lastChangeType") != "Remove")
                .Select(plan => new ZuoraAmendedPlan(
                    plan.Text("id") ?? "",
                    plan.Text("productSku"),
                    [.. plan.Objects("ratePlanCharges").Select(ZuoraAmendedCharge.Of)]
                )),
        ];

    /// <summary>The segments of the charges that have a quantity: of the one that is named, else of all.</summary>
    public IReadOnlyList<IGrouping<string, ZuoraAmendedCharge>> Counted(string? named) =>
        [
            .. Charges
                .Where(charge => charge.Quantity is not null && (named is null || charge.CatalogId == named))
                .GroupBy(charge => charge.Number, StringComparer.Ordinal),
        ];
}

/// <summary>A segment of a charge.</summary>
internal sealed record ZuoraAmendedCharge(
    string Number,
    string? CatalogId,
    ZuoraPricing Pricing,
    decimal? Quantity,
    decimal? Price,
    string Start,
    string? End
)
{
    public static ZuoraAmendedCharge Of(JsonElement charge) =>
        new(
            charge.Text("number") ?? "",
            charge.Text("productRatePlanChargeId"),
            ZuoraPricing.Of(charge),
            charge.Number("quantity"),
            charge.Number("price"),
            charge.Text("effectiveStartDate") ?? "",
            charge.Text("effectiveEndDate")
        );

    /// <summary>Whether it holds on a day. Zuora writes the day after the last one.</summary>
    public bool HoldsOn(string day) =>
        string.CompareOrdinal(Start, day) <= 0 && (End is not { Length: > 0 } end || string.CompareOrdinal(day, end) < 0);
}
