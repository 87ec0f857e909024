using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Paperbox;

/// <summary>A pretend Paperbox: accounts, the log of their events, and the answers that it keeps under idempotency keys.</summary>
public sealed class PretendPaperbox(VendorSetup setup) : IPretendVendor
{
    private static readonly string[] Fields = ["number", "name", "email", "currency", "tax", "active", "reference"];

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, JsonObject> accounts = new(StringComparer.Ordinal);
    private readonly List<JsonObject> events = [];
    private readonly Dictionary<string, (string Account, DateTimeOffset At)> keys = new(StringComparer.Ordinal);
    private int told;

    /// <inheritdoc />
    public IReadOnlyList<string> Roles { get; } = ["billing"];

    /// <inheritdoc />
    public IReadOnlyDictionary<string, string> Credentials { get; } = new Dictionary<string, string> { ["apiKey"] = $"pbx_{setup.System}" };

    /// <inheritdoc />
    public IReadOnlyList<string> Entities { get; } = ["account"];

    /// <inheritdoc />
    public HttpResponseMessage Answer(HttpRequestMessage request)
    {
        lock (gate)
        {
            if (request.Headers.Authorization?.ToString() != $"Bearer {Credentials["apiKey"]}")
            {
                return Refuse(HttpStatusCode.Unauthorized, "key_unknown");
            }

            string[] path = [.. request.RequestUri!.AbsolutePath.Trim('/').Split('/').Select(Uri.UnescapeDataString)];
            return (request.Method.Method, path) switch
            {
                ("GET", ["v1", "accounts"]) => List(QueryOf(request)),
                ("GET", ["v1", "events"]) => Log(QueryOf(request)),
                ("GET", ["v1", "accounts", var id]) => accounts.TryGetValue(id, out var account) ? Json(account) : NoAccount(),
                ("POST", ["v1", "accounts"]) => Write(request, null),
                ("PATCH", ["v1", "accounts", var id]) => accounts.ContainsKey(id) ? Write(request, id) : NoAccount(),
                _ => Refuse(HttpStatusCode.NotFound, "no_such_page"),
            };
        }
    }

    /// <inheritdoc />
    public JsonArray? Records(string entity)
    {
        lock (gate)
        {
            return IsAccount(entity) ? [.. accounts.Values.Select(account => account.DeepClone())] : null;
        }
    }

    /// <inheritdoc />
    public JsonObject? Put(string entity, JsonObject record)
    {
        lock (gate)
        {
            var id = record["id"]?.GetValue<string>();
            var given = record.Where(field => field.Key != "id").ToDictionary(field => field.Key, field => field.Value?.DeepClone());
            var fields = new JsonObject(given);
            if (Unknown(fields) is { } unknown)
            {
                throw new ArgumentException($"an account has no {unknown}", nameof(record));
            }

            return IsAccount(entity) ? (JsonObject)Save(id, fields).DeepClone() : null;
        }
    }

    /// <summary>Deletes an account: what is left of it says so.</summary>
    public void Delete(string id)
    {
        lock (gate)
        {
            accounts[id]["deleted"] = true;
            Tell(id, "account.deleted");
        }
    }

