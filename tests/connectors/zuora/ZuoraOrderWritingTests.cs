using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Pipeline;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Orders: new subscriptions and amendments of a version that was seen.</summary>
public sealed class ZuoraOrderWritingTests
{
    private const RecordType Type = RecordType.Order;
    private const string Term = """{"termType":"TERMED","period":12,"periodType":"Month","startDate":"2026-08-01","autoRenew":true}""";
    private static readonly string Seats = New("SKU-SEAT", "10", ""","price":24.5""");

    private readonly ZuoraTargetBench bench = new();

    [Fact]
    public async Task New_lines_of_one_term_are_one_subscription_at_the_order_s_quantities_and_prices()
    {
        var account = await bench.AccountAsync();
        Assert.Equal("SO-1", await bench.SaveAsync(Type, "ord_1", ZuoraTargetBench.Order(account, $"{Seats},{New("SKU-ONBOARD", "1")}")));

        var subscription = await bench.ReadAsync("subscription", Numbers().Single());
        Assert.Equal(
            ("TERMED", "2026-08-01", "2027-08-01", true, 12),
            (
                (string?)subscription["termType"],
                (string?)subscription["termStartDate"],
                (string?)subscription["termEndDate"],
                (bool)subscription["autoRenew"]!,
                (int)subscription["renewalTerm"]!
            )
        );
        Assert.Equal(["SKU-SEAT 10 24.5", "SKU-ONBOARD  500"], Charges(subscription));
        Assert.Equal("ord_1", (string?)Sent()["customFields"]![ZuoraTargetBench.Field]);
    }

    [Fact]
    public async Task New_lines_of_another_term_are_a_subscription_of_their_own_and_an_evergreen_one_has_no_end()
    {
        var account = await bench.AccountAsync();
        var evergreen = New("SKU-SEAT", "3", term: """{"termType":"EVERGREEN"}""");
        await bench.SaveAsync(Type, "ord_1", ZuoraTargetBench.Order(account, $"{Seats},{evergreen}"));

        Assert.Equal(2, Numbers().Length);
        Assert.Equal("EVERGREEN", (string?)(await bench.ReadAsync("subscription", Numbers()[1]))["termType"]);
    }

    [Fact]
    public async Task More_and_fewer_of_a_product_are_its_new_quantity_and_none_of_it_removes_it()
    {
        var (account, number) = await SubscribedAsync();
        await bench.SaveAsync(Type, "ord_2", Amend(account, number, 1, "'action':'add','sku':'SKU-SEAT','quantityChange':5", "SO-2"));
        Assert.Equal(15, await SeatsAsync(number));
        await bench.SaveAsync(
            Type,
            "ord_3",
            Amend(account, number, 2, "'action':'remove','sku':'SKU-SEAT','quantity':7,'quantityChange':-8", "SO-3")
        );
        Assert.Equal(7, await SeatsAsync(number));
        await bench.SaveAsync(Type, "ord_4", Amend(account, number, 3, "'action':'remove','sku':'SKU-SEAT','quantityChange':-7", "SO-4"));
        Assert.Equal("RemoveProduct", (string?)Actions()[0]!["type"]);
        Assert.Equal(4, await VersionAsync(number));
    }

    [Fact]
    public async Task Two_lines_of_one_product_follow_from_each_other()
    {
        var (account, number) = await SubscribedAsync();
        var more = Line(number, 1, "'action':'add','sku':'SKU-SEAT','quantityChange':5");
        var fewer = Line(number, 1, "'action':'remove','sku':'SKU-SEAT','quantity':12,'quantityChange':-3", "2026-10-01");
        await bench.SaveAsync(Type, "ord_2", ZuoraTargetBench.Order(account, $"{more},{fewer}", "SO-2"));
        Assert.Equal([15m, 12m], Actions().Select(action => Quantity(action!)));
    }

    [Fact]
    public async Task More_of_a_product_at_another_price_is_a_rate_plan_of_its_own()
    {
        var (account, number) = await SubscribedAsync();
        await bench.SaveAsync(
            Type,
            "ord_2",
            Amend(account, number, 1, "'action':'add','sku':'SKU-SEAT','quantityChange':5,'price':20", "SO-2")
        );
        Assert.Equal(["SKU-SEAT 10 24.5", "SKU-SEAT 5 20"], Charges(await bench.ReadAsync("subscription", number)));
        await bench.SaveAsync(
            Type,
            "ord_3",
            Amend(account, number, 2, "'action':'remove','sku':'SKU-SEAT','quantity':0,'quantityChange':-5,'price':20", "SO-3")
        );
        Assert.Equal(
            "not-one-rate-plan",
            await RefusedAsync(
                Amend(account, number, 3, "'action':'swap','sku':'SKU-ONBOARD','replacedSku':'SKU-METERED','quantity':1", "SO-4")
            )
        );
    }

