using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Salesforce;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>Who comes in, how often, and what is left of a request whose connection was cut.</summary>
public sealed class PretendSalesforceDoorTests
{
    private const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private const string Accounts = "query?q=SELECT+Id+FROM+Account";

    private readonly PretendOrgBench bench = new();

    [Fact]
    public async Task A_session_is_good_until_it_ends_and_not_a_second_longer()
    {
        bench.Org.SessionLife = TimeSpan.FromMinutes(15);
        Assert.Equal(200, (await bench.SendAsync("GET", Accounts)).Status);
        bench.Now = bench.Now.AddSeconds((15 * 60) - 1);
        Assert.Equal(200, (await bench.SendAsync("GET", Accounts)).Status);
        bench.Now = bench.Now.AddSeconds(1);
        var (status, body) = await bench.SendAsync("GET", Accounts);
        Assert.Equal((401, "INVALID_SESSION_ID"), (status, (string?)body![0]!["errorCode"]));
        await bench.SignInAsync();
        Assert.Equal(200, (await bench.SendAsync("GET", Accounts)).Status);
    }

    [Fact]
    public async Task An_administrator_ends_every_session()
    {
        await bench.SignInAsync();
        bench.Org.EndSessions();
        Assert.Equal(401, (await bench.SendAsync("GET", Accounts)).Status);
    }

    [Fact]
    public async Task A_token_tells_when_it_was_issued_and_where_to_call_but_not_until_when()
    {
        await bench.SignInAsync();
        var (_, body) = await bench.TokenAsync(
            ("grant_type", "client_credentials"),
            ("client_id", bench.Org.Credentials["clientId"]),
            ("client_secret", bench.Org.Credentials["clientSecret"])
        );
        Assert.StartsWith("00D5g000004QtcH!", (string)body!["access_token"]!, StringComparison.Ordinal);
        Assert.Equal("https://crm.my.salesforce.com", (string?)body["instance_url"]);
        Assert.Equal(Bench.Noon.ToUnixTimeMilliseconds().ToString(), (string?)body["issued_at"]);
        Assert.Null(body["expires_in"]);
    }

    [Theory]
    [InlineData("client_credentials", null, "wrong", "invalid_client")]
    [InlineData("client_credentials", "wrong", null, "invalid_client_id")]
    [InlineData("password", null, null, "unsupported_grant_type")]
    public async Task Wrong_credentials_get_no_token(string grant, string? id, string? secret, string error)
    {
        var (status, body) = await bench.TokenAsync(
            ("grant_type", grant),
            ("client_id", id ?? bench.Org.Credentials["clientId"]),
            ("client_secret", secret ?? bench.Org.Credentials["clientSecret"])
        );
        Assert.Equal((400, error), (status, (string?)body!["error"]));
    }

    [Fact]
    public async Task An_assertion_signed_by_the_key_that_was_handed_out_signs_in()
    {
        var (status, body) = await bench.TokenAsync(("grant_type", JwtBearer), ("assertion", Assertion()));
        Assert.Equal(200, status);
        using var request = PretendOrgBench.Request("GET", $"{PretendOrgBench.Api}/{Accounts}", null, (string)body!["access_token"]!);
        Assert.Equal(200, (await bench.AnswerAsync(request)).Status);
    }

    [Theory]
    [InlineData("aud", "\"https://elsewhere.example\"", "audience is invalid")]
    [InlineData("sub", "\"somebody@else.example\"", "user hasn't approved this consumer")]
    [InlineData("iss", "\"another app\"", "client identifier invalid")]
    [InlineData("exp", "1785758400", "expired authorization code")]
    [InlineData("exp", "1785758581", "expired authorization code")]
    [InlineData("exp", "\"soon\"", "expired authorization code")]
    public async Task An_assertion_that_says_something_else_does_not(string claim, string value, string why)
    {
        Assert.Equal(1785758400, Bench.Noon.ToUnixTimeSeconds());
        var (status, body) = await bench.TokenAsync(
            ("grant_type", JwtBearer),
            ("assertion", Assertion(claims => claims[claim] = JsonNode.Parse(value)))
        );
        Assert.Equal((400, why), (status, (string?)body!["error_description"]));
    }

    [Fact]
    public async Task An_assertion_of_another_key_or_altered_or_unsigned_does_not()
    {
        using var another = RSA.Create(2048);
        var right = Assertion();
        var parts = right.Split('.');
        var altered = Base64Url.EncodeToString(Encoding.UTF8.GetBytes("{}"));
        string[] wrong =
        [
            Assertion(key: another),
            $"{parts[0]}.{altered}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}",
            "",
            Assertion(algorithm: "none"),
        ];
        foreach (var assertion in wrong)
        {
            var (status, body) = await bench.TokenAsync(("grant_type", JwtBearer), ("assertion", assertion));
            Assert.Equal((400, "invalid_grant"), (status, (string?)body!["error"]));
        }
    }

    [Fact]
    public void The_key_of_one_org_is_always_the_same_and_of_no_other()
    {
        using var same = new PretendSalesforce(new VendorSetup("crm", () => Bench.Noon, TimeZoneInfo.Utc, null));
        using var other = new PretendSalesforce(new VendorSetup("crm-2", () => Bench.Noon, TimeZoneInfo.Utc, null));
        Assert.Equal(bench.Org.JwtCredentials["privateKey"], same.JwtCredentials["privateKey"]);
        Assert.NotEqual(bench.Org.JwtCredentials["privateKey"], other.JwtCredentials["privateKey"]);
    }

