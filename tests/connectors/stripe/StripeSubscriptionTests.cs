using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Stripe;

/// <summary>Subscriptions with their items, as the connector reads them and the shipped mapping takes them.</summary>
public sealed class StripeSubscriptionTests
{
    private readonly StripeBench bench = new();
    private readonly string account;
    private readonly string monthly;
    private readonly string yearly;

    public StripeSubscriptionTests()
    {
        account = bench.Vendor.OpenAccount("Ada", null, "EUR", "DE");
        var product = Make(
            "product",
            new JsonObject
            {
                ["name"] = "Platform",
                ["metadata"] = new JsonObject { ["sku"] = "SKU-1" },
            }
        );
        monthly = Price(
            product,
            """{"currency":"eur","unit_amount_decimal":"2050.25","nickname":"Monthly","recurring":{"interval":"month"}}"""
        );
        yearly = Price(
            product,
            """{"currency":"usd","unit_amount":9900,"recurring":{"interval":"year"},"currency_options":{"eur":{"unit_amount":9000}}}"""
        );
    }

    [Fact]
    public async Task A_line_has_the_price_in_the_subscriptions_currency_and_the_days_of_its_own_period()
    {
        var taken = await TakeAsync(Subscribe((monthly, 3), (yearly, 1)));
        Assert.Equal(("active", 1, new DateOnly(2026, 8, 3)), (taken.Status, taken.Version, taken.Term.StartsOn!.Value));
        Assert.Equal("evergreen", taken.Term.Kind);
        Assert.Equal(
            [
                "SKU-1 Monthly Platform per-unit 3 20.5025 EUR month advance 2026-08-03 2026-09-03",
                "SKU-1  Platform per-unit 1 90 EUR year advance 2026-08-03 2027-08-03",
            ],
            taken.Lines.Select(Text)
        );
    }

