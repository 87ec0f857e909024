using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>A pretend NetSuite account: the REST record service, SuiteQL and both ways to sign in, over books of its own.</summary>
public sealed class PretendNetSuite : IPlaysErp, IDisposable
{
    private const string Service = "/services/rest/";
    private const int PageLimit = 1000;

    private readonly Lock gate = new();
    private readonly NetSuiteAccount account;
    private readonly NetSuiteDoor door;

    /// <summary>An empty account in which every period is open.</summary>
    public PretendNetSuite(VendorSetup setup)
    {
        account = new NetSuiteAccount(setup);
        door = new NetSuiteDoor(setup.System, setup.Now);
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Roles { get; } = ["erp"];

    /// <summary>Those of token-based authentication, whose signatures a clock and a seed determine.</summary>
    public IReadOnlyDictionary<string, string> Credentials => door.TokenBased;

    /// <summary>Those of the OAuth 2.0 client-credentials flow: the other way to sign in.</summary>
    public IReadOnlyDictionary<string, string> ClientCredentials => door.ClientCredentials;

    /// <inheritdoc />
    public IReadOnlyList<string> Entities { get; } = [.. NetSuiteForms.All.Select(form => form.Type)];

    /// <inheritdoc />
    public HttpResponseMessage Answer(HttpRequestMessage request)
    {
        lock (gate)
        {
            var uri = request.RequestUri!;
            var start = uri.AbsolutePath.IndexOf(Service, StringComparison.Ordinal);
            var path = start < 0 ? [] : uri.AbsolutePath[(start + Service.Length)..].Split('/').Select(Uri.UnescapeDataString).ToArray();
            var root = new Uri(uri, start < 0 ? "/" : uri.AbsolutePath[..(start + Service.Length)]);
            var body = ReadBody(request);
            if (path is ["auth", "oauth2", "v1", "token"] && request.Method == HttpMethod.Post)
            {
                return door.Token(body);
            }

            return door.Check(request) is { } refusal ? NetSuitePages.Refused(refusal) : Serve(request, root, path, body);
        }
    }

    private HttpResponseMessage Serve(HttpRequestMessage request, Uri root, string[] path, string body) =>
        path switch
        {
            ["query", "v1", "suiteql"] when request.Method == HttpMethod.Post => Query(request, root, body),
            ["record", "v1", var type, var target] when Exact(type) is { } form => OnRecord(request, root, form, target, body),
            ["record", "v1", var type, ..] => Refuse(404, "NONEXISTENT_RECORD_TYPE", $"Record '{Short(type)}' was not found."),
            _ => Refuse(404, "INVALID_URL", "The resource was not found. Provide a valid URL."),
        };

    private HttpResponseMessage OnRecord(HttpRequestMessage request, Uri root, Form form, string target, string body)
    {
        const string external = "eid:";
        var externalId = target.StartsWith(external, StringComparison.Ordinal) ? target[external.Length..] : null;
        var record = externalId is null ? account.ById(form, target) : account.ByExternalId(form, externalId);
        var query = QueryOf(request.RequestUri!);
        if (request.Method == HttpMethod.Put && externalId is { Length: > 0 })
        {
            return Save(form, record, externalId, body, query, root);
        }

        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Patch)
        {
            return Refuse(405, "METHOD_NOT_ALLOWED", "The method is not allowed for this resource. An upsert needs an external ID.");
        }

        if (record is null)
        {
            var which = externalId is null
                ? "The record instance does not exist."
                : $"The record instance for external ID '{Short(externalId)}' does not exist.";
            return Refuse(404, "NONEXISTENT_ID", $"{which} Provide a valid record instance ID.");
        }

        return request.Method == HttpMethod.Patch
            ? Save(form, record, null, body, query, root)
            : NetSuitePages.Json(
                HttpStatusCode.OK,
                NetSuitePages.Record(root, account, record, query.GetValueOrDefault("expandSubResources") == "true"),
                "application/vnd.oracle.resource+json; type=singular"
            );
    }