    [Fact]
    public async Task A_swap_takes_one_product_away_and_adds_the_other_on_one_day()
    {
        var (account, number) = await SubscribedAsync();
        await bench.SaveAsync(
            Type,
            "ord_2",
            Amend(account, number, 1, "'action':'swap','sku':'SKU-ONBOARD','replacedSku':'SKU-SEAT','quantity':1,'price':100", "SO-2")
        );
        Assert.Equal(["RemoveProduct", "AddProduct"], Actions().Select(action => (string)action!["type"]!));
        Assert.Equal(["SKU-SEAT 10 24.5", "SKU-ONBOARD  100"], Charges(await bench.ReadAsync("subscription", number)));
    }

    [Fact]
    public async Task A_subscription_is_renewed_for_another_term_then_suspended_and_cancelled()
    {
        var (account, number) = await SubscribedAsync();
        await bench.SaveAsync(
            Type,
            "ord_2",
            Amend(account, number, 1, "'action':'renew','term':{'termType':'TERMED','period':6,'periodType':'Month'}", "SO-2")
        );
        Assert.Equal("2028-02-01", (string?)(await bench.ReadAsync("subscription", number))["termEndDate"]);
        await bench.SaveAsync(Type, "ord_3", Amend(account, number, 3, "'action':'suspend'", "SO-3"));
        Assert.Equal("Suspended", (string?)(await bench.ReadAsync("subscription", number))["status"]);
        await bench.SaveAsync(Type, "ord_4", Amend(account, number, 4, "'action':'cancel'", "SO-4"));
        var ended = await bench.ReadAsync("subscription", number);
        Assert.Equal(("Cancelled", "2026-09-11"), ((string?)ended["status"], (string?)ended["object"]!["CancelledDate"]));
    }

    [Fact]
    public async Task What_is_added_ends_with_the_term_and_a_part_of_a_month_costs_what_Zuora_says_to_the_cent()
    {
        var (account, number) = await SubscribedAsync();
        await bench.SaveAsync(Type, "ord_2", Amend(account, number, 1, "'action':'add','sku':'SKU-SEAT','quantityChange':5", "SO-2"));
        await bench.SaveAsync(Type, "ord_3", Amend(account, number, 2, "'action':'add','sku':'SKU-ONBOARD','quantityChange':1", "SO-3"));

        var subscription = await bench.ReadAsync("subscription", number);
        Assert.All(
            subscription["charges"]!.AsArray().Where(charge => (string?)charge!["effectiveStartDate"] == "2026-09-11"),
            charge => Assert.Equal((string?)subscription["termEndDate"], (string?)charge!["effectiveEndDate"])
        );
        bench.Tenant.RunBilling(new DateOnly(2026, 9, 30));
        var billed = Assert.Single(bench.Tenant.Book().Invoices);
        var invoice = await bench.ReadAsync("invoice", (string)bench.Tenant.Records("Invoice")!.Single()!["Id"]!);
        Assert.Equal(
            billed.LineAmounts.Order(),
            invoice["items"]!.AsArray().Select(item => (long)((decimal)item!["chargeAmount"]! * 100)).Order()
        );
        // A month of 10 at 24.50, ten days of 10 and twenty of 15, and the product that is paid once.
        Assert.Equal([8167L, 24500, 24500, 50000], billed.LineAmounts.Order());
    }

    [Fact]
    public async Task Of_two_amendments_of_one_version_the_second_is_a_conflict_and_nothing_is_sent()
    {
        var (account, number) = await SubscribedAsync();
        await bench.SaveAsync(Type, "ord_2", Amend(account, number, 1, "'action':'add','sku':'SKU-SEAT','quantityChange':5", "SO-2"));
        var writes = bench.Writes.Count;
        var second = await bench.WriteAsync(Type, "ord_3", Amend(account, number, 1, "'action':'cancel'", "SO-3"));
        Assert.Equal(
            $"the order amends version 1 of the subscription {number}, which is at version 2",
            Assert.IsType<Fault.Conflict>(second.Fault).Detail
        );
        Assert.Equal(writes, bench.Writes.Count);
    }

    [Theory]
    [InlineData("'action':'remove','sku':'SKU-SEAT','quantity':0,'quantityChange':-10")]
    [InlineData("'action':'renew'")]
    public async Task What_Zuora_refuses_because_another_order_came_in_between_is_a_conflict(string action)
    {
        var (account, number) = await SubscribedAsync();
        bench.BeforeOrder = () =>
        {
            bench.BeforeOrder = null;
            bench.Tenant.CancelSubscription(number, new DateOnly(2026, 10, 1));
        };
        var late = await bench.WriteAsync(Type, "ord_2", Amend(account, number, 1, action, "SO-2"));
        Assert.IsType<Fault.Conflict>(late.Fault);
        Assert.Equal(2, await VersionAsync(number));
    }