    /// <inheritdoc />
    public HttpRequestMessage? Webhook(string entity, string id)
    {
        lock (gate)
        {
            var last = events.FindLast(happened => happened["account"]!.GetValue<string>() == id);
            return IsAccount(entity) && last is not null ? Sign(last) : null;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<HttpRequestMessage> TakeWebhooks()
    {
        lock (gate)
        {
            HttpRequestMessage[] due = [.. events.Skip(told).Select(Sign)];
            told = events.Count;
            return due;
        }
    }

    /// <inheritdoc />
    public Book Book()
    {
        lock (gate)
        {
            return new Book([.. accounts.Values.Select(BookOf)], [], []);
        }
    }

    private static BookAccount BookOf(JsonObject account) =>
        new(
            account["id"]!.GetValue<string>(),
            account["number"]!.GetValue<string>(),
            account["name"]!.GetValue<string>(),
            account["email"]?.GetValue<string>(),
            account["active"]!.GetValue<bool>()
        );

    private HttpResponseMessage Write(HttpRequestMessage request, string? id)
    {
        if (!request.Headers.TryGetValues("Idempotency-Key", out var given))
        {
            return Refuse(HttpStatusCode.BadRequest, "key_missing");
        }

        var (key, now) = (given.First(), setup.Now());
        if (keys.TryGetValue(key, out var kept) && now - kept.At < TimeSpan.FromHours(24))
        {
            return Json(accounts[kept.Account]);
        }

        if (Parse(request) is not { } fields || Unknown(fields) is not null)
        {
            return Refuse(HttpStatusCode.UnprocessableContent, "account_malformed");
        }

        var saved = Save(id, fields);
        keys[key] = (saved["id"]!.GetValue<string>(), now);
        return Json(saved);
    }

    private static JsonObject? Parse(HttpRequestMessage request)
    {
        using var reader = new StreamReader(request.Content!.ReadAsStream(), Encoding.UTF8);
        try
        {
            return JsonNode.Parse(reader.ReadToEnd()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Unknown(JsonObject given) => given.FirstOrDefault(field => !Fields.Contains(field.Key)).Key;

    private JsonObject Save(string? id, JsonObject given)
    {
        var isNew = id is null || !accounts.ContainsKey(id);
        id ??= string.Create(CultureInfo.InvariantCulture, $"acct_{accounts.Count + 1:D4}");
        if (isNew)
        {
            accounts[id] = new JsonObject
            {
                ["id"] = id,
                ["number"] = id,
                ["name"] = id,
                ["tax"] = "charged",
                ["active"] = true,
            };
        }

        foreach (var (name, value) in given)
        {
            accounts[id][name] = value?.DeepClone();
        }

        Tell(id, isNew ? "account.created" : "account.updated");
        return accounts[id];
    }

    private void Tell(string id, string type)
    {
        var at = setup.Now().ToString("O", CultureInfo.InvariantCulture);
        accounts[id]["updated_at"] = at;
        var eventId = string.Create(CultureInfo.InvariantCulture, $"evt_{events.Count + 1:D6}");
        events.Add(
            new JsonObject
            {
                ["id"] = eventId,
                ["type"] = type,
                ["at"] = at,
                ["account"] = id,
            }
        );
    }

    private HttpResponseMessage List(Dictionary<string, string> query)
    {
        var found = accounts.Values.Where(account => account["reference"]?.GetValue<string>() == query.GetValueOrDefault("reference"));
        return Json(new JsonObject { ["data"] = new JsonArray([.. found.Select(account => account.DeepClone())]) });
    }

    private HttpResponseMessage Log(Dictionary<string, string> query)
    {
        var (from, until) = (Instant(query["from"]), Instant(query["until"]));
        var after = query.GetValueOrDefault("after", "");
        JsonObject[] left =
        [
            .. events.Where(happened =>
                string.CompareOrdinal(happened["id"]!.GetValue<string>(), after) > 0 && IsIn(happened, from, until)
            ),
        ];
        var page = left.Take(int.Parse(query["limit"], CultureInfo.InvariantCulture)).ToArray();
        var data = new JsonArray([.. page.Select(happened => happened.DeepClone())]);
        return Json(new JsonObject { ["data"] = data, ["more"] = page.Length < left.Length });
    }

    private static bool IsIn(JsonObject happened, DateTimeOffset from, DateTimeOffset until)
    {
        var at = DateTimeOffset.Parse(happened["at"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        return at >= from && at <= until;
    }

    private static DateTimeOffset Instant(string milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(milliseconds, CultureInfo.InvariantCulture));

    private HttpRequestMessage Sign(JsonObject happened)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes<JsonNode>(happened);
        var timestamp = setup.Now().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body];
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(setup.WebhookSecret!), signed);
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Paperbox-Timestamp", timestamp);
        request.Headers.Add("Paperbox-Signature", Convert.ToHexStringLower(signature));
        return request;
    }

    private static bool IsAccount(string entity) =>
        entity.Equals("account", StringComparison.OrdinalIgnoreCase) || entity.Equals("BillingAccount", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> QueryOf(HttpRequestMessage request) =>
        request
            .RequestUri!.Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);

    private HttpResponseMessage NoAccount() => Refuse(HttpStatusCode.NotFound, "account_not_found");

    private HttpResponseMessage Refuse(HttpStatusCode status, string code) =>
        Json(new JsonObject { ["error"] = new JsonObject { ["code"] = code } }, status);

    private HttpResponseMessage Json(JsonObject body, HttpStatusCode status = HttpStatusCode.OK)
    {
        var response = new HttpResponseMessage(status)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        response.Headers.Date = setup.Now();
        return response;
    }
}
