using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Zuora;
using QtcHub.Tests.Connectors.Conformance;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

/// <summary>A pretend tenant and requests to it, for tests. Whatever is said is kept, so that it can be held against the description.</summary>
internal sealed class ZuoraBench
{
    public const string Secret = "hub:callouts-of-the-tests";

    private string? token;
    private DateTimeOffset signedIn;

    public ZuoraBench(string? secret = Secret) => Tenant = new PretendZuora(new VendorSetup("zuora", () => Now, TimeZoneInfo.Utc, secret));

    public ZuoraBench(Func<Func<DateTimeOffset>, IPretendVendor> make) => Tenant = make(() => Now);

    public DateTimeOffset Now { get; set; } = Bench.Noon;

    public IPretendVendor Tenant { get; }

    public PretendZuora Zuora => (PretendZuora)Tenant;

    public List<Exchange> Said { get; } = [];

    public HttpResponseMessage? Last { get; private set; }

    public async Task<JsonObject> GetAsync(string path) => (await SendAsync("GET", path)).Body;

    public async Task<JsonObject> PostAsync(string path, string body, string? key = null) =>
        (await SendAsync("POST", path, body, key)).Body;

    public async Task<JsonObject> PutAsync(string path, string body = "{}") => (await SendAsync("PUT", path, body)).Body;

    /// <summary>What is refused, as the last two digits of the code; the status is 200 all the same.</summary>
    public async Task<string> RefusedAsync(string method, string path, string? body = null)
    {
        var (status, answer) = await SendAsync(method, path, body);
        Assert.Equal((200, false), (status, (bool)answer["success"]!));
        Assert.NotEmpty((string)answer["processId"]!);
        return ((string)answer["reasons"]![0]!["code"]!)[^2..];
    }

    public async Task<(int Status, JsonObject Body)> SendAsync(string method, string path, string? body = null, string? key = null)
    {
        var bearer = await SignInAsync();
        using var request = Request(method, path, body, bearer, key);
        return await AnswerAsync(request, body);
    }

    public static HttpRequestMessage Request(string method, string path, string? body, string? bearer, string? key = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri("https://rest.zuora.com" + path));
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }

    public async Task<(int Status, JsonObject Body)> AnswerAsync(HttpRequestMessage request, string? body)
    {
        Last = Tenant.Answer(request);
        var answer = JsonNode.Parse(await Last.Content.ReadAsStringAsync())!.AsObject();
        var uri = request.RequestUri!;
        var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0]);
        Said.Add(new Exchange(request.Method.Method, uri.AbsolutePath, [.. query], Parsed(body), (int)Last.StatusCode, answer.DeepClone()));
        return ((int)Last.StatusCode, answer);
    }

    public async Task<string> SignInAsync()
    {
        if (token is not null && Now < signedIn.AddSeconds(3000))
        {
            return token;
        }

        using var request = SignIn(Tenant.Credentials["clientSecret"]);
        var (status, body) = await AnswerAsync(request, null);
        Assert.Equal(200, status);
        signedIn = Now;
        return token = (string)body["access_token"]!;
    }

    public HttpRequestMessage SignIn(string secret) =>
        new(HttpMethod.Post, "https://rest.zuora.com/oauth/token")
        {
            Content = new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["client_id"] = Tenant.Credentials["clientId"],
                    ["client_secret"] = secret,
                    ["grant_type"] = "client_credentials",
                }
            ),
        };

    public async Task<JsonObject> AccountAsync(string currency = "EUR", string country = "DE", string? more = null) =>
        await PostAsync(
            "/v1/accounts",
            $$"""{"name":"Ada","currency":"{{currency}}","paymentTerm":"Net 30","billCycleDay":1,"soldToSameAsBillTo":true,"billToContact":{"firstName":"Ada","lastName":"Byron","country":"{{country}}","state":"California","workEmail":"ada@example.com"}{{more}}}"""
        );

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public async Task<JsonObject> PlanAsync(string name)
    {
        var products = await GetAsync("/v1/catalog/products");
        foreach (var product in products["products"]!.AsArray())
        {
            var plans = await GetAsync($"/v1/rateplan/{product!["id"]}/productRatePlan");
            if (plans["productRatePlans"]!.AsArray().FirstOrDefault(plan => (string?)plan!["name"] == name) is { } found)
            {
                return found.AsObject();
            }
        }

        throw new InvalidOperationException($"no plan {name}");
    }

    /// <summary>Orders a new subscription of a plan from a day on; gives the order's answer.</summary>
    public async Task<JsonObject> SubscribeAsync(string account, string plan, string from, string subscription = "S-1", string order = "")
    {
        var id = (string)(await PlanAsync(plan))["id"]!;
        var number = order.Length == 0 ? "" : $"\"orderNumber\":\"{order}\",";
        return await PostAsync(
            "/v1/orders",
            $$$"""
            {{{{number}}}"orderDate":"{{{from}}}","existingAccountNumber":"{{{account}}}","subscriptions":[{"orderActions":[{"type":"CreateSubscription",
            "createSubscription":{"subscriptionNumber":"{{{subscription}}}","terms":{"autoRenew":false,"initialTerm":{"period":12,"periodType":"Month","termType":"TERMED"},
            "renewalTerms":[{"period":12,"periodType":"Month"}]},"subscribeToRatePlans":[{"productRatePlanId":"{{{id}}}"}]}}]}]}
            """
        );
    }

    /// <summary>Orders one action on a subscription.</summary>
    public Task<(int Status, JsonObject Body)> AmendAsync(string account, string subscription, string day, string action) =>
        SendAsync(
            "POST",
            "/v1/orders",
            $$"""{"orderDate":"{{day}}","existingAccountNumber":"{{account}}","subscriptions":[{"subscriptionNumber":"{{subscription}}","orderActions":[{{action}}]}]}"""
        );

    /// <summary>Bills up to a day; gives the invoices' ids, oldest first.</summary>
    public async Task<string[]> BillAsync(string target)
    {
        await PostAsync("/v1/object/bill-run", $$"""{"InvoiceDate":"{{target}}","TargetDate":"{{target}}","AutoPost":true}""");
        return await IdsAsync("Invoice");
    }

    public async Task<string[]> IdsAsync(string name)
    {
        var found = await PostAsync("/v1/action/query", $$"""{"queryString":"select Id from {{name}}"}""");
        return [.. found["records"]!.AsArray().Select(record => (string)record!["Id"]!)];
    }

    private static JsonNode? Parsed(string? body)
    {
        try
        {
            return body is null ? null : JsonNode.Parse(body);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