    [Theory]
    [InlineData(ZuoraTargetBench.Field)]
    [InlineData(null)]
    public async Task An_amendment_whose_answer_was_lost_is_found_by_its_reference_though_it_moved_the_version(string? field)
    {
        var lossy = new ZuoraTargetBench(field);
        var account = await lossy.AccountAsync();
        var number = lossy.Tenant.Subscribe(account, "seats", 10, new DateOnly(2026, 8, 1));
        var body = Amend(account, number, 1, "'action':'add','sku':'SKU-SEAT','quantityChange':5", "SO-2");
        lossy.Lose("POST", "/v1/orders", Cut.AfterCommit);
        Assert.IsType<Fault.Ambiguous>((await lossy.WriteAsync(Type, "ord_2", body)).Fault);

        var again = await lossy.WriteAsync(Type, "ord_2", body);
        var placed = field is null ? "ord_2" : "SO-2";
        Assert.Equal(placed, again.Value.ExternalId);
        Assert.Equal(2, (int)(await lossy.ReadAsync("subscription", number))["object"]!["Version"]!);
        var found = Assert.IsType<Lookup.Found>(await lossy.FindAsync(Type, "ord_2", body: body));
        Assert.True(Covers.Request(Encoding.UTF8.GetBytes(body), found.Record));
        Assert.IsType<Lookup.Absent>(await lossy.FindAsync(Type, "ord_9", body: body.Replace("SO-2", "SO-9", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_new_subscription_whose_answer_was_lost_is_made_once_under_its_key()
    {
        var account = await bench.AccountAsync();
        bench.Lose("POST", "/v1/orders", Cut.AfterCommit);
        var body = ZuoraTargetBench.Order(account, Seats);
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "ord_1", body)).Fault);
        Assert.Equal("SO-1", (await bench.WriteAsync(Type, "ord_1", body)).Value.ExternalId);
        Assert.Single(bench.Tenant.Records("Order")!);
        Assert.Single(bench.Keys.Skip(1).Distinct());
    }

    [Fact]
    public async Task An_order_under_the_number_that_another_made_is_not_the_hub_s()
    {
        var (account, _) = await SubscribedAsync();
        Assert.IsType<Lookup.Absent>(await bench.FindAsync(Type, "ord_9", body: ZuoraTargetBench.Order(account, Seats)));
        Assert.EndsWith("30", await RefusedAsync(ZuoraTargetBench.Order(account, Seats)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_carried_out_stays_and_is_not_taken_back()
    {
        var (account, _) = await SubscribedAsync();
        var body = ZuoraTargetBench.Order(account, Seats);
        Assert.Null((await bench.WriteAsync(Type, "ord_1", body, "SO-1")).Fault);
        var canceled = ZuoraTargetBench.Order(account, Seats, status: "Canceled");
        Assert.Equal("carried-out", Code(await bench.WriteAsync(Type, "ord_1", canceled, "SO-1")));
        Assert.Equal("not-placed", await RefusedAsync(canceled));
    }

    public static readonly TheoryData<string, string, string> Unsayable = new()
    {
        { New("SKU-NONE", "1"), "unknown-sku", "SKU-NONE" },
        { New("SKU-PLATFORM", "1"), "several-rate-plans", "SKU-PLATFORM" },
        { New("SKU-ONBOARD", "2"), "no-quantity", "SKU-ONBOARD" },
        { New("SKU-SEAT", "1", term: """{"termType":"TERMED"}"""), "no-term", "" },
        { New("SKU-SEAT", "1").Replace("2026-08-01", "2019-01-01", StringComparison.Ordinal), "no-rate-plan", "SKU-SEAT" },
        { Line("S-0", 1, "'action':'cancel'"), "no-subscription", "S-0" },
    };

    [Theory]
    [MemberData(nameof(Unsayable))]
    public async Task What_cannot_be_said_is_refused_with_its_name_and_nothing_is_ordered(string line, string code, string name)
    {
        var account = await bench.AccountAsync();
        var refused = Assert.IsType<Fault.Rejected>((await bench.WriteAsync(Type, "ord_1", ZuoraTargetBench.Order(account, line))).Fault);
        Assert.Equal(code, refused.VendorCode);
        Assert.Contains(name, refused.VendorText, StringComparison.Ordinal);
        Assert.Empty(bench.Tenant.Records("Order")!);
    }

    [Theory]
    [InlineData("'action':'remove','sku':'SKU-ONBOARD','quantityChange':-1", "not-subscribed")]
    [InlineData("'action':'remove','sku':'SKU-SEAT','quantityChange':-11", "another-quantity")]
    [InlineData("'action':'add','sku':'SKU-SEAT','quantity':20,'quantityChange':5", "another-quantity")]
    [InlineData("'action':'renew','term':{'termType':'TERMED'}", "no-term")]
    public async Task An_amendment_that_does_not_fit_what_stands_is_refused(string action, string code)
    {
        var (account, number) = await SubscribedAsync();
        Assert.Equal(code, await RefusedAsync(Amend(account, number, 1, action, "SO-2")));
        Assert.Equal(1, await VersionAsync(number));
    }

    [Fact]
    public async Task A_charge_that_the_mapping_names_is_the_one_that_is_counted_where_a_rate_plan_has_several()
    {
        var account = await bench.AccountAsync();
        Assert.Equal("several-rate-plans", await RefusedAsync(ZuoraTargetBench.Order(account, New("SKU-PLATFORM", "12"))));
        var support = Charge("Support");
        var named = New("SKU-PLATFORM", "12", $""","productRatePlanChargeId":"{support}" """);
        await bench.SaveAsync(Type, "ord_1", ZuoraTargetBench.Order(account, named));
        Assert.Equal(["SKU-PLATFORM 1 25", "SKU-PLATFORM 12 "], Charges(await bench.ReadAsync("subscription", Numbers().Single())));
        var priced = New("SKU-PLATFORM", "12", $""","price":3,"productRatePlanChargeId":"{support}" """);
        Assert.Equal("price-of-tiers", await RefusedAsync(ZuoraTargetBench.Order(account, priced, "SO-2")));
    }

    [Fact]
    public async Task An_order_in_another_currency_than_its_account_s_is_refused()
    {
        var account = await bench.AccountAsync();
        Assert.Equal("another-currency", await RefusedAsync(ZuoraTargetBench.Order(account, Seats, currency: "USD")));
    }

    private async Task<(string Account, string Number)> SubscribedAsync()
    {
        var account = await bench.AccountAsync();
        await bench.SaveAsync(Type, "ord_1", ZuoraTargetBench.Order(account, Seats));
        return (account, Numbers().Single());
    }

    private static string New(string sku, string quantity, string more = "", string term = Term) =>
        $$"""{"id":"l1","action":"new","sku":"{{sku}}","quantity":{{quantity}},"effectiveOn":"2026-08-01","term":{{term}}{{more}}}""";

    private static string Line(string number, int version, string action, string day = "2026-09-11") =>
        $$"""{"id":"l1","effectiveOn":"{{day}}","subscription":"{{number}}","subscriptionVersion":{{version}},{{action.Replace('\'', '"')}}}""";

    private static string Amend(string account, string number, int version, string action, string order) =>
        ZuoraTargetBench.Order(account, Line(number, version, action), order);

    /// <summary>The last order that was sent.</summary>
    private JsonObject Sent() => bench.Said.Last(one => one is { Method: "POST", Path: "/v1/orders" }).Request!.AsObject();

    /// <summary>The id of a charge, as the catalogue that was read last has it.</summary>
    private string Charge(string name) =>
        (string)
            bench.Said.Last(one => one.Path.EndsWith("/productRatePlan", StringComparison.Ordinal)).Response!["productRatePlans"]!
                .AsArray()
                .SelectMany(plan => plan!["productRatePlanCharges"]!.AsArray())
                .Single(charge => (string)charge!["name"]! == name)!["id"]!;

    private JsonArray Actions() => Sent()["subscriptions"]![0]!["orderActions"]!.AsArray();

    private static decimal Quantity(JsonNode action) =>
        (decimal)action["updateProduct"]!["chargeUpdates"]![0]!["pricing"]!["recurringPerUnit"]!["quantity"]!;

    /// <summary>The subscriptions that the last order was about.</summary>
    private string[] Numbers() =>
        [
            .. bench.Said.Last(one => one is { Method: "POST", Path: "/v1/orders" }).Response!["subscriptions"]!
                .AsArray()
                .Select(one => (string)one!["subscriptionNumber"]!),
        ];

    private static string[] Charges(JsonObject subscription) =>
        [
            .. subscription["charges"]!
                .AsArray()
                .Select(charge => $"{charge!["ratePlan"]!["productSku"]} {charge["quantity"]} {charge["price"]}"),
        ];

    private async Task<int> VersionAsync(string number) => (int)(await bench.ReadAsync("subscription", number))["object"]!["Version"]!;

    private async Task<decimal> SeatsAsync(string number) =>
        (decimal)(await bench.ReadAsync("subscription", number))["charges"]!.AsArray()[^1]!["quantity"]!;

    private async Task<string> RefusedAsync(string body) => Code(await bench.WriteAsync(Type, "ord_x", body));

    private static string Code(Outcome<WriteReceipt> written) => Assert.IsType<Fault.Rejected>(written.Fault).VendorCode;
}