    [Theory]
    [InlineData("/services/data/v62.0/sobjects/Nothing/001000000000001AAA")]
    [InlineData("/services/data/62/query")]
    [InlineData("/services/data/v62.0")]
    [InlineData("/services/apexrest/anything")]
    public async Task A_resource_that_is_not_there_is_not_found(string path)
    {
        var (status, body) = await bench.SendAsync("GET", path);
        Assert.Equal((404, "NOT_FOUND"), (status, (string?)body![0]!["errorCode"]));
    }

    [Fact]
    public async Task An_address_that_is_too_long_is_not_read() =>
        Assert.Equal(414, (await bench.SendAsync("GET", $"query?q={new string('x', 16384)}")).Status);

    [Fact]
    public async Task Every_call_is_counted_told_and_refused_when_the_days_are_used_up()
    {
        bench.Org.CallsPerDay = 2;
        await bench.SendAsync("GET", Accounts);
        Assert.Equal("api-usage=1/2", bench.Header("Sforce-Limit-Info"));
        await bench.MakeAsync("Account", """{"Name":"Ada"}""");
        Assert.Equal("api-usage=2/2", bench.Header("Sforce-Limit-Info"));
        var (status, body) = await bench.SendAsync("POST", "sobjects/Account", """{"Name":"Bob"}""");
        Assert.Equal((403, "REQUEST_LIMIT_EXCEEDED"), (status, (string?)body![0]!["errorCode"]));
        Assert.Null(bench.Last!.Headers.RetryAfter);
        bench.Now = bench.Now.AddDays(1);
        await bench.SignInAsync();
        Assert.Single(await bench.IdsAsync("SELECT Id FROM Account"));
        Assert.Equal("api-usage=1/2", bench.Header("Sforce-Limit-Info"));
    }

    [Theory]
    [InlineData(Cut.BeforeCommit, 0)]
    [InlineData(Cut.AfterCommit, 1)]
    public async Task After_a_cut_connection_an_upsert_makes_no_second_record(Cut cut, int done)
    {
        var desk = new FaultDesk();
        using var client = new HttpClient(new VendorHandler(bench.Org, desk, TimeProvider.System));
        var token = await bench.SignInAsync();
        var path = $"{PretendOrgBench.Api}/sobjects/Invoice__c/QtcHub_Id__c/inv-1";
        desk.Plan(new PlannedFault { Cut = cut, Method = "PATCH" });
        using var first = PretendOrgBench.Request("PATCH", path, PretendOrgBench.Invoice("R-1"), token);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(first));
        Assert.Equal(done, bench.Org.Records("Invoice")!.Count);
        using var again = PretendOrgBench.Request("PATCH", path, PretendOrgBench.Invoice("R-1"), token);
        using var response = await client.SendAsync(again);
        Assert.Equal(done == 1 ? 200 : 201, (int)response.StatusCode);
        Assert.Single(bench.Org.Records("Invoice")!);
    }

    [Fact]
    public async Task Killed_and_opened_again_it_is_as_it_was()
    {
        var path = Path.Combine(Path.GetTempPath(), $"salesforce-{Environment.ProcessId}.journal");
        File.Delete(path);
        try
        {
            var (before, token) = await LivedAsync(path);
            var reopened = new PretendOrgBench(now => Open(now, path));
            using var vendor = (JournaledVendor)reopened.Vendor;
            Assert.Equal(before, Everything(vendor));
            Assert.Empty(vendor.TakeWebhooks());
            // The session that was opened before is good.
            using var request = PretendOrgBench.Request("GET", $"{PretendOrgBench.Api}/{Accounts}", null, token);
            Assert.Equal(200, (await reopened.AnswerAsync(request)).Status);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<(string State, string Token)> LivedAsync(string path)
    {
        var journaled = new PretendOrgBench(now => Open(now, path));
        using var vendor = (JournaledVendor)journaled.Vendor;
        var token = await journaled.SignInAsync();
        var account = await journaled.MakeAsync("Account", """{"Name":"Ada"}""");
        journaled.Now = journaled.Now.AddMinutes(1);
        await journaled.SendAsync(
            "PATCH",
            "sobjects/Invoice__c/QtcHub_Id__c/inv-1",
            PretendOrgBench.Invoice("R-1", $""","Account__c":"{account}" """)
        );
        await journaled.IdsAsync("SELECT Id FROM Account");
        vendor.Put("Account", new JsonObject { ["Id"] = account, ["Name"] = "Ada & Co" });
        return (Everything(vendor), token);
    }

    private static JournaledVendor Open(Func<DateTimeOffset> now, string path) =>
        new(setup => new PretendSalesforce(setup), new VendorSetup("crm", now, TimeZoneInfo.Utc, PretendOrgBench.Secret), path);

    private static string Everything(IPretendVendor vendor) =>
        vendor.Entities.Aggregate(new StringBuilder(), (text, entity) => text.Append(vendor.Records(entity)!.ToJsonString())).ToString();

    private string Assertion(Action<JsonObject>? change = null, RSA? key = null, string algorithm = "RS256")
    {
        var credentials = bench.Org.JwtCredentials;
        using var own = RSA.Create();
        own.ImportFromPem(credentials["privateKey"]);
        var claims = new JsonObject
        {
            ["iss"] = credentials["clientId"],
            ["sub"] = credentials["username"],
            ["aud"] = "https://login.salesforce.com",
            ["exp"] = bench.Now.AddMinutes(3).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        var head = new JsonObject { ["alg"] = algorithm };
        var signed = $"{Encoded(head)}.{Encoded(claims)}";
        var signature = (key ?? own).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encoded(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
