using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Reads products, each with every page of the prices that it can be bought at.</summary>
internal sealed class StripeProducts(StripeCalls calls)
{
    public async Task<Outcome<RecordReading>> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.GetAsync("products", id, [], cancellationToken);
        if (!read.TryGet(out var product, out var fault))
        {
            return fault;
        }

        if (product.IsMissing)
        {
            return new RecordReading.Missing();
        }

        if (product.Body.IsTrue("deleted"))
        {
            return new RecordReading.Deleted(product.AsRead);
        }

        var prices = new StripePages();
        // A price that was taken from sale stays where it is agreed, and is no price of the product any more.
        var onSale = new StripeQuery
        {
            Product = id,
            Active = "true",
            Expand = StripePrices.Whole,
        };
        var failed = await calls.ReadRestAsync(
            prices,
            (api, key, token) => api.ListAsync("prices", onSale with { After = prices.After }, key, token),
            cancellationToken
        );
        if (failed is not null)
        {
            return failed;
        }

        List<JsonElement> inEachCurrency = [.. prices.Items.SelectMany(StripePrices.InEachCurrency)];
        return new RecordReading.Found(
            StripeForm.Write(product.Body, StripeForm.List("prices", inEachCurrency)),
            product.AsReadUntil(prices.Date)
        );
    }
}
