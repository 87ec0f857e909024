using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>Products with their prices, as the connector reads them and the shipped mapping takes them.</summary>
public sealed class StripeProductTests
{
    private readonly StripeBench bench = new();
    private readonly string product;

    public StripeProductTests() => product = Make("product", """{"name":"Platform","unit_label":"seat","metadata":{"sku":"SKU-1"}}""");

    [Fact]
    public async Task Every_way_of_pricing_is_a_price_with_every_digit()
    {
        Price("""{"currency":"usd","unit_amount":2000,"recurring":{"interval":"month"}}""");
        Price("""{"currency":"usd","unit_amount_decimal":"0.000000000001","recurring":{"interval":"month","usage_type":"metered"}}""");
        Price("""{"currency":"kwd","unit_amount_decimal":"1000.5","recurring":{"interval":"month","interval_count":3}}""");
        Price("""{"currency":"jpy","unit_amount":500,"recurring":{"interval":"week","interval_count":2}}""");
        Price("""{"currency":"isk","unit_amount":12345}""");
        Price(
            """{"currency":"eur","tiers_mode":"graduated","tiers":[{"up_to":5,"flat_amount":5000,"unit_amount_decimal":"700.5"},{"up_to":"inf","unit_amount":0}],"recurring":{"interval":"year"}}"""
        );
        Price("""{"currency":"eur","tiers_mode":"volume","tiers":[{"up_to":"inf","unit_amount":250}],"recurring":{"interval":"month"}}""");
        Assert.Equal(
            [
                "USD per-unit 20 seat month advance",
                "USD usage 0.00000000000001 seat month arrears",
                "KWD per-unit 1.0005 seat quarter advance",
                "JPY per-unit 500 seat week*2 advance",
                "ISK per-unit 123.45 seat once advance",
                "EUR tiered 5:7.005+50 :0+ seat year advance",
                "EUR volume :2.5+ seat month advance",
            ],
            (await TakeAsync()).Prices.OrderBy(price => price.Id, StringComparer.Ordinal).Select(Text)
        );
    }

    [Fact]
    public async Task A_price_of_several_currencies_is_a_price_in_each_of_them()
    {
        var price = Price(
            """{"currency":"usd","unit_amount":2000,"recurring":{"interval":"month"},"currency_options":{"eur":{"unit_amount_decimal":"1850.5"},"jpy":{"unit_amount":3000}}}"""
        );
        Assert.Equal(
            [($"{price}", "USD", 20m), ($"{price}-eur", "EUR", 18.505m), ($"{price}-jpy", "JPY", 3000m)],
            (await TakeAsync()).Prices.Select(one => (one.Id, one.Currency.Code, one.Amount!.Value))
        );
    }

    [Fact]
    public async Task Tiers_of_another_currency_that_Stripe_does_not_show_are_not_taken_from_the_first()
    {
        Price(
            """{"currency":"usd","tiers_mode":"volume","tiers":[{"up_to":"inf","unit_amount":200}],"recurring":{"interval":"month"},"currency_options":{"eur":{"tiers":[{"up_to":"inf","unit_amount":185}]}}}"""
        );
        var fault = Assert.IsType<Fault.Invalid>(StripeMappingTests.Map(RecordType.Product, "product", (await FindAsync()).Record).Fault);
        Assert.Equal("prices[1].tiers", fault.Path);
        var prices = (await ReadAsync()).GetProperty("prices").GetProperty("data");
        Assert.Equal(
            [JsonValueKind.Array, JsonValueKind.Null],
            prices.EnumerateArray().Select(price => price.GetProperty("tiers").ValueKind)
        );
    }