    private HttpResponseMessage Save(
        Form form,
        NetSuiteRecord? record,
        string? externalId,
        string body,
        Dictionary<string, string> query,
        Uri root
    )
    {
        if (Parse(body) is not { } fields)
        {
            return NetSuitePages.Refused(Refusal.Content("", "The body is not a JSON object."));
        }

        var replace = query.GetValueOrDefault("replace", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(replace, name => form.Fields.GetValueOrDefault(name)?.Kind != FieldKind.Lines) is { } unknown)
        {
            return Refuse(
                400,
                "INVALID_PARAMETER",
                $"The value '{Short(unknown)}' of the query parameter 'replace' is not a sublist of this record."
            );
        }

        if (NetSuiteForms.Read(fields, form.Fields, "", out var clean) is { } unread)
        {
            return NetSuitePages.Refused(unread);
        }

        var (saved, refused) = account.Save(form, record, externalId, clean, replace);
        return saved is null ? NetSuitePages.Refused(refused!) : NetSuitePages.Saved(root, saved);
    }

    private static Refusal? ReadQuery(HttpRequestMessage request, string body, out string sql)
    {
        sql = "";
        if (!request.Headers.TryGetValues("Prefer", out var prefer) || !prefer.Contains("transient", StringComparer.Ordinal))
        {
            return new Refusal(
                400,
                "INVALID_HEADER",
                "The required request header 'Prefer' is missing or its value is not valid. Use the value 'transient'."
            );
        }

        if (Parse(body) is not { Count: 1 } parsed || parsed["q"] is not JsonValue text || !text.TryGetValue(out string? words))
        {
            return Refusal.Content("q", "The body holds one property, 'q'.");
        }

        sql = words;
        return null;
    }

    private HttpResponseMessage Query(HttpRequestMessage request, Uri root, string body)
    {
        if (ReadQuery(request, body, out var sql) is { } unread)
        {
            return NetSuitePages.Refused(unread);
        }

        var query = QueryOf(request.RequestUri!);
        if (
            !Bound(query, "limit", PageLimit, out var limit)
            || !Bound(query, "offset", 0, out var offset)
            || limit is < 1 or > PageLimit
            || offset % limit != 0
        )
        {
            return Refuse(400, "INVALID_PARAMETER", "The limit is between 1 and 1000, and the offset is divisible by it.");
        }

        var (rows, problem) = NetSuiteTables.Run(account, sql);
        if (rows is null)
        {
            return Refuse(
                400,
                "INVALID_PARAMETER",
                $"Invalid search query. Detailed unprocessed description follows. Search error occurred: {problem}"
            );
        }

        var self =
            $"{root.AbsoluteUri}query/v1/suiteql?limit={limit.ToString(CultureInfo.InvariantCulture)}&offset={offset.ToString(CultureInfo.InvariantCulture)}";
        var page = new JsonArray([.. rows.Skip(offset).Take(limit)]);
        return NetSuitePages.Json(
            HttpStatusCode.OK,
            NetSuitePages.Collection(self, page, offset, rows.Count),
            "application/vnd.oracle.resource+json; type=collection"
        );
    }

    /// <inheritdoc />
    public JsonArray? Records(string entity)
    {
        lock (gate)
        {
            return NetSuiteForms.Find(entity) is { } form
                ? new JsonArray([.. account.All(form).Select(record => NetSuitePages.Record(HandRoot, account, record, expand: true))])
                : null;
        }
    }

    /// <inheritdoc />
    public JsonObject? Put(string entity, JsonObject record)
    {
        lock (gate)
        {
            if (NetSuiteForms.Find(entity) is not { } form)
            {
                return null;
            }

            var fields = (JsonObject)JsonNode.Parse(record.ToJsonString())!;
            var existing = fields["id"]?.ToString() is { } id ? account.ById(form, id) : null;
            fields.Remove("id");
            fields.Remove("links");
            DropComputed(form, fields, existing);
            if (NetSuiteForms.Read(fields, form.Fields, "", out var clean) is { } unread)
            {
                throw new ArgumentException($"{unread.Path}: {unread.Detail}", nameof(record));
            }

            string[] lists = [.. form.Fields.Where(field => field.Value.Kind == FieldKind.Lines).Select(field => field.Key)];
            var (saved, refused) = account.Save(form, existing, null, clean, lists);
            return saved is null
                ? throw new ArgumentException($"{refused!.Path}: {refused.Detail}", nameof(record))
                : NetSuitePages.Record(HandRoot, account, saved, expand: true);
        }
    }

