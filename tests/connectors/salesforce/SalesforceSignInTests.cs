using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

public sealed class SalesforceSignInTests
{
    private readonly SalesforceWire wire = new();

    [Fact]
    public async Task One_token_serves_every_call_and_no_answer_says_where_to_call()
    {
        var calls = wire.Calls();
        await ReadAsync(calls);
        await ReadAsync(calls);

        Assert.Equal(["grant_type=client_credentials&client_id=3MVG9-client&client_secret=the-client-secret"], wire.Forms);
        Assert.Equal(
            ["GET /services/data/v62.0/query?q=SELECT Bearer 00Dx!token-1", "GET /services/data/v62.0/query?q=SELECT Bearer 00Dx!token-1"],
            wire.Asked.Skip(1)
        );
    }

    [Fact]
    public async Task A_session_that_ended_is_followed_by_one_new_sign_in_and_the_call_is_made_again_once()
    {
        var isFirst = true;
        wire.Answer = _ =>
        {
            var ended = isFirst;
            isFirst = false;
            return ended ? SalesforceWire.Error(401, "INVALID_SESSION_ID", "Session expired or invalid") : SalesforceWire.Json("{}");
        };

        Assert.Null((await ReadAsync(wire.Calls())).Fault);
        Assert.Equal(2, wire.Forms.Count);
        Assert.EndsWith("token-2", wire.Asked[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_refused_twice_is_unauthorized_and_not_tried_a_third_time()
    {
        wire.Answer = _ => SalesforceWire.Error(401, "INVALID_SESSION_ID", "Session expired or invalid");

        Assert.IsType<Fault.Unauthorized>((await ReadAsync(wire.Calls())).Fault);
        Assert.Equal(2, wire.Forms.Count);
        Assert.Equal(4, wire.Asked.Count);
    }

    [Fact]
    public async Task Jwt_bearer_signs_who_signs_in_for_three_minutes_at_most()
    {
        using var key = RSA.Create(2048);
        wire.Secrets.Remove("clientSecret");
        wire.Secrets["privateKey"] = key.ExportPkcs8PrivateKeyPem();
        wire.Secrets["username"] = "hub@acme.example";
        wire.Settings["audience"] = "https://test.salesforce.com";
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        Assert.Null((await ReadAsync(wire.Calls())).Fault);

        var form = wire
            .Forms.Single()
            .Split('&')
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]));
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var parts = form["assertion"].Split('.');
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        Assert.True(key.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal("RS256", JsonElement.Parse(Base64Url.DecodeFromChars(parts[0])).GetProperty("alg").GetString());
        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal(
            ("3MVG9-client", "hub@acme.example", "https://test.salesforce.com"),
            (claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString(), claims.GetProperty("aud").GetString())
        );
        Assert.InRange(claims.GetProperty("exp").GetInt64(), before + 1, before + 180 + 30);
    }

    [Theory]
    [InlineData("no key at all")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public async Task A_key_that_cannot_be_read_is_named_and_not_quoted(string key)
    {
        wire.Secrets.Remove("clientSecret");
        wire.Secrets["privateKey"] = key;
        wire.Secrets["username"] = "hub@acme.example";

        var fault = Assert.IsType<Fault.Unauthorized>((await ReadAsync(wire.Calls())).Fault);
        Assert.Equal("systems.salesforce.credentials.privateKey: not a PEM key of type RSA", fault.Reason);
        Assert.Empty(wire.Asked);
    }

    [Fact]
    public async Task A_credential_that_does_not_resolve_is_named_and_nothing_is_sent()
    {
        wire.Secrets["clientSecret"] = " ";

        var fault = Assert.IsType<Fault.Unauthorized>((await ReadAsync(wire.Calls())).Fault);
        Assert.Equal("systems.salesforce.credentials.clientSecret: its reference does not resolve", fault.Reason);
        Assert.Empty(wire.Asked);
    }

    [Fact]
    public async Task A_credential_that_is_missing_names_both_ways_to_sign_in()
    {
        wire.Secrets.Remove("clientSecret");

        var fault = Assert.IsType<Fault.Unauthorized>((await ReadAsync(wire.Calls())).Fault);
        Assert.Contains("clientId, clientSecret or clientId, privateKey, username", fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""", typeof(Fault.Unauthorized))]
    [InlineData(401, """{"error":"invalid_client"}""", typeof(Fault.Unauthorized))]
    [InlineData(429, "", typeof(Fault.RateLimited))]
    [InlineData(500, "", typeof(Fault.Transient))]
    [InlineData(503, "", typeof(Fault.Unavailable))]
    [InlineData(200, "<html>", typeof(Fault.Transient))]
    [InlineData(200, """{"token_type":"Bearer"}""", typeof(Fault.Transient))]
    public async Task The_token_endpoint_s_answers_mean_what_they_say(int status, string body, Type fault)
    {
        wire.SignIn = _ => SalesforceWire.Json(body, (HttpStatusCode)status);

        Assert.IsType(fault, (await ReadAsync(wire.Calls())).Fault);
        Assert.Single(wire.Asked);
    }

    [Theory]
    [InlineData("apiVersion", "62")]
    [InlineData("audience", "login.salesforce.com")]
    public void A_wrong_setting_names_its_path(string name, string text)
    {
        wire.Settings[name] = text;

        var wrong = Assert.Throws<ArgumentException>(wire.Connect);
        Assert.Contains($"systems.salesforce.settings.{name}", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api-usage=18/5000", 4982, 5000)]
    [InlineData("per-app-api-usage=17/250(appName=hub), api-usage=25/5000", 4975, 5000)]
    [InlineData("api-usage=5001/5000", 0, 5000)]
    public async Task What_is_left_of_the_day_s_calls_is_told(string header, long left, long limit)
    {
        wire.Answer = _ => Limited(header);
        await ReadAsync(wire.Calls());

        Assert.Equal([new Quota("day", left, limit, null)], wire.Quotas);
    }

    [Theory]
    [InlineData("api-usage=many/5000")]
    [InlineData("api-usage=18")]
    [InlineData("per-app-api-usage=17/250")]
    [InlineData("api-usage=-1/5000")]
    public async Task What_names_no_number_of_calls_is_no_quota(string header)
    {
        wire.Answer = _ => Limited(header);
        await ReadAsync(wire.Calls());

        Assert.Empty(wire.Quotas);
    }

    private static HttpResponseMessage Limited(string header)
    {
        var answer = SalesforceWire.Json("{}");
        answer.Headers.TryAddWithoutValidation("Sforce-Limit-Info", header);
        return answer;
    }

    private static Task<Outcome<JsonElement>> ReadAsync(QtcHub.Connectors.Salesforce.SalesforceCalls calls) =>
        calls.ReadAsync((api, version, token, cancel) => api.QueryAsync(version, "SELECT", token, cancel), CancellationToken.None);
}
