using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>The account's event log, and the webhooks that tell of it.</summary>
internal sealed class StripeEventLog(VendorSetup setup, StripeState state)
{
    private static readonly HttpRequestOptionsKey<string> Description = new("description");

    private readonly List<LoggedEvent> log = [];
    private readonly Dictionary<string, LoggedEvent> latest = new(StringComparer.Ordinal);
    private readonly List<LoggedEvent> due = [];

    /// <summary>Every event, oldest first.</summary>
    public IReadOnlyList<LoggedEvent> Events => log;

    /// <summary>Logs that something happened to a record, with the record as it is now.</summary>
    public void Record(string type, string entity, JsonObject record, JsonObject? previous = null)
    {
        var created = state.Now;
        var body = StripeForms.New("event");
        body["id"] = state.NextId("evt");
        body["api_version"] = StripeForms.ApiVersion;
        body["created"] = created;
        body["type"] = type;
        body["data"] = new JsonObject { ["object"] = state.View(entity, record) };
        if (previous is { Count: > 0 })
        {
            body["data"]!["previous_attributes"] = previous;
        }

        var logged = new LoggedEvent(body.Text("id"), type, created, body.ToJsonString());
        log.Add(logged);
        latest[$"{entity}/{record.Text("id")}"] = logged;
        due.Add(logged);
    }

    /// <summary>The latest webhook about a record, signed now, or null where there was none.</summary>
    public HttpRequestMessage? Latest(string entity, string id) =>
        setup.WebhookSecret is { } secret && latest.TryGetValue($"{entity}/{id}", out var logged) ? Sign(logged, secret) : null;

    /// <summary>Takes the webhooks not yet sent. An account without an endpoint's secret has no endpoint and sends none.</summary>
    public IReadOnlyList<HttpRequestMessage> TakeDue()
    {
        var taken = setup.WebhookSecret is { } secret ? due.ConvertAll(logged => Sign(logged, secret)) : [];
        due.Clear();
        return taken;
    }

    private HttpRequestMessage Sign(LoggedEvent logged, string secret)
    {
        var seconds = state.Now.ToString(CultureInfo.InvariantCulture);
        var body = Encoding.UTF8.GetBytes(logged.Json);
        var signed = Encoding.UTF8.GetBytes($"{seconds}.{logged.Json}");
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/", UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf-8");
        request.Headers.TryAddWithoutValidation("Stripe-Signature", $"t={seconds},v1={mac}");
        request.Headers.TryAddWithoutValidation("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
        request.Options.Set(Description, $"{logged.Type} {logged.Id}");
        return request;
    }
}

/// <summary>One event as the log keeps it.</summary>
internal sealed record LoggedEvent(string Id, string Type, long Created, string Json);
