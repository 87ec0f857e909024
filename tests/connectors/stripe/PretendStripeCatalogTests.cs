using System.Text.Json.Nodes;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>The rules of Stripe's own that the pretend one keeps for products, prices and subscriptions.</summary>
public sealed class PretendStripeCatalogTests
{
    public static readonly TheoryData<string> Impossible =
    [
        """{"product":"prod_none","currency":"eur","unit_amount":1}""",
        """{"currency":"eur"}""",
        """{"currency":"eur","unit_amount_decimal":"0.0000000000001"}""",
        """{"currency":"eur","unit_amount":1,"recurring":{"interval":"moon"}}""",
        """{"currency":"eur","tiers_mode":"volume","tiers":[{"up_to":null,"unit_amount":1}]}""",
        """{"currency":"eur","tiers":[{"up_to":null,"unit_amount":1}],"recurring":{"interval":"month"}}""",
        """{"currency":"eur","tiers_mode":"volume","tiers":[{"up_to":5,"unit_amount":1}],"recurring":{"interval":"month"}}""",
        """{"currency":"eur","tiers_mode":"volume","tiers":[{"up_to":5,"unit_amount":1},{"up_to":5,"unit_amount":1},{"up_to":"inf","unit_amount":1}],"recurring":{"interval":"month"}}""",
        """{"currency":"eur","tiers_mode":"volume","tiers":[{"up_to":"inf"}],"recurring":{"interval":"month"}}""",
        """{"currency":"eur","tiers_mode":"volume","tiers":[{"up_to":"inf","unit_amount":1}],"transform_quantity":{"divide_by":2,"round":"up"},"recurring":{"interval":"month"}}""",
    ];

    private readonly StripeBench bench = new();
    private readonly string product;

    public PretendStripeCatalogTests() => product = Make("product", """{"name":"Platform"}""");

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_price_that_Stripe_would_not_make_is_not_made(string fields) => Assert.Throws<ArgumentException>(() => Price(fields));

    [Theory]
    [InlineData("""{"unit_amount":2}""")]
    [InlineData("""{"currency":"usd"}""")]
    [InlineData("""{"recurring":{"interval":"day"}}""")]
    public void What_a_price_asks_for_is_settled_when_it_is_made(string change)
    {
        var price = JsonNode.Parse(change)!.AsObject();
        price["id"] = Price("""{"currency":"eur","unit_amount":1}""");
        Assert.Throws<ArgumentException>(() => bench.Vendor.Put("price", price));
    }

    [Fact]
    public void A_product_that_has_a_price_can_only_be_taken_from_sale()
    {
        Price("""{"currency":"eur","unit_amount":1}""");
        Assert.Throws<ArgumentException>(() => bench.Vendor.DeleteProduct(product));
        var other = Make("product", """{"name":"Nothing"}""");
        bench.Vendor.DeleteProduct(other);
        Assert.Throws<ArgumentException>(() => bench.Vendor.Put("product", new JsonObject { ["id"] = other, ["name"] = "Something" }));
    }

    [Theory]
    [InlineData("""{"currency":"usd","unit_amount":1,"recurring":{"interval":"month"}}""")]
    [InlineData("""{"currency":"eur","unit_amount":1}""")]
    public void A_subscription_is_of_prices_that_recur_in_its_currency(string price)
    {
        var account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var wanted = new JsonObject { ["customer"] = account, ["items"] = new JsonArray([new JsonObject { ["price"] = Price(price) }]) };
        Assert.Throws<ArgumentException>(() => bench.Vendor.Put("subscription", wanted));
    }

    private string Price(string fields)
    {
        var price = JsonNode.Parse(fields)!.AsObject();
        price["product"] ??= product;
        return (string)bench.Vendor.Put("price", price)!["id"]!;
    }

    private string Make(string entity, string fields) => (string)bench.Vendor.Put(entity, JsonNode.Parse(fields)!.AsObject())!["id"]!;
}
