using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Products: each way of buying one is a rate plan, and what it costs is never changed under what is subscribed to.</summary>
public sealed class ZuoraProductWritingTests
{
    private const RecordType Type = RecordType.Product;
    private static readonly string Seats = Price("EUR", "24.5");

    private readonly ZuoraTargetBench bench = new();

    [Fact]
    public async Task Each_way_of_buying_a_product_is_a_rate_plan_with_a_price_in_every_currency_and_each_call_has_a_key_of_its_own()
    {
        var yearly =
            """{"type":"Recurring","model":"FlatFee","uom":"Each","billingPeriod":"Annual","billingTiming":"IN_ADVANCE","pricing":{"currency":"EUR","price":240}}""";
        var asked = Product($"{Seats},{Price("USD", "27")},{yearly}");
        var written = await bench.WriteAsync(Type, "prd_1", asked);

        Assert.Null(written.Fault?.Detail);
        Assert.Equal(
            [
                "Annual Recurring FlatFee IN_ADVANCE: Recurring FlatFee Annual IN_ADVANCE, EUR 240",
                "Month Recurring PerUnit Each IN_ADVANCE: Recurring PerUnit Month IN_ADVANCE, EUR 24.5",
                "Month Recurring PerUnit Each IN_ADVANCE: Recurring PerUnit Month IN_ADVANCE, USD 27",
            ],
            await PricesAsync(written.Value.ExternalId)
        );
        Assert.Equal(Enumerable.Range(1, 5).Select(call => EffectKey.OfCall(ZuoraTargetBench.Key, call)), bench.Keys);
        Assert.True(await HoldsAsync(written.Value.ExternalId, asked));
    }

    [Fact]
    public async Task Tiers_begin_where_the_last_one_ended_whatever_order_they_come_in()
    {
        var tiers =
            """{"price":40,"priceFormat":"Flat Fee"},{"endingUnit":50,"price":4,"priceFormat":"Per Unit"},{"endingUnit":10,"price":5.5,"priceFormat":"Per Unit"}""";
        var asked = Product(
            $$$"""{"type":"Usage","model":"Tiered","uom":"GB","billingPeriod":"Month","pricing":{"currency":"EUR","tiers":[{{{tiers}}}]}}"""
        );
        var id = await bench.SaveAsync(Type, "prd_1", asked);

        var product = await bench.ReadAsync("product", id);
        Assert.Equal(
            ["0 to 10: 5.5 Per Unit", "11 to 50: 4 Per Unit", "51 to : 40 Flat Fee"],
            product["prices"]![0]!["pricing"]!["tiers"]!
                .AsArray()
                .Select(tier => $"{tier!["startingUnit"]} to {tier["endingUnit"]}: {tier["price"]} {tier["priceFormat"]}")
        );
        Assert.True(await HoldsAsync(id, asked));
    }

