using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Reads a product of the catalogue with every charge of its rate plans in every currency. A charge that changed names only its rate plan, and that only its
/// product: so what is told of is a list, of the one product that the rate plan belongs to.
/// </summary>
internal sealed class ZuoraProducts(ZuoraCalls calls)
{
    private static readonly string[] Known = ["Per Unit", "PerUnit", "Flat Fee", "FlatFee"];

    public async Task<Outcome<RecordReading>> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync((api, token, cancel) => api.GetProductAsync(id, token, cancel), cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing)
        {
            return new RecordReading.Missing();
        }

        var listed = await calls.ReadAllAsync(
            "productRatePlans",
            pages => (api, token, cancel) => api.ListOfAsync("rateplan", id, "productRatePlan", new ZuoraPage(pages.Next), token, cancel),
            cancellationToken
        );
        return !listed.TryGet(out var plans, out fault) ? fault
            : plans.Items.SelectMany(Formats).FirstOrDefault(format => !Known.Contains(format, StringComparer.Ordinal)) is { } format
                ? new Fault.Rejected("unreadable-record", $"a tier is priced per unit or flat, and this one is '{format}'")
            : new RecordReading.Found(
                ZuoraForm.Write(found.Body, ZuoraForm.Prices(plans.Items)),
                new Marker(found.Date - ZuoraOptions.ReadMargin, plans.Date + ZuoraOptions.ReadMargin)
            );
    }

    /// <summary>The product of a rate plan.</summary>
    public async Task<Outcome<RecordReading>> ListAsync(string plan, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync(
            (api, token, cancel) => api.GetObjectAsync("product-rate-plan", plan, token, cancel),
            cancellationToken
        );
        return !read.TryGet(out var found, out var fault) ? fault
            : found.IsMissing ? new RecordReading.Missing()
            : found.Body.Text("ProductId") is { } product && ZuoraRecords.IsId(product)
                ? new RecordReading.Listed([new Notice(ZuoraKind.Product, product, Marker.AnyTime, null)])
            : new Fault.Rejected("unreadable-record", "a rate plan without its product");
    }

    private static IEnumerable<string> Formats(JsonElement plan) =>
        plan.Objects("productRatePlanCharges")
            .SelectMany(charge => charge.Objects("pricing"))
            .SelectMany(pricing => pricing.Objects("tiers"))
            .Select(tier => tier.Text("priceFormat") ?? "");
}
