using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Orders, subscriptions with their versions, and what is billed for them.</summary>
public sealed class PretendZuoraOrderTests
{
    private readonly ZuoraBench bench = new();

    [Fact]
    public async Task An_order_makes_a_subscription_under_the_numbers_of_the_caller_or_of_its_own()
    {
        var account = await AccountAsync();
        var order = await bench.SubscribeAsync(account, "monthly-arrears", "2026-08-01", "S-7", "O-7");
        Assert.Equal(
            ("O-7", "S-7", "Active"),
            (
                (string?)order["orderNumber"],
                (string?)order["subscriptions"]![0]!["subscriptionNumber"],
                (string?)order["subscriptions"]![0]!["status"]
            )
        );
        Assert.Equal("O-00000001", (string?)(await bench.SubscribeAsync(account, "monthly-arrears", "2026-08-01", "S-8"))["orderNumber"]);
        var read = (await bench.GetAsync("/v1/orders/O-7"))["order"]!;
        Assert.Equal(
            (account, 0, 1),
            (
                (string?)read["existingAccountNumber"],
                (int)read["subscriptions"]![0]!["baseVersion"]!,
                (int)read["subscriptions"]![0]!["newVersion"]!
            )
        );
        var subscription = await bench.GetAsync("/v1/subscriptions/S-7");
        Assert.Equal(
            ("2026-08-01", "2027-08-01", "TERMED"),
            ((string?)subscription["termStartDate"], (string?)subscription["termEndDate"], (string?)subscription["termType"])
        );
        Assert.Equal(
            ["Seats", "Support"],
            subscription["ratePlans"]![0]!["ratePlanCharges"]!.AsArray().Select(charge => (string)charge!["name"]!)
        );
        Assert.Equal("30", await bench.RefusedAsync("POST", "/v1/orders", Order(account, "O-7", "S-8", Renew)));
    }