    [Fact]
    public async Task What_is_metered_has_a_price_and_no_quantity()
    {
        var calls = Make("product", new JsonObject { ["name"] = "Calls" });
        var metered = Price(
            calls,
            """{"currency":"eur","unit_amount_decimal":"0.25","recurring":{"interval":"month","usage_type":"metered"}}"""
        );
        var line = Assert.Single((await TakeAsync(Subscribe((metered, 1)))).Lines);
        Assert.Equal($"{calls}  Calls usage  0.0025 EUR month arrears 2026-08-03 2026-09-03", Text(line));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(120)]
    public async Task A_subscription_is_read_with_every_page_of_its_items_and_their_products(int count)
    {
        var id = Subscribe([.. Enumerable.Range(1, count).Select(n => (monthly, n))]);
        var items = (await ReadAsync(id)).GetProperty("items");
        Assert.False(items.GetProperty("has_more").GetBoolean());
        Assert.Equal(
            Enumerable.Range(1, count),
            items.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("quantity").GetInt32())
        );
        Assert.All(
            items.GetProperty("data").EnumerateArray(),
            item => Assert.Equal("Platform", item.GetProperty("price").GetProperty("product").GetProperty("name").GetString())
        );
    }

    [Fact]
    public async Task A_subscription_that_ends_with_its_period_says_when_and_is_active_until_then()
    {
        var id = Subscribe((monthly, 1), (yearly, 1));
        Change(id, "cancel_at_period_end", true);
        var taken = await TakeAsync(id);
        Assert.Equal(("active", new DateOnly(2027, 8, 3)), (taken.Status, taken.CanceledOn!.Value));

        // A period is an item's own: where the subscription does not say when, its last item does.
        Change(id, "cancel_at", null);
        Assert.Equal(new DateOnly(2027, 8, 3), (await TakeAsync(id)).CanceledOn!.Value);

        Change(id, "cancel_at_period_end", false);
        Assert.Null((await TakeAsync(id)).CanceledOn);
    }

    [Fact]
    public async Task A_subscription_that_was_cancelled_is_read_and_listed_and_ended_when_it_ended()
    {
        var id = Subscribe((monthly, 1));
        bench.Now = bench.Now.AddDays(2);
        Change(id, "status", "canceled");
        var taken = await TakeAsync(id);
        Assert.Equal(("canceled", new DateOnly(2026, 8, 5)), (taken.Status, taken.CanceledOn!.Value));
        var listed = await StripeLife.PagesAsync(cursor =>
            ((IBackfill)bench.Connector).ReadRecordsAsync("subscription", cursor, Bench.Noon, bench.Now, CancellationToken.None)
        );
        Assert.Equal(id, Assert.Single(((IWebhookSource)bench.Connector).ReadNotices(Assert.Single(listed).Body).Value).ExternalId);
    }

    [Theory]
    [InlineData("incomplete", "pending")]
    [InlineData("incomplete_expired", "expired")]
    [InlineData("trialing", "active")]
    [InlineData("past_due", "active")]
    [InlineData("unpaid", "suspended")]
    [InlineData("paused", "suspended")]
    public async Task Each_status_is_one_of_the_hubs(string status, string expected)
    {
        var id = Subscribe((monthly, 1));
        Change(id, "status", status);
        Assert.Equal(expected, (await TakeAsync(id)).Status);
    }

    [Fact]
    public async Task A_subscription_that_is_not_there_is_missing() =>
        Assert.IsType<RecordReading.Missing>((await bench.Reader.ReadAsync("subscription", "sub_none", CancellationToken.None)).Value);

    [Theory]
    [InlineData("""{"id":"sub_1","currency":"eur"}""")]
    [InlineData("""{"id":"sub_1","items":{"data":[{"id":"si_1","price":{"id":"price_1","currency":"eur"}}]}}""")]
    [InlineData("""{"id":"sub_1","currency":"eur","items":{"data":[{"id":"si_1"}]}}""")]
    [InlineData("""{"id":"sub_1","currency":"eur","items":{"data":[{"id":"si_1","price":{"id":"price_1","currency":"usd"}}]}}""")]
    public async Task An_item_without_a_price_in_the_subscriptions_currency_is_refused_and_not_guessed(string answer)
    {
        var handler = new AnsweringHandler(_ => new HttpResponseMessage
        {
            Headers = { Date = Bench.Noon },
            Content = new StringContent(answer),
        });
        var reader = (IRecordReader)StripeBench.Over(handler);
        var fault = (await reader.ReadAsync("subscription", "sub_1", CancellationToken.None)).Fault;
        Assert.Equal("unreadable-subscription", Assert.IsType<Fault.Rejected>(fault).VendorCode);
    }

    private string Price(string product, string fields)
    {
        var price = JsonNode.Parse(fields)!.AsObject();
        price["product"] = product;
        return Make("price", price);
    }

    private string Subscribe(params (string Price, int Quantity)[] items) =>
        Make(
            "subscription",
            new JsonObject
            {
                ["customer"] = account,
                ["items"] = new JsonArray([
                    .. items.Select(item => new JsonObject { ["price"] = item.Price, ["quantity"] = item.Quantity }),
                ]),
            }
        );

    private string Make(string entity, JsonObject fields) => (string)bench.Vendor.Put(entity, fields)!["id"]!;

    private void Change(string id, string field, JsonNode? value) =>
        bench.Vendor.Put("subscription", new JsonObject { ["id"] = id, [field] = value });

    private async Task<JsonElement> ReadAsync(string id) => JsonElement.Parse((await FindAsync(id)).Record.Span);

    private async Task<Subscription> TakeAsync(string id) =>
        Assert.IsType<Subscription>(StripeMappingTests.Take(RecordType.Subscription, "subscription", (await FindAsync(id)).Record));

    private async Task<RecordReading.Found> FindAsync(string id) =>
        Assert.IsType<RecordReading.Found>((await bench.Reader.ReadAsync("subscription", id, CancellationToken.None)).Value);

    private static string Text(SubscriptionLine line) =>
        string.Join(
            ' ',
            line.Sku,
            line.RatePlan,
            line.Description,
            line.Model,
            line.Quantity?.ToString(CultureInfo.InvariantCulture),
            line.UnitPrice?.ToString(CultureInfo.InvariantCulture),
            line.Currency?.Code,
            line.Period,
            line.Timing,
            line.StartsOn?.ToString("O", CultureInfo.InvariantCulture),
            line.EndsOn?.ToString("O", CultureInfo.InvariantCulture)
        );
}