    // A record read, changed and put back carries what the vendor computes; only a change of that is a mistake.
    private void DropComputed(Form form, JsonObject fields, NetSuiteRecord? existing)
    {
        var standing = existing is null ? null : NetSuitePages.Record(HandRoot, account, existing, expand: true);
        foreach (var name in form.Computed)
        {
            if (fields[name] is { } given && !JsonNode.DeepEquals(given, JsonNode.Parse(standing?[name]?.ToJsonString() ?? "null")))
            {
                throw new ArgumentException($"{name}: the vendor computes it", nameof(fields));
            }

            fields.Remove(name);
        }
    }

    /// <summary>NetSuite sends none.</summary>
    public HttpRequestMessage? Webhook(string entity, string id) => null;

    /// <summary>NetSuite sends none.</summary>
    public IReadOnlyList<HttpRequestMessage> TakeWebhooks() => [];

    /// <inheritdoc />
    public Book Book()
    {
        lock (gate)
        {
            return NetSuiteBook.Of(account);
        }
    }

    /// <inheritdoc />
    public void ClosePeriodsThrough(DateOnly day)
    {
        lock (gate)
        {
            foreach (var period in account.Periods.Where(period => period.Start <= day))
            {
                period.Closed = true;
            }
        }
    }

    /// <inheritdoc />
    public void OpenAllPeriods()
    {
        lock (gate)
        {
            foreach (var period in account.Periods)
            {
                period.Closed = false;
            }
        }
    }

    /// <inheritdoc />
    public string? ReceiveWire(string customer, long amount, string currency, string reference, string? text = null)
    {
        lock (gate)
        {
            if (account.PeriodOf(account.Today) is not { Closed: false })
            {
                return null;
            }

            var subsidiary = account.ById(NetSuiteForms.Customer, customer)!.Fields["subsidiary"]!.DeepClone();
            var receipt = new JsonObject
            {
                ["customer"] = new JsonObject { ["id"] = customer },
                ["currency"] = new JsonObject { ["id"] = NetSuiteLists.Currencies.First(known => known.Value.Code == currency).Key },
                ["subsidiary"] = subsidiary,
                ["payment"] = NetSuiteBook.Major(amount, currency),
                ["tranDate"] = account.Today.ToString("O", CultureInfo.InvariantCulture),
                ["checkNum"] = reference,
                ["memo"] = text ?? reference,
            };
            return Put(NetSuiteForms.Payment.Type, receipt)!["id"]!.ToString();
        }
    }

    /// <inheritdoc />
    public void Dispose() => door.Dispose();

    private static readonly Uri HandRoot = new("https://pretend.suitetalk.api.netsuite.com/services/rest/");

    private static Form? Exact(string type) => NetSuiteForms.All.FirstOrDefault(form => form.Type == type);

    private static HttpResponseMessage Refuse(int status, string code, string detail) =>
        NetSuitePages.Refused(new Refusal(status, code, detail));

    private static string Short(string text) => text.Length <= 60 ? text : text[..60];

    private static string ReadBody(HttpRequestMessage request)
    {
        using var reader = new StreamReader(request.Content?.ReadAsStream() ?? Stream.Null);
        return reader.ReadToEnd();
    }

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> QueryOf(Uri uri)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)))
        {
            query[Uri.UnescapeDataString(pair[0])] = pair.Length > 1 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : "";
        }

        return query;
    }

    private static bool Bound(Dictionary<string, string> query, string name, int otherwise, out int number)
    {
        number = otherwise;
        return !query.TryGetValue(name, out var text) || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
