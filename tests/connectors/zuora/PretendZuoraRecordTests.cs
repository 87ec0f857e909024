using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Zuora;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Accounts, contacts, catalogue, queries, callouts.</summary>
public sealed class PretendZuoraRecordTests
{
    private readonly ZuoraBench bench = new();

    [Fact]
    public async Task An_account_is_read_as_it_was_made_with_its_contacts_and_custom_fields()
    {
        var parent = await bench.AccountAsync(more: ""","accountNumber":"A-0" """);
        var made = await bench.AccountAsync(
            more: $$""","accountNumber":"A-1","parentId":"{{parent["accountId"]}}","QtcHubId__c":"cus-1","taxInfo":{"exemptStatus":"Yes","VATId":"DE1"}"""
        );
        var read = await bench.GetAsync("/v1/accounts/A-1");
        Assert.Equal((string?)made["accountId"], (string?)read["basicInfo"]!["id"]);
        Assert.Equal("cus-1", (string?)read["basicInfo"]!["QtcHubId__c"]);
        Assert.Equal((string?)parent["accountId"], (string?)read["basicInfo"]!["parentId"]);
        Assert.Equal("Net 30", (string?)read["billingAndPayment"]!["paymentTerm"]);
        Assert.Equal("Yes", (string?)read["taxInfo"]!["exemptStatus"]);
        Assert.Equal("Byron", (string?)read["soldToContact"]!["lastName"]);
        Assert.True(JsonNode.DeepEquals(read, await bench.GetAsync($"/v1/accounts/{made["accountId"]}")));
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_a_contact_alone_where_one_was_shared()
    {
        await bench.AccountAsync(more: ""","accountNumber":"A-1","QtcHubId__c":"cus-1" """);
        await bench.PutAsync(
            "/v1/accounts/A-1",
            """{"name":"Ada & Co","soldToContact":{"firstName":"Bob","lastName":"Ray","country":"AT"}}"""
        );
        var read = await bench.GetAsync("/v1/accounts/A-1");
        Assert.Equal(("Ada & Co", "cus-1"), ((string?)read["basicInfo"]!["name"], (string?)read["basicInfo"]!["QtcHubId__c"]));
        Assert.Equal(("Byron", "Ray"), ((string?)read["billToContact"]!["lastName"], (string?)read["soldToContact"]!["lastName"]));
    }

    [Theory]
    [InlineData("""{"currency":"EUR","billToContact":{"firstName":"A","lastName":"B"}}""", "20")]
    [InlineData("""{"name":"A","currency":"XXX","billToContact":{"firstName":"A","lastName":"B"}}""", "20")]
    [InlineData("""{"name":"A","currency":"EUR"}""", "20")]
    [InlineData("""{"name":"A","currency":"EUR","billToContact":{"firstName":"A"}}""", "20")]
    [InlineData("""{"name":"A","currency":"EUR","paymentTerm":"Net 7","billToContact":{"firstName":"A","lastName":"B"}}""", "20")]
    [InlineData("""{"name":"A","currency":"EUR","colour":"red","billToContact":{"firstName":"A","lastName":"B"}}""", "20")]
    [InlineData("""{"name":"A","currency":"EUR","parentId":"none","billToContact":{"firstName":"A","lastName":"B"}}""", "40")]
    [InlineData("""{"name":"A","currency":"EUR","accountNumber":"A-1","billToContact":{"firstName":"A","lastName":"B"}}""", "30")]
    [InlineData("nothing", "90")]
    public async Task A_business_error_comes_with_200_and_leaves_nothing_behind(string body, string category)
    {
        await bench.AccountAsync(more: ""","accountNumber":"A-1" """);
        Assert.Equal(category, await bench.RefusedAsync("POST", "/v1/accounts", body));
        Assert.Single(bench.Tenant.Records("Account")!);
        Assert.Single(bench.Tenant.Records("Contact")!);
    }

    [Fact]
    public async Task Objects_are_refused_in_their_own_way()
    {
        var (status, missing) = await bench.SendAsync("GET", "/v1/object/account/none");
        Assert.Equal((404, true, 0), (status, (bool)missing["done"]!, (int)missing["size"]!));
        var (refused, body) = await bench.SendAsync(
            "POST",
            "/v1/object/contact",
            """{"AccountId":"none","FirstName":"A","LastName":"B"}"""
        );
        Assert.Equal((400, false, "INVALID_ID"), (refused, (bool)body["Success"]!, (string?)body["Errors"]![0]!["Code"]));
    }

    [Fact]
    public async Task A_contact_is_made_changed_and_read()
    {
        var account = await bench.AccountAsync();
        var made = await bench.PostAsync(
            "/v1/object/contact",
            $$"""{"AccountId":"{{account["accountId"]}}","FirstName":"Bob","LastName":"Ray"}"""
        );
        await bench.PutAsync($"/v1/object/contact/{made["Id"]}", """{"City":"Bonn"}""");
        var read = await bench.GetAsync($"/v1/object/contact/{made["Id"]}");
        Assert.Equal(("Bob", "Bonn"), ((string?)read["FirstName"], (string?)read["City"]));
    }

    [Fact]
    public async Task The_catalogue_has_every_way_of_pricing_in_every_currency()
    {
        var models = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var plan in bench.Zuora.Plans)
        {
            foreach (var charge in (await bench.PlanAsync(plan))["productRatePlanCharges"]!.AsArray())
            {
                models.Add($"{charge!["type"]} {charge["model"]}");
                Assert.Equal(
                    ["EUR", "JPY", "USD"],
                    charge["pricing"]!.AsArray().Select(price => (string)price!["currency"]!).Order(StringComparer.Ordinal)
                );
            }
        }

        Assert.Equal(
            [
                "OneTime FlatFee",
                "Recurring DiscountPercentage",
                "Recurring FlatFee",
                "Recurring PerUnit",
                "Recurring Volume",
                "Usage PerUnit",
                "Usage Tiered",
            ],
            models
        );
    }