    [Theory]
    [InlineData("""{"currency":"usd","custom_unit_amount":{"minimum":100}}""", "prices[0].amount")]
    [InlineData(
        """{"currency":"usd","unit_amount":1000,"transform_quantity":{"divide_by":12,"round":"up"},"recurring":{"interval":"month"}}""",
        "prices[0].model"
    )]
    [InlineData("""{"currency":"usd","unit_amount":1190,"tax_behavior":"inclusive"}""", "prices[0].model")]
    [InlineData(
        """{"currency":"usd","tiers_mode":"volume","tiers":[{"up_to":"inf","unit_amount":1}],"recurring":{"interval":"month","usage_type":"metered"}}""",
        "prices[0].model"
    )]
    public async Task A_price_that_the_hub_has_no_words_for_is_refused_and_not_approximated(string price, string path)
    {
        Price(price);
        var fault = StripeMappingTests.Map(RecordType.Product, "product", (await FindAsync()).Record).Fault;
        Assert.Equal(path, (fault as Fault.MappingFailed)?.Path ?? (fault as Fault.Invalid)?.Path);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(230)]
    public async Task A_product_is_read_with_every_page_of_its_prices_and_of_no_other_product(int count)
    {
        var other = Make("product", """{"name":"Other"}""");
        Make("price", $$"""{"product":"{{other}}","currency":"usd","unit_amount":7}""");
        string[] made = [.. Enumerable.Range(1, count).Select(n => Price($$"""{"currency":"usd","unit_amount":{{n}}}"""))];
        var prices = (await ReadAsync()).GetProperty("prices");
        Assert.False(prices.GetProperty("has_more").GetBoolean());
        Assert.Equal(made.Reverse(), prices.GetProperty("data").EnumerateArray().Select(price => price.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_price_that_was_taken_from_sale_is_no_price_of_the_product_any_more()
    {
        var price = Price("""{"currency":"usd","unit_amount":2000}""");
        Price("""{"currency":"usd","unit_amount":2100}""");
        bench.Vendor.Put("price", new JsonObject { ["id"] = price, ["active"] = false });
        Assert.Equal(["USD per-unit 21 seat once advance"], (await TakeAsync()).Prices.Select(Text));
    }

    [Fact]
    public async Task A_product_that_is_sold_no_more_is_inactive_and_a_deleted_one_deleted()
    {
        bench.Vendor.Put("product", new JsonObject { ["id"] = product, ["active"] = false });
        var taken = await TakeAsync();
        Assert.Equal(("SKU-1", false), (taken.Sku, taken.Active));
        bench.Vendor.DeleteProduct(product);
        Assert.IsType<RecordReading.Deleted>((await bench.Reader.ReadAsync("product", product, CancellationToken.None)).Value);
        Assert.IsType<RecordReading.Missing>((await bench.Reader.ReadAsync("product", "prod_none", CancellationToken.None)).Value);
    }

    [Fact]
    public async Task What_Stripe_tells_of_a_price_leads_to_its_product()
    {
        bench.Vendor.TakeWebhooks();
        bench.Now = bench.Now.AddMinutes(1);
        Price("""{"currency":"usd","unit_amount":2000}""");
        var deliveries = await StripeLife.PagesAsync(cursor =>
            ((IBackfill)bench.Connector).ReadChangesAsync(cursor, bench.Now, bench.Now, CancellationToken.None)
        );
        var delivery = Assert.Single(deliveries);
        var notice = Assert.Single(((IWebhookSource)bench.Connector).ReadNotices(delivery.Body).Value);
        Assert.Equal(("product", product, false), (notice.ExternalType, notice.ExternalId, notice.Embedded is not null));
    }

    [Fact]
    public async Task A_product_read_over_two_pages_is_as_old_as_the_first_answer_and_as_new_as_the_last()
    {
        Price("""{"currency":"usd","unit_amount":2000}""");
        var read = (await bench.Reader.ReadAsync("product", product, CancellationToken.None)).Value;
        var found = Assert.IsType<RecordReading.Found>(read);
        Assert.Equal(new Marker(Bench.Noon.AddSeconds(-2), Bench.Noon.AddSeconds(2)), found.Marker);
    }

    private string Price(string fields)
    {
        var price = JsonNode.Parse(fields)!.AsObject();
        price["product"] = product;
        return (string)bench.Vendor.Put("price", price)!["id"]!;
    }

    private string Make(string entity, string fields) => (string)bench.Vendor.Put(entity, JsonNode.Parse(fields)!.AsObject())!["id"]!;

    private async Task<JsonElement> ReadAsync() => JsonElement.Parse((await FindAsync()).Record.Span);

    private async Task<Product> TakeAsync() =>
        Assert.IsType<Product>(StripeMappingTests.Take(RecordType.Product, "product", (await FindAsync()).Record));

    private async Task<RecordReading.Found> FindAsync() =>
        Assert.IsType<RecordReading.Found>((await bench.Reader.ReadAsync("product", product, CancellationToken.None)).Value);

    private static string Text(Price price)
    {
        var tiers = price.Tiers?.Select(tier => FormattableString.Invariant($"{tier.UpTo}:{tier.UnitPrice}+{tier.FlatPrice}")) ?? [];
        var amount = price.Amount is { } flat ? FormattableString.Invariant($"{flat}") : string.Join(' ', tiers);
        var period = price.PeriodCount is { } count ? FormattableString.Invariant($"{price.Period}*{count}") : price.Period;
        return string.Join(' ', price.Currency.Code, price.Model, amount, price.Unit, period, price.Timing);
    }
}
