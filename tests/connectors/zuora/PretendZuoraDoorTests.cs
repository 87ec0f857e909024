using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Zuora;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>Who comes in, how often, and once per key.</summary>
public sealed class PretendZuoraDoorTests
{
    private const string Account =
        """{"name":"Ada","currency":"EUR","billToContact":{"firstName":"Ada","lastName":"Byron"},"soldToSameAsBillTo":true}""";

    private readonly ZuoraBench bench = new();

    [Fact]
    public async Task A_token_is_good_until_it_expires_and_not_a_second_longer()
    {
        var token = await bench.SignInAsync();
        bench.Now = bench.Now.AddSeconds(3598);
        Assert.Equal(200, await StatusAsync("/v1/catalog/products", token));
        bench.Now = bench.Now.AddSeconds(1);
        Assert.Equal(401, await StatusAsync("/v1/catalog/products", token));
        Assert.Equal("Bearer realm=Zuora API", bench.Last!.Headers.WwwAuthenticate.ToString());
        Assert.Equal(401, await StatusAsync("/v1/object/account/x", token));
        Assert.Equal("Authentication error", (string?)bench.Said[^1].Response!["message"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("c652cbc0ea384b9f81856a93a2a74538")]
    public async Task Without_a_token_of_its_own_nobody_comes_in(string? token) =>
        Assert.Equal(401, await StatusAsync("/v1/catalog/products", token));

    [Fact]
    public async Task A_wrong_secret_gets_no_token()
    {
        using var request = bench.SignIn("wrong");
        Assert.Equal(401, (await bench.AnswerAsync(request, null)).Status);
    }

    [Fact]
    public async Task A_path_that_is_not_described_is_not_found() =>
        Assert.Equal(404, (await bench.SendAsync("GET", "/v1/invoice/1")).Status);

    [Fact]
    public async Task A_request_repeated_under_its_key_is_answered_again_and_not_done_again()
    {
        var first = await bench.PostAsync("/v1/accounts", Account, "k");
        var request = bench.Last!.Headers.GetValues("Zuora-Request-Id").Single();
        bench.Now = bench.Now.AddHours(23);
        var again = await bench.PostAsync("/v1/accounts", Account, "k");
        Assert.True(JsonNode.DeepEquals(first, again));
        Assert.NotEqual(request, bench.Last!.Headers.GetValues("Zuora-Request-Id").Single());
        Assert.Single(bench.Tenant.Records("Account")!);

        bench.Now = bench.Now.AddHours(1);
        await bench.PostAsync("/v1/accounts", Account, "k");
        Assert.Equal(2, bench.Tenant.Records("Account")!.Count);
    }

    [Fact]
    public async Task A_refusal_is_kept_under_its_key_as_well()
    {
        var body = """{"accountId":"A-1","amount":1,"currency":"EUR","type":"External"}""";
        var first = await bench.PostAsync("/v1/payments", body, "k");
        Assert.False((bool)first["success"]!);
        await bench.AccountAsync(more: ""","accountNumber":"A-1" """);
        Assert.True(JsonNode.DeepEquals(first, await bench.PostAsync("/v1/payments", body, "k")));
        Assert.True((bool)(await bench.PostAsync("/v1/payments", body, "other"))["success"]!);
    }

    [Fact]
    public async Task A_key_used_with_another_body_or_address_is_refused_with_422()
    {
        await bench.PostAsync("/v1/accounts", Account, "k");
        Assert.Equal(
            422,
            (await bench.SendAsync("POST", "/v1/accounts", Account.Replace("Ada", "Bob", StringComparison.Ordinal), "k")).Status
        );
        Assert.Equal(422, (await bench.SendAsync("POST", "/v1/payments", Account, "k")).Status);
        Assert.Single(bench.Tenant.Records("Account")!);
    }

    [Fact]
    public async Task A_repetition_while_the_first_is_in_progress_is_a_conflict()
    {
        bench.Zuora.WorkTime = TimeSpan.FromSeconds(10);
        await bench.PostAsync("/v1/accounts", Account, "k");
        bench.Now = bench.Now.AddSeconds(9);
        Assert.Equal(409, (await bench.SendAsync("POST", "/v1/accounts", Account, "k")).Status);
        bench.Now = bench.Now.AddSeconds(1);
        Assert.Equal(200, (await bench.SendAsync("POST", "/v1/accounts", Account, "k")).Status);
        Assert.Single(bench.Tenant.Records("Account")!);
    }

    [Fact]
    public async Task A_key_has_at_most_255_characters()
    {
        Assert.Equal(400, (await bench.SendAsync("POST", "/v1/accounts", Account, new string('k', 256))).Status);
        Assert.Empty(bench.Tenant.Records("Account")!);
        Assert.Equal(200, (await bench.SendAsync("POST", "/v1/accounts", Account, new string('k', 255))).Status);
    }

    [Fact]
    public async Task The_minutes_requests_are_counted_told_and_refused_when_they_are_used_up()
    {
        bench.Zuora.RequestsPerMinute = 2;
        bench.Now = bench.Now.AddSeconds(20);
        await bench.GetAsync("/v1/catalog/products");
        Assert.Equal(["1"], bench.Last!.Headers.GetValues("ratelimit-remaining"));
        Assert.Equal(["40"], bench.Last.Headers.GetValues("ratelimit-reset"));
        Assert.Equal(["2, 2;w=60"], bench.Last.Headers.GetValues("ratelimit-limit"));
        await bench.GetAsync("/v1/catalog/products");
        Assert.Equal(429, (await bench.SendAsync("GET", "/v1/catalog/products")).Status);
        Assert.Equal(200, (await bench.SendAsync("POST", "/v1/accounts", Account)).Status);
        Assert.Equal(429, (await bench.SendAsync("POST", "/v1/accounts", Account)).Status);
        Assert.Single(bench.Tenant.Records("Account")!);
        bench.Now = bench.Now.AddSeconds(40);
        Assert.Equal(200, (await bench.SendAsync("GET", "/v1/catalog/products")).Status);
    }

    [Theory]
    [InlineData(Cut.BeforeCommit, 0)]
    [InlineData(Cut.AfterCommit, 1)]
    public async Task After_a_cut_connection_the_key_says_whether_it_was_done(Cut cut, int done)
    {
        var desk = new FaultDesk();
        using var client = new HttpClient(new VendorHandler(bench.Tenant, desk, TimeProvider.System));
        var token = await bench.SignInAsync();
        desk.Plan(new PlannedFault { Cut = cut, PathContains = "/v1/accounts" });
        using var first = ZuoraBench.Request("POST", "/v1/accounts", Account, token, "k");
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(first));
        Assert.Equal(done, bench.Tenant.Records("Account")!.Count);
        using var again = ZuoraBench.Request("POST", "/v1/accounts", Account, token, "k");
        using var response = await client.SendAsync(again);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Single(bench.Tenant.Records("Account")!);
    }

    [Fact]
    public async Task Killed_and_opened_again_it_is_as_it_was()
    {
        var path = Path.Combine(Path.GetTempPath(), $"zuora-{Environment.ProcessId}.journal");
        File.Delete(path);
        try
        {
            var before = await LivedAsync(path);
            var journaled = new ZuoraBench(now => Open(now, path));
            using var opened = (JournaledVendor)journaled.Tenant;
            Assert.Equal(before, Everything(opened));
            // The token that was given before is good, and so is the key.
            Assert.Single(opened.Records("Payment")!);
            Assert.Empty(opened.TakeWebhooks());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<string> LivedAsync(string path)
    {
        var journaled = new ZuoraBench(now => Open(now, path));
        using var vendor = (JournaledVendor)journaled.Tenant;
        var account = await journaled.AccountAsync();
        var number = (string)account["accountNumber"]!;
        await journaled.SubscribeAsync(number, "annual-prepaid", "2026-08-01");
        journaled.Now = journaled.Now.AddDays(1);
        var invoice = (await journaled.BillAsync("2026-08-03"))[0];
        var body =
            $$"""{"accountId":"{{number}}","amount":10,"currency":"EUR","type":"External","invoices":[{"invoiceId":"{{invoice}}","amount":10}]}""";
        await journaled.PostAsync("/v1/payments", body, "k");
        await journaled.PostAsync("/v1/payments", body, "k");
        vendor.Put("Account", new JsonObject { ["id"] = number, ["name"] = "Ada & Co" });
        return Everything(vendor);
    }

    private static JournaledVendor Open(Func<DateTimeOffset> now, string path) =>
        new(setup => new PretendZuora(setup), new VendorSetup("zuora", now, TimeZoneInfo.Utc, ZuoraBench.Secret), path);

    private static string Everything(IPretendVendor vendor) =>
        vendor.Entities.Aggregate(new StringBuilder(), (text, entity) => text.Append(vendor.Records(entity)!.ToJsonString())).ToString();

    private async Task<int> StatusAsync(string path, string? token)
    {
        using var request = ZuoraBench.Request("GET", path, null, token);
        return (await bench.AnswerAsync(request, null)).Status;
    }
}