    [Fact]
    public async Task A_page_names_the_next_until_there_is_none()
    {
        var first = await bench.GetAsync("/v1/catalog/products?pageSize=3");
        Assert.Equal(3, first["products"]!.AsArray().Count);
        var second = await bench.GetAsync(new Uri((string)first["nextPage"]!).PathAndQuery);
        Assert.Single(second["products"]!.AsArray());
        Assert.Null(second["nextPage"]);
        Assert.Equal("20", await bench.RefusedAsync("GET", "/v1/catalog/products?pageSize=41"));
    }

    [Fact]
    public async Task A_query_since_a_moment_finds_what_changed_since_in_order_page_by_page()
    {
        for (var index = 0; index < 5; index++)
        {
            bench.Now = bench.Now.AddMinutes(1);
            await bench.AccountAsync(more: $$""","accountNumber":"A-{{index}}" """);
        }

        bench.Now = bench.Now.AddMinutes(1);
        await bench.PutAsync("/v1/accounts/A-1", """{"notes":"changed"}""");
        var query =
            """{"queryString":"select Id, accountNumber, UpdatedDate from Account where UpdatedDate >= '2026-08-03T12:02:00Z'","conf":{"batchSize":2}}""";
        var page = await bench.PostAsync("/v1/action/query", query);
        var found = Numbers(page).ToList();
        Assert.Equal((4, false), ((int)page["size"]!, (bool)page["done"]!));
        // What changes while pages are read is not missed nor told twice: the locator holds what was found.
        await bench.PutAsync("/v1/accounts/A-0", """{"notes":"later"}""");
        page = await bench.PostAsync("/v1/action/queryMore", $$"""{"queryLocator":"{{page["queryLocator"]}}"}""");
        found.AddRange(Numbers(page));
        Assert.Equal(["A-2", "A-3", "A-4", "A-1"], found);
        Assert.True((bool)page["done"]!);
        Assert.Null(page["queryLocator"]);

        static IEnumerable<string> Numbers(JsonObject page) =>
            page["records"]!.AsArray().Select(record => (string)record!["AccountNumber"]!);
    }

    [Theory]
    [InlineData("select Id from Account where Name = 'Ada' and Currency = 'EUR'", 1)]
    [InlineData("select Id from Account where Name = 'Bob' or Name = 'Ada'", 1)]
    [InlineData("select Id from Account where Name = 'Bob' or Name = 'Ada' and Currency = 'USD'", 0)]
    [InlineData("select Id from Account where Balance <= 0 and BillCycleDay != 2", 1)]
    [InlineData("select Id from Account where QtcHubId__c = 'cus-1'", 1)]
    [InlineData("select Id from Account where ParentId = null", 1)]
    [InlineData("select Id from Account where ParentId != null", 0)]
    public async Task Conditions_mean_what_they_say(string query, int found)
    {
        await bench.AccountAsync(more: ""","QtcHubId__c":"cus-1" """);
        Assert.Equal(
            found,
            (int)(await bench.PostAsync("/v1/action/query", new JsonObject { ["queryString"] = query }.ToJsonString()))["size"]!
        );
    }

