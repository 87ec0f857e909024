using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Mapping;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Products of the catalogue, with every rate plan and charge as prices.</summary>
public sealed class ZuoraProductTests
{
    private readonly ZuoraSourceBench bench = new();

    [Fact]
    public async Task Every_way_of_pricing_is_a_price_in_every_currency_and_a_discount_is_none()
    {
        Assert.Equal(
            [
                "flat 1200 year advance",
                "per-unit 25 Each month arrears",
                "volume 10:5 50:4 :3 Each month arrears",
                "flat 120000 year advance",
                "per-unit 2500 Each month arrears",
                "volume 10:500 50:400 :300 Each month arrears",
            ],
            (await ProductAsync("SKU-PLATFORM"))
                .Prices.Where(price => price.Currency != Currency.Of("USD"))
                .OrderBy(price => price.Currency.Code, StringComparer.Ordinal)
                .Select(Text)
        );
        Assert.Equal(
            ["usage 100:2 :1 Each month arrears", "usage 3 GB month arrears"],
            (await ProductAsync("SKU-METERED")).Prices.Where(price => price.Currency == Currency.Of("EUR")).Select(Text)
        );
        Assert.Equal("flat 500 once advance", Text((await ProductAsync("SKU-ONBOARD")).Prices[0]));
    }

    [Fact]
    public async Task A_charge_that_changed_is_told_of_by_its_rate_plan_and_leads_to_the_product()
    {
        bench.Now = bench.Now.AddHours(1);
        bench.Vendor.Reprice("seats", 31);
        var changed = Assert.Single(await bench.PollAsync(Bench.Noon, bench.Now));
        var notice = Assert.Single(((IWebhookSource)bench.Connector).ReadNotices(changed.Body).Value);
        var member = Assert.Single(await bench.ListAsync(notice.ExternalType, notice.ExternalId));
        Assert.Equal(
            ("product", "SKU-SEAT"),
            (member.ExternalType, (await bench.FindAsync("product", member.ExternalId)).GetProperty("sku").GetString())
        );
        Assert.Contains((await ProductAsync("SKU-SEAT")).Prices, price => price.Amount == 31);
    }

    [Fact]
    public async Task A_product_or_a_rate_plan_that_is_not_there_is_missing()
    {
        Assert.IsType<RecordReading.Missing>(await bench.ReadAsync("product", "none"));
        Assert.IsType<RecordReading.Missing>(await bench.ReadAsync("rate-plan-product", "none"));
    }

    [Fact]
    public async Task A_tier_whose_price_is_of_an_unknown_format_is_refused_and_not_guessed()
    {
        bench.Instead = request =>
            request.RequestUri!.AbsolutePath.EndsWith("/productRatePlan", StringComparison.Ordinal)
                ? new HttpResponseMessage
                {
                    Headers = { Date = bench.Now },
                    Content = new StringContent(
                        """{"success":true,"productRatePlans":[{"productRatePlanCharges":[{"pricing":[{"tiers":[{"price":1,"priceFormat":"Percent"}]}]}]}]}"""
                    ),
                }
                : null;
        var listed = await bench.PollAsync(DateTimeOffset.UnixEpoch, bench.Now);
        var product = ((IWebhookSource)bench.Connector).ReadNotices(listed[0].Body).Value[0];
        var read = await bench.Reader.ReadAsync("product", product.ExternalId, CancellationToken.None);
        Assert.Equal("unreadable-record", Assert.IsType<Fault.Rejected>(read.Fault).VendorCode);
    }

    private async Task<Product> ProductAsync(string sku)
    {
        var listed = await ((IBackfill)bench.Connector).ReadRecordsAsync(
            "product",
            null,
            DateTimeOffset.UnixEpoch,
            bench.Now,
            CancellationToken.None
        );
        foreach (var delivery in listed.Value.Deliveries)
        {
            var notice = Assert.Single(((IWebhookSource)bench.Connector).ReadNotices(delivery.Body).Value);
            var found = Assert.IsType<RecordReading.Found>(await bench.ReadAsync(notice.ExternalType, notice.ExternalId));
            if (JsonElement.Parse(found.Record.Span).GetProperty("sku").GetString() == sku)
            {
                return Assert.IsType<Product>(ZuoraMappingTests.Take(RecordType.Product, "product", found.Record));
            }
        }

        throw new InvalidOperationException($"no product {sku}");
    }

    private static string Text(Price price)
    {
        var tiers = price.Tiers?.Select(tier => FormattableString.Invariant($"{tier.UpTo}:{tier.UnitPrice}")) ?? [];
        var amount = price.Amount is { } flat ? FormattableString.Invariant($"{flat}") : string.Join(' ', tiers);
        return string.Join(' ', new[] { price.Model, amount, price.Unit, price.Period, price.Timing }.Where(part => part is not null));
    }
}