    [Fact]
    public async Task A_refused_order_changes_nothing_not_even_what_came_before_the_mistake()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "monthly-arrears", "2026-08-01");
        var before = await bench.GetAsync("/v1/subscriptions/S-1");
        var charge = (string)Charges(before)[0]!["number"]!;
        var actions =
            $$$"""{{{Quantity(before, charge, "7", "2026-09-01")}}},{"type":"RemoveProduct","removeProduct":{"ratePlanId":"none"}}""";
        Assert.False((bool)(await bench.AmendAsync(account, "S-1", "2026-09-01", actions)).Body["success"]!);
        Assert.True(JsonNode.DeepEquals(before, await bench.GetAsync("/v1/subscriptions/S-1")));
        Assert.Single(bench.Tenant.Records("Order")!);
    }

    [Fact]
    public async Task A_quantity_changes_from_a_day_on_in_a_new_version_with_a_new_segment()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "monthly-arrears", "2026-08-01");
        var first = await bench.GetAsync("/v1/subscriptions/S-1");
        var charge = (string)Charges(first)[0]!["number"]!;
        await AmendedAsync(account, Quantity(first, charge, "7", "2026-09-01"));
        var second = await bench.GetAsync("/v1/subscriptions/S-1");
        Assert.NotEqual((string?)first["id"], (string?)second["id"]);
        Assert.Equal(
            (7m, 2, "2026-09-01"),
            (
                (decimal)Charges(second)[0]!["quantity"]!,
                (int)Charges(second)[0]!["segment"]!,
                (string?)Charges(second)[0]!["effectiveStartDate"]
            )
        );
        Assert.True(JsonNode.DeepEquals(first, await bench.GetAsync($"/v1/subscriptions/{first["id"]}")));
        Assert.Equal((string?)first["id"], (string?)(await bench.GetAsync("/v1/subscriptions/S-1/versions/1"))["id"]);
        Assert.Equal(3, Charges(await bench.GetAsync("/v1/subscriptions/S-1?charge-detail=all-segments")).Count);
        // An update may name a rate plan by what it was called in any version.
        await AmendedAsync(account, Quantity(first, charge, "9", "2026-10-01"));
        Assert.Equal(9m, (decimal)Charges(await bench.GetAsync("/v1/subscriptions/S-1"))[0]!["quantity"]!);
    }

    [Fact]
    public async Task A_removal_that_names_a_rate_plan_of_a_version_that_moved_is_refused()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "monthly-arrears", "2026-08-01");
        var stale = (string)(await bench.GetAsync("/v1/subscriptions/S-1"))["ratePlans"]![0]!["id"]!;
        var plan = (string)(await bench.PlanAsync("setup"))["id"]!;
        await AmendedAsync(account, $$$"""{"type":"AddProduct","addProduct":{"productRatePlanId":"{{{plan}}}"}}""");
        var (_, refused) = await bench.AmendAsync(account, "S-1", "2026-09-01", Remove(stale));
        Assert.EndsWith("40", (string)refused["reasons"]![0]!["code"]!, StringComparison.Ordinal);
        var latest = await bench.GetAsync("/v1/subscriptions/S-1");
        Assert.Equal(2, latest["ratePlans"]!.AsArray().Count);
        await AmendedAsync(account, Remove((string)latest["ratePlans"]![0]!["id"]!));
        Assert.Equal("Remove", (string?)(await bench.GetAsync("/v1/subscriptions/S-1"))["ratePlans"]![0]!["lastChangeType"]);
    }

    [Fact]
    public async Task A_subscription_is_renewed_suspended_resumed_and_cancelled()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "monthly-arrears", "2026-08-01");
        await AmendedAsync(account, Renew);
        Assert.Equal("2028-08-01", (string?)(await bench.GetAsync("/v1/subscriptions/S-1"))["termEndDate"]);
        await AmendedAsync(account, """{"type":"Suspend","suspend":{"suspendPolicy":"SpecificDate","suspendSpecificDate":"2026-10-01"}}""");
        Assert.Equal("Suspended", (string?)(await bench.GetAsync("/v1/subscriptions/S-1"))["status"]);
        Assert.False((bool)(await bench.AmendAsync(account, "S-1", "2026-09-01", Renew)).Body["success"]!);
        await AmendedAsync(account, """{"type":"Resume","resume":{"resumePolicy":"SpecificDate","resumeSpecificDate":"2026-12-01"}}""");
        Assert.Equal("Active", (string?)(await bench.GetAsync("/v1/subscriptions/S-1"))["status"]);
        await AmendedAsync(
            account,
            """{"type":"CancelSubscription","cancelSubscription":{"cancellationPolicy":"SpecificDate","cancellationEffectiveDate":"2027-01-01"}}"""
        );
        Assert.Equal(
            ("Cancelled", "2027-01-01"),
            (
                (string?)(await bench.GetAsync("/v1/subscriptions/S-1"))["status"],
                (string?)(await bench.GetAsync("/v1/subscriptions/S-1"))["subscriptionEndDate"]
            )
        );
        // Seats of 25 and support of 5 for August, September and December, and for nothing of what was suspended.
        await bench.BillAsync("2027-06-01");
        Assert.Equal([500L, 500, 500, 2500, 2500, 2500], Lines().Order());
    }

    [Fact]
    public async Task A_prepaid_year_has_its_discount_as_an_item_linked_to_its_charge_and_tax_on_both()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "annual-prepaid", "2026-08-01");
        var invoice = Assert.Single(await bench.BillAsync("2026-08-01"));
        var items = (await bench.GetAsync($"/v1/invoices/{invoice}/items"))["invoiceItems"]!.AsArray();
        Assert.Equal(["1200 228", "-120 -22.8"], items.Select(item => $"{item!["chargeAmount"]} {item["taxAmount"]}"));
        Assert.Equal((string?)items[0]!["id"], (string?)items[1]!["appliedToItemId"]);
        var tax = (await bench.GetAsync($"/v1/invoices/{invoice}/items/{items[0]!["id"]}/taxation-items"))["data"]![0]!;
        Assert.Equal(("DE", "VAT-DE-19", 0.19m), ((string?)tax["locationCode"], (string?)tax["taxCode"], (decimal)tax["taxRate"]!));
        var read = await bench.GetAsync($"/v1/object/invoice/{invoice}");
        Assert.Equal(
            ("2026-08-01", "2026-08-31", "Posted", 1285.20m),
            ((string?)read["InvoiceDate"], (string?)read["DueDate"], (string?)read["Status"], (decimal)read["Amount"]!)
        );
        Assert.Single(await bench.BillAsync("2027-07-31"));
    }

    [Theory]
    [InlineData("JPY", "JP", "", "109091 10909 TaxInclusive")]
    [InlineData("USD", "US", "", "1200 87 TaxExclusive")]
    [InlineData("USD", "US", ""","taxInfo":{"exemptStatus":"Yes"}""", "1200 0 TaxExclusive exempt 87")]
    [InlineData("EUR", "AT", ""","taxInfo":{"VATId":"ATU1"}""", "1200 0 TaxExclusive REVERSE_CHARGE")]
    public async Task Tax_follows_who_bills_and_who_buys(string currency, string country, string more, string expected)
    {
        var account = (string)(await bench.AccountAsync(currency, country, more))["accountNumber"]!;
        await bench.SubscribeAsync(account, "annual-prepaid", "2026-08-01");
        var invoice = Assert.Single(await bench.BillAsync("2026-08-01"));
        var item = (await bench.GetAsync($"/v1/invoices/{invoice}/items"))["invoiceItems"]![0]!;
        var tax = item["taxationItems"]!["data"]![0]!;
        var exempt = (decimal)tax["exemptAmount"]! == 0 ? "" : $" exempt {tax["exemptAmount"]}";
        var reverse = (string?)tax["taxCode"] == "REVERSE_CHARGE" ? " REVERSE_CHARGE" : "";
        Assert.Equal(expected, $"{item["chargeAmount"]} {item["taxAmount"]} {item["taxMode"]}{exempt}{reverse}");
    }

    [Fact]
    public async Task Seats_are_billed_in_arrears_and_a_change_within_a_month_by_days()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "monthly-arrears", "2026-08-01");
        Assert.Empty(await bench.BillAsync("2026-08-31"));
        var subscription = await bench.GetAsync("/v1/subscriptions/S-1");
        await AmendedAsync(account, Quantity(subscription, (string)Charges(subscription)[0]!["number"]!, "2", "2026-09-11"));
        await bench.BillAsync("2026-10-01");
        // August 25; September 10 of 30 days of 25 and 20 of 30 days of 50; support 5 and 5.
        Assert.Equal([500L, 500, 833, 2500, 3333], Lines().Order());
    }

    [Fact]
    public async Task Usage_is_rated_in_tiers_each_record_once()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "usage", "2026-08-01");
        var charge = (string)Charges(await bench.GetAsync("/v1/subscriptions/S-1"))[0]!["number"]!;
        foreach (var (quantity, day) in new[] { (90, "2026-08-03"), (60, "2026-08-31"), (5, "2026-09-01") })
        {
            var made = await bench.PostAsync(
                "/v1/object/usage",
                $$"""{"AccountNumber":"{{account}}","ChargeNumber":"{{charge}}","Quantity":{{quantity}},"UOM":"Each","StartDateTime":"{{day}}T10:00:00Z"}"""
            );
            Assert.True((bool)made["Success"]!);
        }

        await bench.BillAsync("2026-09-01");
        Assert.Equal([(100 * 200) + (50 * 100)], Lines());
        await bench.BillAsync("2026-10-01");
        Assert.Equal([25000L, 1000], Lines());
        Assert.Equal(
            400,
            (
                await bench.SendAsync(
                    "POST",
                    "/v1/object/usage",
                    $$"""{"AccountNumber":"{{account}}","ChargeNumber":"{{charge}}","Quantity":1,"UOM":"GB","StartDateTime":"2026-08-03T10:00:00Z"}"""
                )
            ).Status
        );
    }

    [Fact]
    public async Task What_was_prepaid_and_is_cancelled_comes_back_as_a_credit_memo()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "annual-prepaid", "2026-08-01");
        await bench.BillAsync("2026-08-01");
        await AmendedAsync(
            account,
            """{"type":"CancelSubscription","cancelSubscription":{"cancellationPolicy":"SpecificDate","cancellationEffectiveDate":"2027-01-01"}}"""
        );
        await bench.BillAsync("2027-01-01");
        await bench.BillAsync("2027-02-01");
        var memo = Assert.Single(bench.Tenant.Records("CreditMemo")!)!;
        // 212 of 365 days of 1080.
        Assert.Equal(
            ("BillRun", "Posted", 627.29m + 119.19m),
            ((string?)memo["source"], (string?)memo["status"], (decimal)memo["amount"]!)
        );
    }

    [Fact]
    public async Task A_bill_run_is_read_posted_or_canceled_and_billed_again()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "annual-prepaid", "2026-08-01");
        const string draft = """{"InvoiceDate":"2026-08-01","TargetDate":"2026-08-01"}""";
        var run = $"/v1/object/bill-run/{(await bench.PostAsync("/v1/object/bill-run", draft))["Id"]}";
        var read = await bench.GetAsync(run);
        Assert.Equal(
            ("BR-00000001", "Completed", 1, 1),
            ((string?)read["BillRunNumber"], (string?)read["Status"], (int)read["NumberOfAccounts"]!, (int)read["NumberOfInvoices"]!)
        );
        await bench.PutAsync(run, """{"Status":"Canceled"}""");
        Assert.Empty(bench.Tenant.Book().Invoices);
        run = $"/v1/object/bill-run/{(await bench.PostAsync("/v1/object/bill-run", draft))["Id"]}";
        await bench.PutAsync(run, """{"Status":"Posted"}""");
        Assert.Equal(128520, Assert.Single(bench.Tenant.Book().Invoices).Total);
        Assert.Equal(400, (await bench.SendAsync("PUT", run, """{"Status":"Canceled"}""")).Status);
    }

    [Fact]
    public async Task An_order_bills_and_collects_at_once_where_it_asks_for_it()
    {
        var account = await AccountAsync();
        var plan = (string)(await bench.PlanAsync("setup"))["id"]!;
        var order = await bench.PostAsync(
            "/v1/orders",
            $$$$"""
            {"orderDate":"2026-08-01","existingAccountNumber":"{{{{account}}}}","processingOptions":{"runBilling":true,"collectPayment":true,"billingOptions":{"targetDate":"2026-08-01"}},
            "subscriptions":[{"orderActions":[{"type":"CreateSubscription","createSubscription":{"terms":{"initialTerm":{"period":12,"periodType":"Month","termType":"TERMED"}},
            "subscribeToRatePlans":[{"productRatePlanId":"{{{{plan}}}}"}]}}]}]}
            """
        );
        Assert.Equal(["INV00000001"], order["invoiceNumbers"]!.AsArray().Select(number => (string)number!));
        Assert.Equal(("P-00000001", 595m), ((string?)order["paymentNumber"], (decimal)order["paidAmount"]!));
        Assert.Equal(0, Assert.Single(bench.Tenant.Book().Totals, total => total.Kind == "Invoice").Balance);
    }

    [Fact]
    public async Task Orders_are_listed_by_the_day_they_changed()
    {
        var account = await AccountAsync();
        await bench.SubscribeAsync(account, "setup", "2026-01-01", "S-1", "O-1");
        bench.Now = bench.Now.AddDays(2);
        await bench.SubscribeAsync(account, "setup", "2026-08-09", "S-2", "O-2");
        Assert.Equal(["O-2"], await OrdersAsync("?dateFilterOption=updatedDate&startDate=2026-08-05&endDate=2026-08-05"));
        Assert.Equal(["O-1"], await OrdersAsync("?endDate=2026-08-01"));
        Assert.Equal(["O-1", "O-2"], await OrdersAsync(""));
        Assert.Equal(["O-2"], await OrdersAsync("/subscription/S-2"));
    }

    [Fact]
    public void A_played_life_fills_the_books_of_three_entities_and_every_balance_follows()
    {
        bench.Zuora.PlayLife(new DateOnly(2026, 1, 1), 6);
        var book = bench.Tenant.Book();
        Assert.Equal(
            ["de EUR", "jp JPY", "us USD"],
            book.Totals.Where(total => total is { Kind: "Invoice", Count: > 3 }).Select(total => $"{total.Entity} {total.Currency}")
        );
        Assert.All(book.Totals, total => Assert.Equal(total.Amount, total.Applied + total.Refunded + total.Balance));
        foreach (var entity in book.Totals.GroupBy(total => total.Entity))
        {
            // What documents took is what payments and credits gave.
            Assert.Equal(
                entity.Where(total => total.Kind is "Invoice" or "DebitMemo").Sum(total => total.Applied),
                entity.Where(total => total.Kind is "Payment" or "CreditMemo").Sum(total => total.Applied)
            );
        }

        Assert.All(book.Invoices, invoice => Assert.Equal(invoice.Total, invoice.LineAmounts.Sum() + invoice.Tax));
        Assert.Contains(book.Invoices, invoice => invoice.Status == "Reversed");
        Assert.NotEmpty(book.Memos);
        Assert.NotEmpty(book.Refunds);
        Assert.Equal(6, bench.Tenant.Records("BillRun")!.Count);
        var again = new ZuoraBench();
        again.Zuora.PlayLife(new DateOnly(2026, 1, 1), 6);
        Assert.Equal(book.Totals, again.Tenant.Book().Totals);
    }

    private const string Renew = """{"type":"RenewSubscription"}""";

    private async Task<string> AccountAsync() => (string)(await bench.AccountAsync())["accountNumber"]!;

    private async Task AmendedAsync(string account, string action)
    {
        var (_, body) = await bench.AmendAsync(account, "S-1", "2026-08-01", action);
        Assert.True((bool)body["success"]!, body.ToJsonString());
    }

    private long[] Lines() => [.. bench.Tenant.Book().Invoices.SelectMany(invoice => invoice.LineAmounts)];

    private async Task<string[]> OrdersAsync(string query) =>
        [.. (await bench.GetAsync($"/v1/orders{query}"))["orders"]!.AsArray().Select(order => (string)order!["orderNumber"]!)];

    private static JsonArray Charges(JsonObject subscription) => subscription["ratePlans"]![0]!["ratePlanCharges"]!.AsArray();

    private static string Quantity(JsonObject subscription, string charge, string quantity, string from)
    {
        var plan = subscription["ratePlans"]![0]!["id"];
        var pricing = $$$"""{"recurringPerUnit":{"quantity": {{{quantity}}} }}""";
        return $$$"""{"type":"UpdateProduct","updateProduct":{"ratePlanId":"{{{plan}}}","specificUpdateDate":"{{{from}}}","chargeUpdates":[{"chargeNumber":"{{{charge}}}","pricing": {{{pricing}}} }]}}""";
    }

    private static string Remove(string plan) => $$$"""{"type":"RemoveProduct","removeProduct":{"ratePlanId":"{{{plan}}}"}}""";

    private static string Order(string account, string number, string subscription, string action) =>
        $$"""{"orderDate":"2026-08-01","orderNumber":"{{number}}","existingAccountNumber":"{{account}}","subscriptions":[{"subscriptionNumber":"{{subscription}}","orderActions":[{{action}}]}]}""";
}