    [Theory]
    [InlineData("select * from Account")]
    [InlineData("SELECT Id FROM Account")]
    [InlineData("select Id from CreditMemo")]
    [InlineData("select Shoes from Account")]
    [InlineData("select Id from Account order by Id")]
    [InlineData("select Id from Account where Name like 'A%'")]
    [InlineData("select Id from Account where (Name = 'A')")]
    [InlineData("select Id from Account where Name = 'A")]
    [InlineData("select Id from Account where Balance > 'much'")]
    public async Task A_query_it_does_not_understand_is_refused(string query)
    {
        await bench.AccountAsync();
        var (status, body) = await bench.SendAsync("POST", "/v1/action/query", new JsonObject { ["queryString"] = query }.ToJsonString());
        Assert.Equal((400, "MALFORMED_QUERY"), (status, (string?)body["Errors"]?[0]!["Code"]));
    }

    [Fact]
    public async Task A_locator_lives_a_quarter_of_an_hour()
    {
        await bench.AccountAsync();
        await bench.AccountAsync();
        var page = await bench.PostAsync("/v1/action/query", """{"queryString":"select Id from Account","conf":{"batchSize":1}}""");
        bench.Now = bench.Now.AddMinutes(16);
        Assert.Equal(
            400,
            (await bench.SendAsync("POST", "/v1/action/queryMore", $$"""{"queryLocator":"{{page["queryLocator"]}}"}""")).Status
        );
    }

    [Fact]
    public async Task Callouts_hold_an_id_alone_are_alike_and_come_once_per_change()
    {
        var account = await bench.AccountAsync(more: ""","accountNumber":"A-1" """);
        var first = Assert.Single(bench.Tenant.TakeWebhooks());
        Assert.Empty(bench.Tenant.TakeWebhooks());
        await bench.PutAsync("/v1/accounts/A-1", """{"name":"Bob"}""");
        await bench.PutAsync("/v1/accounts/A-1", """{"name":"Cid"}""");
        var second = Assert.Single(bench.Tenant.TakeWebhooks());
        using var asked = bench.Tenant.Webhook("BillingAccount", "A-1")!;
        var body = await first.Content!.ReadAsStringAsync();
        Assert.Equal($$"""{"AccountId":"{{account["accountId"]}}"}""", body);
        Assert.Equal([body, body], [await second.Content!.ReadAsStringAsync(), await asked.Content!.ReadAsStringAsync()]);
        Assert.Equal(["Authorization"], second.Headers.Select(header => header.Key));
        Assert.Equal("Basic aHViOmNhbGxvdXRzLW9mLXRoZS10ZXN0cw==", second.Headers.Authorization!.ToString());
        first.Dispose();
        second.Dispose();
    }

    [Theory]
    [InlineData("Basic aHViOmNhbGxvdXRzLW9mLXRoZS10ZXN0cw==", true)]
    [InlineData("Basic aHViOm90aGVy", false)]
    [InlineData("Bearer aHViOmNhbGxvdXRzLW9mLXRoZS10ZXN0cw==", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_callout_is_authenticated_by_its_header(string? header, bool good) =>
        Assert.Equal(good, ZuoraCallouts.Authenticates(header, ZuoraBench.Secret));

    [Fact]
    public async Task Without_an_endpoint_there_are_no_callouts()
    {
        var silent = new ZuoraBench(secret: null);
        await silent.AccountAsync(more: ""","accountNumber":"A-1" """);
        Assert.Empty(silent.Tenant.TakeWebhooks());
        Assert.Null(silent.Tenant.Webhook("Account", "A-1"));
    }

    [Fact]
    public void It_is_found_by_its_kind_and_bills()
    {
        var made = PretendVendors.Make("zuora", new VendorSetup("zuora", () => Bench.Noon, TimeZoneInfo.Utc, null));
        Assert.IsType<PretendZuora>(made);
        Assert.Equal(["billing"], made.Roles);
        Assert.All(made.Entities, entity => Assert.Empty(made.Records(entity)!));
        Assert.Null(made.Records("journal"));
        Assert.Null(made.Put("journal", []));
    }

    [Fact]
    public void By_hand_accounts_and_payments_are_made_and_nothing_else()
    {
        var account = bench.Tenant.Put(
            "billingaccounts",
            JsonNode.Parse("""{"name":"Ada","currency":"EUR","billToContact":{"firstName":"A","lastName":"B"}}""")!.AsObject()
        )!;
        var renamed = bench.Tenant.Put("Account", new JsonObject { ["id"] = (string)account["id"]!, ["name"] = "Bob" })!;
        Assert.Equal("Bob", (string?)renamed["basicInfo"]!["name"]);
        Assert.ThrowsAny<ArgumentException>(() =>
            bench.Tenant.Put("Account", new JsonObject { ["id"] = (string)account["id"]!, ["shoes"] = 1 })
        );
        Assert.ThrowsAny<ArgumentException>(() => bench.Tenant.Put("Invoice", new JsonObject { ["amount"] = 1 }));
    }
}
