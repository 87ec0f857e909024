using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>The account's API: reads by id, lists by page, writes under a key, and Stripe's own refusals.</summary>
internal sealed class StripeAnswers(StripeState state, StripeEventLog events, StripeWrites writes, string key)
{
    private static readonly string[] Paging = ["limit", "starting_after", Expansion];

    private const string Expansion = "expand[]";

    private static readonly string[] Created = ["created[gte]", "created[lte]"];

    /// <summary>What is listed and read by id, by the word in its path.</summary>
    private static readonly Dictionary<string, string> Collections = new(StringComparer.Ordinal)
    {
        ["customers"] = "customer",
        ["invoices"] = "invoice",
        ["products"] = "product",
        ["prices"] = "price",
        ["subscriptions"] = "subscription",
        ["payment_intents"] = "payment_intent",
        ["charges"] = "charge",
        ["credit_notes"] = "credit_note",
        ["refunds"] = "refund",
        ["disputes"] = "dispute",
        ["balance_transactions"] = "balance_transaction",
        ["payouts"] = "payout",
    };

    /// <summary>By what each list can be restricted besides the time.</summary>
    private static readonly Dictionary<string, string[]> Filters = new(StringComparer.Ordinal)
    {
        ["customer"] = ["email"],
        ["product"] = ["active"],
        ["price"] = ["active", "currency", "product", "type"],
        ["subscription"] = ["customer", "status"],
        ["invoice"] = ["customer", "status"],
        ["payment_intent"] = ["customer"],
        ["charge"] = ["customer", "payment_intent"],
        ["credit_note"] = ["customer", "invoice"],
        ["refund"] = ["charge", "payment_intent"],
        ["dispute"] = ["charge", "payment_intent"],
        ["balance_transaction"] = ["currency", "payout", "source", "type"],
        ["payout"] = ["status"],
    };

    private readonly StripeExpansion expansion = new(state);
    private long requests;

    public HttpResponseMessage Answer(HttpRequestMessage request)
    {
        var (status, body) = Judge(request, out var isReplay);
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (isReplay)
        {
            response.Headers.TryAddWithoutValidation("Idempotent-Replayed", "true");
        }

        // On a wire the header has whole seconds; a caller in-process must see no more.
        response.Headers.Date = DateTimeOffset.FromUnixTimeSeconds(state.Now);
        response.Headers.TryAddWithoutValidation("Request-Id", string.Create(CultureInfo.InvariantCulture, $"req_{++requests:D14}"));
        response.Headers.TryAddWithoutValidation("Stripe-Version", StripeForms.ApiVersion);
        return response;
    }

    private Reply Judge(HttpRequestMessage request, out bool isReplay)
    {
        isReplay = false;
        if (request.Headers.Authorization is not { Scheme: "Bearer", Parameter: { } given })
        {
            return Refuse(HttpStatusCode.Unauthorized, null, "You did not provide an API key.");
        }

        if (given != key)
        {
            return Refuse(HttpStatusCode.Unauthorized, null, "Invalid API Key provided: sk_test_****");
        }

        if (request.Headers.TryGetValues("Stripe-Version", out var versions) && versions.Single() != StripeForms.ApiVersion)
        {
            return Refuse(HttpStatusCode.BadRequest, null, "Invalid Stripe API version");
        }

        // Whoever hosts it may put it under a path of theirs; its own begins at the version.
        var parts = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString);
        var path = parts.SkipWhile(part => part != "v1").ToArray();
        if (request.Method == HttpMethod.Post && path is ["v1", "customers"] or ["v1", "customers", _])
        {
            using var form = new StreamReader(request.Content!.ReadAsStream());
            var text = form.ReadToEnd();
            var idempotencyKey = request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null;
            return writes.Answer(idempotencyKey, path.ElementAtOrDefault(2), text, Query(text), out isReplay);
        }

        if (request.Method != HttpMethod.Get)
        {
            return Unrecognised(request);
        }