    [Fact]
    public async Task Another_price_is_another_rate_plan_from_today_on_and_what_is_subscribed_to_keeps_its_own()
    {
        var id = await bench.SaveAsync(Type, "prd_1", Product(Seats));
        var account = await bench.AccountAsync();
        var number = await SubscribeAsync(account, "ord_1", "SO-1");
        bench.Now = bench.Now.AddDays(3);
        var dearer = Product(Price("EUR", "30"));
        Assert.False(await HoldsAsync(id, dearer));
        await bench.SaveAsync(Type, "prd_1", dearer, id);

        var later = await SubscribeAsync(account, "ord_2", "SO-2");
        Assert.Equal((24.5m, 30m), (await ChargedAsync(number), await ChargedAsync(later)));
        Assert.Equal(["2000-01-01 to 2026-08-05", "2026-08-06 to 2099-12-31"], await DaysAsync(id));
        Assert.True(await HoldsAsync(id, dearer));
        Assert.DoesNotContain(bench.Writes, write => write.StartsWith("PUT /v1/object/product-rate-plan-charge", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_price_that_comes_back_opens_its_rate_plan_again()
    {
        var id = await bench.SaveAsync(Type, "prd_1", Product(Seats));
        bench.Now = bench.Now.AddDays(3);
        await bench.SaveAsync(Type, "prd_1", Product(Price("EUR", "30")), id);
        bench.Now = bench.Now.AddDays(3);
        await bench.SaveAsync(Type, "prd_1", Product(Seats), id);

        Assert.Equal(["2000-01-01 to 2099-12-31", "2026-08-06 to 2026-08-08"], await DaysAsync(id));
        Assert.True(await HoldsAsync(id, Product(Seats)));
    }

    [Fact]
    public async Task A_product_that_people_have_set_up_alike_is_matched_by_its_SKU_and_its_rate_plans_are_left_alone()
    {
        var id = Assert.Single(await bench.MatchAsync(Type, "sku", "SKU-SEAT"));
        var asked = Product($"{Price("EUR", "30")},{Price("USD", "30.00")},{Price("JPY", "3000")}", "SKU-SEAT", "Seat");
        await bench.SaveAsync(Type, "prd_1", asked, id);

        Assert.Equal([$"PUT /v1/object/product/{id}"], bench.Writes);
        Assert.True(await HoldsAsync(id, asked));
        Assert.Equal(id, Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "prd_1", body: asked)).ExternalId);
        await bench.SaveAsync(Type, "prd_1", Product("", "SKU-SEAT", "Seat"), id);
        Assert.Equal(["2020-01-01 to 2050-01-01"], await DaysAsync(id));
    }

    [Theory]
    [InlineData("/v1/object/product", Cut.AfterCommit)]
    [InlineData("/v1/object/product", Cut.BeforeCommit)]
    [InlineData("/v1/object/product-rate-plan", Cut.AfterCommit)]
    [InlineData("/v1/object/product-rate-plan", Cut.BeforeCommit)]
    [InlineData("/v1/object/product-rate-plan-charge", Cut.AfterCommit)]
    [InlineData("/v1/object/product-rate-plan-charge", Cut.BeforeCommit)]
    public async Task A_product_whose_answers_were_lost_at_any_call_is_made_once_and_whole(string path, Cut cut)
    {
        bench.Lose("POST", path, cut);
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "prd_1", Product(Seats))).Fault);
        var again = await bench.WriteAsync(Type, "prd_1", Product(Seats));

        Assert.Null(again.Fault?.Detail);
        Assert.Equal([again.Value.ExternalId], await bench.MatchAsync(Type, "sku", "SKU-1"));
        Assert.Equal(
            ["Month Recurring PerUnit Each IN_ADVANCE: Recurring PerUnit Month IN_ADVANCE, EUR 24.5"],
            await PricesAsync(again.Value.ExternalId)
        );
    }

    [Fact]
    public async Task What_was_refused_half_way_goes_on_where_it_stopped_once_it_can()
    {
        var bushels = Product(Price("EUR", "24.5", "Bushel"));
        var refused = Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Type, "prd_1", bushels)).Fault);
        Assert.Contains("Bushel", refused.VendorText, StringComparison.Ordinal);

        var id = await bench.SaveAsync(Type, "prd_1", Product(Seats));
        Assert.Equal([id], await bench.MatchAsync(Type, "sku", "SKU-1"));
        Assert.Equal(["2000-01-01 to 2026-08-02", "2000-01-01 to 2099-12-31"], await DaysAsync(id));
        Assert.True(await HoldsAsync(id, Product(Seats)));
    }

    [Fact]
    public async Task Whoever_stood_still_between_two_calls_of_a_write_makes_no_more_of_them_and_the_next_attempt_goes_on_there()
    {
        bench.SendBefore = bench.Now.AddSeconds(31);
        bench.AfterAnswer = said =>
            bench.Now += said is { Method: "POST", Path: "/v1/object/product" } ? TimeSpan.FromSeconds(50) : TimeSpan.Zero;
        var late = await bench.WriteAsync(Type, "prd_1", Product(Seats));

        Assert.IsType<Fault.Transient>(late.Fault);
        Assert.Equal(["POST /v1/object/product"], bench.Writes);

        (bench.SendBefore, bench.AfterAnswer) = (bench.Now.AddSeconds(31), null);
        var written = await bench.WriteAsync(Type, "prd_1", Product(Seats));
        Assert.Null(written.Fault?.Detail);
        Assert.True(await HoldsAsync(written.Value.ExternalId, Product(Seats)));
        Assert.Single(await bench.MatchAsync(Type, "sku", "SKU-1"));
    }

    [Fact]
    public async Task A_product_has_its_name_and_SKU_changed_expires_and_is_sold_again()
    {
        var id = await bench.SaveAsync(Type, "prd_1", Product(Seats));
        bench.Now = bench.Now.AddDays(3);
        await bench.SaveAsync(Type, "prd_1", Product(Seats, "SKU-2", "Other", "Expired"), id);
        var ended = await bench.ReadAsync("product", id);
        Assert.Equal(("SKU-2", "Other", "2026-08-05"), ((string?)ended["sku"], (string?)ended["name"], (string?)ended["effectiveEndDate"]));
        Assert.True(await HoldsAsync(id, Product(Seats, "SKU-2", "Other", "Expired")));

        await bench.SaveAsync(Type, "prd_1", Product(Seats, "SKU-2", "Other"), id);
        Assert.Equal("2099-12-31", (string?)(await bench.ReadAsync("product", id))["effectiveEndDate"]);
    }

    [Fact]
    public async Task A_price_that_somebody_changed_at_the_hub_s_rate_plan_is_a_person_s_to_settle()
    {
        var id = await bench.SaveAsync(Type, "prd_1", Product(Seats));
        var plan = (string)(await bench.ReadAsync("product", id))["prices"]![0]!["ratePlan"]!["name"]!;
        bench.Tenant.Reprice(plan, 25);

        Assert.False(await HoldsAsync(id, Product(Seats)));
        var written = await bench.WriteAsync(Type, "prd_1", Product(Seats), id);
        Assert.Equal("changed-by-hand", Assert.IsType<Fault.Rejected>(written.Fault).VendorCode);
    }

    [Theory]
    [InlineData("several-prices", """{"currency":"EUR","price":1}""", """{"currency":"EUR","price":2}""", "PerUnit")]
    [InlineData(
        "fractional-tier",
        """{"currency":"EUR","tiers":[{"endingUnit":1.5,"price":1,"priceFormat":"Per Unit"}]}""",
        null,
        "Tiered"
    )]
    [InlineData(
        "tier-priced-twice",
        """{"currency":"EUR","tiers":[{"endingUnit":5,"price":1,"priceFormat":"Per Unit"},{"endingUnit":5,"price":1,"priceFormat":"Flat Fee"}]}""",
        null,
        "Volume"
    )]
    public async Task What_Zuora_cannot_say_is_refused_with_its_reason_and_no_rate_plan_is_made(
        string code,
        string pricing,
        string? another,
        string model
    )
    {
        string Of(string one) =>
            $$$"""{"type":"Recurring","model":"{{{model}}}","uom":"Each","billingPeriod":"Month","billingTiming":"IN_ADVANCE","pricing":{{{one}}}}""";
        var asked = Product(another is null ? Of(pricing) : $"{Of(pricing)},{Of(another)}");

        Assert.Equal(code, Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Type, "prd_1", asked)).Fault).VendorCode);
        Assert.DoesNotContain("POST /v1/object/product-rate-plan", bench.Writes);
    }

    [Fact]
    public async Task Without_a_reference_field_a_product_goes_by_its_SKU()
    {
        var plain = new ZuoraTargetBench(referenceField: null);
        var id = await plain.SaveAsync(Type, "prd_1", Product(Seats));
        Assert.Equal(id, await plain.SaveAsync(Type, "prd_1", Product(Seats)));
        Assert.Equal(id, Assert.IsType<Lookup.Found>(await plain.FindAsync(Type, "prd_1", body: Product(Seats))).ExternalId);
        Assert.IsType<Lookup.Absent>(await plain.FindAsync(Type, "prd_2", body: Product(Seats, "SKU-2")));
    }

    private static string Product(string prices, string sku = "SKU-1", string name = "Platform", string status = "Active") =>
        $$"""{"sku":"{{sku}}","name":"{{name}}","description":null,"status":"{{status}}","prices":[{{prices}}]}""";

    private static string Price(string currency, string amount, string unit = "Each") =>
        $$$"""
            {"type":"Recurring","model":"PerUnit","uom":"{{{unit}}}","billingPeriod":"Month","billingTiming":"IN_ADVANCE","pricing":{"currency":"{{{currency}}}","price":{{{amount}}}}}
            """;

    private async Task<bool> HoldsAsync(string id, string asked)
    {
        var found = Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "prd_1", id, asked));
        return Covers.Request(Encoding.UTF8.GetBytes(asked), found.Record);
    }

    private async Task<IEnumerable<string>> PricesAsync(string id) =>
        (await bench.ReadAsync("product", id))["prices"]!
            .AsArray()
            .Select(price =>
                $"{((string)price!["ratePlan"]!["name"]!).Split(" #")[0]}: {price["type"]} {price["model"]} {price["billingPeriod"]} {price["billingTiming"]}, {price["pricing"]!["currency"]} {price["pricing"]!["price"]}"
            )
            .Order(StringComparer.Ordinal);

    /// <summary>From when and until when each rate plan of a product is sold.</summary>
    private async Task<IEnumerable<string>> DaysAsync(string id)
    {
        await bench.ReadAsync("product", id);
        var listed = bench.Said.Last(one => one.Path == $"/v1/rateplan/{id}/productRatePlan").Response!;
        return listed["productRatePlans"]!
            .AsArray()
            .Select(plan => $"{plan!["effectiveStartDate"]} to {plan["effectiveEndDate"]}")
            .Order(StringComparer.Ordinal);
    }

    private async Task<string> SubscribeAsync(string account, string reference, string number)
    {
        const string Line =
            """{"id":"l1","action":"new","sku":"SKU-1","quantity":2,"effectiveOn":"2026-08-06","term":{"termType":"EVERGREEN"}}""";
        await bench.SaveAsync(
            RecordType.Order,
            reference,
            ZuoraTargetBench.Order(account, Line.Replace("2026-08-06", Today, StringComparison.Ordinal), number)
        );
        return (string)
            bench.Said.Last(one => one is { Method: "POST", Path: "/v1/orders" }).Response!["subscriptions"]![0]!["subscriptionNumber"]!;
    }

    private string Today => bench.Now.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<decimal> ChargedAsync(string subscription) =>
        (decimal)Assert.Single((await bench.ReadAsync("subscription", subscription))["charges"]!.AsArray())!["price"]!;
}
