using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Salesforce;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>A pretend org and requests to it, for tests.</summary>
internal sealed class PretendOrgBench
{
    public const string Secret = "outbound-of-the-tests";
    public const string Api = "/services/data/v62.0";

    private string? token;

    public PretendOrgBench(string? secret = Secret)
        : this(now => new PretendSalesforce(new VendorSetup("crm", now, TimeZoneInfo.Utc, secret))) { }

    public PretendOrgBench(Func<Func<DateTimeOffset>, IPretendVendor> make) => Vendor = make(() => Now);

    public DateTimeOffset Now { get; set; } = Bench.Noon;

    public IPretendVendor Vendor { get; }

    public PretendSalesforce Org => (PretendSalesforce)Vendor;

    public HttpResponseMessage? Last { get; private set; }

    public async Task<(int Status, JsonNode? Body)> SendAsync(
        string method,
        string path,
        string? body = null,
        params (string Name, string Value)[] headers
    )
    {
        token ??= await SignInAsync();
        using var request = Request(method, path.StartsWith("/services", StringComparison.Ordinal) ? path : $"{Api}/{path}", body, token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await AnswerAsync(request);
    }

    public static HttpRequestMessage Request(string method, string path, string? body, string? bearer)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri("https://crm.my.salesforce.com" + path));
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }

    public async Task<(int Status, JsonNode? Body)> AnswerAsync(HttpRequestMessage request)
    {
        Last = Vendor.Answer(request);
        var text = await Last.Content.ReadAsStringAsync();
        return ((int)Last.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async Task<(int Status, JsonNode? Body)> TokenAsync(params (string Name, string Value)[] form)
    {
        using var request = Request("POST", "/services/oauth2/token", null, null);
        request.Content = new FormUrlEncodedContent(form.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal));
        return await AnswerAsync(request);
    }

    public async Task<string> SignInAsync()
    {
        var (status, body) = await TokenAsync(
            ("grant_type", "client_credentials"),
            ("client_id", Vendor.Credentials["clientId"]),
            ("client_secret", Vendor.Credentials["clientSecret"])
        );
        Assert.Equal(200, status);
        return token = (string)body!["access_token"]!;
    }

    /// <summary>Makes a record; gives its id.</summary>
    public async Task<string> MakeAsync(string of, string fields)
    {
        var (status, body) = await SendAsync("POST", $"sobjects/{of}", fields);
        Assert.True(status == 201, body?.ToJsonString());
        return (string)body!["id"]!;
    }

    public async Task<JsonObject> ReadAsync(string of, string id)
    {
        var (status, body) = await SendAsync("GET", $"sobjects/{of}/{id}");
        Assert.Equal(200, status);
        return body!.AsObject();
    }

    /// <summary>The code of a refusal of a request's content.</summary>
    public async Task<string> RefusedAsync(string method, string path, string? body = null)
    {
        var (status, answer) = await SendAsync(method, path, body);
        Assert.Equal(400, status);
        var refusal = Assert.Single(answer!.AsArray())!;
        Assert.NotEmpty((string)refusal["message"]!);
        return (string)refusal["errorCode"]!;
    }

    public async Task<JsonObject> QueryAsync(string soql, bool all = false)
    {
        var (status, body) = await SendAsync("GET", QueryPath(soql, all));
        Assert.True(status == 200, body?.ToJsonString());
        return body!.AsObject();
    }

    public static string QueryPath(string soql, bool all = false) => $"{(all ? "queryAll" : "query")}?q={Uri.EscapeDataString(soql)}";

    /// <summary>The ids that a query finds, in order.</summary>
    public async Task<string[]> IdsAsync(string soql, bool all = false) =>
        [.. (await QueryAsync(soql, all))["records"]!.AsArray().Select(row => (string)row!["Id"]!)];

    public string Header(string name) => Last!.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    public static string Invoice(string number, string more = "") =>
        $$"""{"Number__c":"{{number}}","Entity__c":"de","IssuedOn__c":"2026-08-03","Status__c":"open","Tax__c":19,"Total__c":119.5{{more}}}""";

    public static string Stamp(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);
}