        var query = Query(request.RequestUri.Query);
        return path switch
        {
            ["v1", "events"] => ShowEvents(query),
            ["v1", "events", var id] => events.Events.FirstOrDefault(logged => logged.Id == id) is { } found
                ? new Reply(HttpStatusCode.OK, found.Json)
                : Missing("event", id),
            ["v1", ("invoices" or "credit_notes") and var collection, var id, "lines"] => ShowLines(collection, id, query),
            ["v1", "subscription_items"] => ShowItems(query),
            ["v1", "invoice_payments"] => ShowApplications(query),
            ["v1", var collection] when Collections.TryGetValue(collection, out var entity) => ShowAll(entity, collection, query),
            ["v1", var collection, var id] when Collections.TryGetValue(collection, out var entity) => Show(entity, id, query),
            _ => Unrecognised(request),
        };
    }

    private Reply Show(string entity, string id, Dictionary<string, string> query)
    {
        if (Unknown(query, [Expansion]) is { } refused)
        {
            return refused;
        }

        if (state.Find(entity, id) is not { } record)
        {
            return Missing(entity, id);
        }

        var view = state.View(entity, record);
        return Array.Find(Expanded(query), field => !expansion.Expand(entity, field, view)) is { } refusedField
            ? CannotExpand(refusedField)
            : new Reply(HttpStatusCode.OK, view.ToJsonString());
    }

    /// <summary>A list of records, newest first.</summary>
    private Reply ShowAll(string entity, string collection, Dictionary<string, string> query)
    {
        if (Unknown(query, [.. Paging, .. Created, .. Filters.GetValueOrDefault(entity, [])]) is { } refused)
        {
            return refused;
        }

        if (!Period(query, out var from, out var until))
        {
            return BadTime();
        }

        var named = Filters.GetValueOrDefault(entity, []).Where(query.ContainsKey).ToList();
        var found = new List<(string, string)>();
        foreach (var record in state.All(entity).Values.Reverse())
        {
            if (
                record.Number("created") < from
                || record.Number("created") > until
                || !named.TrueForAll(name => Is(record, name, query[name]))
                || !IsShownUnasked(entity, record, query)
            )
            {
                continue;
            }

            var view = state.View(entity, record);
            if (Array.Find(Expanded(query), field => !ExpandEntry(entity, field, view)) is { } refusedField)
            {
                return CannotExpand(refusedField);
            }

            // Those that were deleted can be read, but are on no list.
            if (view["deleted"] is null)
            {
                found.Add((record.Text("id"), view.ToJsonString()));
            }
        }

        return List(found, $"/v1/{collection}", query);
    }

    private bool Is(JsonObject record, string name, string value) =>
        name == "payout"
            ? state.PayoutOf.GetValueOrDefault(record.Text("id")) == value
            : name == "status" && value == "all" || record[name]?.ToString() == value;

    /// <summary>Neither prices that were taken from sale nor subscriptions that were cancelled are listed unless they are asked for.</summary>
    private static bool IsShownUnasked(string entity, JsonObject record, Dictionary<string, string> query) =>
        entity switch
        {
            "price" => query.ContainsKey("active") || record["active"]!.GetValue<bool>(),
            "subscription" => query.ContainsKey("status") || record.Text("status") != "canceled",
            _ => true,
        };

    private static string[] Expanded(Dictionary<string, string> query) => query.GetValueOrDefault(Expansion)?.Split(',') ?? [];

    private bool ExpandEntry(string entity, string field, JsonObject view) =>
        field.StartsWith("data.", StringComparison.Ordinal) && expansion.Expand(entity, field["data.".Length..], view);

    private static Reply CannotExpand(string expand) =>
        Refuse(HttpStatusCode.BadRequest, null, $"This property cannot be expanded ({expand}).");

    private Reply ShowLines(string collection, string id, Dictionary<string, string> query)
    {
        if (state.Find(Collections[collection], id) is not { } document)
        {
            return Missing(Collections[collection], id);
        }

        var lines = document.Lines().Select(line => (line!.AsObject().Text("id"), line.ToJsonString()));
        return Unknown(query, Paging) ?? List(lines, $"/v1/{collection}/{id}/lines", query);
    }

    private Reply ShowApplications(Dictionary<string, string> query)
    {
        var payment = query.GetValueOrDefault("payment[payment_intent]");
        var invoice = query.GetValueOrDefault("invoice");
        var kept = payment is null ? state.All("invoice_payment").Values : state.Applications(payment).AsEnumerable();
        var found = kept.Reverse()
            .Where(applied => invoice is null || applied.Text("invoice") == invoice)
            .Select(applied => (applied.Text("id"), applied.ToJsonString()));
        return Unknown(query, [.. Paging, "payment[type]", "payment[payment_intent]", "invoice", "status"])
            ?? List(found, "/v1/invoice_payments", query);
    }

    private Reply ShowItems(Dictionary<string, string> query)
    {
        if (Unknown(query, [.. Paging, "subscription"]) is { } refused)
        {
            return refused;
        }

        if (query.GetValueOrDefault("subscription") is not { } id || state.Find("subscription", id) is not { } subscription)
        {
            return Missing("subscription", query.GetValueOrDefault("subscription", ""));
        }

        var found = new List<(string, string)>();
        foreach (var view in StripeSubscribing.Items(subscription).Select(state.ViewItem))
        {
            if (Array.Find(Expanded(query), field => !ExpandEntry("subscription_item", field, view)) is { } refusedField)
            {
                return CannotExpand(refusedField);
            }

            found.Add((view.Text("id"), view.ToJsonString()));
        }

        return List(found, "/v1/subscription_items", query);
    }

    private Reply ShowEvents(Dictionary<string, string> query)
    {
        if (Unknown(query, [.. Paging, .. Created, "type"]) is { } refused)
        {
            return refused;
        }

        if (!Period(query, out var from, out var until))
        {
            return BadTime();
        }

        var type = query.GetValueOrDefault("type");
        var found = NewestFirst(from)
            .Where(logged => logged.Created <= until && (type is null || logged.Type == type))
            .Select(logged => (logged.Id, logged.Json));
        return List(found, "/v1/events", query);
    }

    private IEnumerable<LoggedEvent> NewestFirst(long from)
    {
        for (var index = events.Events.Count - 1; index >= 0; index--)
        {
            if (events.Events[index].Created >= from)
            {
                yield return events.Events[index];
            }
        }
    }

    private static Reply List(IEnumerable<(string Id, string Json)> all, string url, Dictionary<string, string> query)
    {
        if (!Whole(query, "limit", 10, out var limit) || limit is < 1 or > 100)
        {
            return Refuse(HttpStatusCode.BadRequest, "parameter_invalid_integer", "This value must be between 1 and 100.");
        }

        var rest = all;
        if (query.GetValueOrDefault("starting_after") is { } after)
        {
            var known = all.ToList();
            var anchor = known.FindIndex(entry => entry.Id == after);
            if (anchor < 0)
            {
                return Refuse(HttpStatusCode.BadRequest, "resource_missing", $"No such object: '{after}'");
            }

            rest = known.Skip(anchor + 1);
        }

        var page = rest.Take((int)limit + 1).ToList();
        var data = string.Join(',', page.Take((int)limit).Select(entry => entry.Json));
        var more = page.Count > limit ? "true" : "false";
        return new Reply(HttpStatusCode.OK, $$"""{"object":"list","data":[{{data}}],"has_more":{{more}},"url":"{{url}}"}""");
    }

    private static Dictionary<string, string> Query(string query)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var halves = pair.Split('=', 2);
            var (name, value) = (WebUtility.UrlDecode(halves[0]), halves.Length == 2 ? WebUtility.UrlDecode(halves[1]) : "");
            // What is a list may be asked for several times, and with or without a number in its brackets.
            name = name == "expand[0]" ? Expansion : name;
            found[name] = name == Expansion && found.TryGetValue(name, out var before) ? $"{before},{value}" : value;
        }

        return found;
    }

    private static bool Whole(Dictionary<string, string> query, string name, long absent, out long value)
    {
        value = absent;
        return !query.TryGetValue(name, out var text)
            || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private static bool Period(Dictionary<string, string> query, out long from, out long until)
    {
        until = long.MaxValue;
        return Whole(query, "created[gte]", long.MinValue, out from) && Whole(query, "created[lte]", long.MaxValue, out until);
    }

    private static Reply BadTime() =>
        Refuse(HttpStatusCode.BadRequest, "parameter_invalid_integer", "Invalid timestamp: must be an integer Unix timestamp");

    private static Reply? Unknown(Dictionary<string, string> query, IReadOnlyList<string> known) =>
        query.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? Refuse(HttpStatusCode.BadRequest, "parameter_unknown", $"Received unknown parameter: {unknown}")
            : null;

    private static Reply Unrecognised(HttpRequestMessage request) =>
        Refuse(HttpStatusCode.NotFound, null, $"Unrecognized request URL ({request.Method}: {request.RequestUri!.AbsolutePath}).");

    public static Reply Missing(string entity, string id) =>
        Refuse(HttpStatusCode.NotFound, "resource_missing", $"No such {entity}: '{id}'");

    public static Reply Refuse(HttpStatusCode status, string? code, string message, string type = "invalid_request_error")
    {
        var error = new JsonObject { ["message"] = message, ["type"] = type };
        if (code is not null)
        {
            error["code"] = code;
        }

        return new Reply(status, new JsonObject { ["error"] = error }.ToJsonString());
    }
}

/// <summary>What is answered: status and JSON.</summary>
internal sealed record Reply(HttpStatusCode Status, string Body);
