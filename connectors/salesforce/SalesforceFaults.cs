using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// Status and Salesforce's own code → <see cref="Fault"/>. Source: developer.salesforce.com, REST API Developer Guide, "Status Codes and Error Responses";
/// README, "What an answer means", is the same table.
/// </summary>
internal static class SalesforceFaults
{
    // No answer says when a limit ends: that of a day is counted over the last 24 hours and frees itself little by little, that of long calls at once.
    private static readonly TimeSpan WaitForDay = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan WaitForOthers = TimeSpan.FromSeconds(20);

    private static readonly string[] NotSignedIn =
    [
        "INVALID_SESSION_ID",
        "INVALID_AUTH_HEADER",
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        "API_DISABLED_FOR_ORG",
        "ORG_LOCKED",
    ];

    private static readonly string[] NotNow = ["API_CURRENTLY_DISABLED"];

    // Nothing was done: a transaction is rolled back whole, and a query changes nothing.
    private static readonly string[] NotDone = ["UNABLE_TO_LOCK_ROW", "QUERY_TIMEOUT", "INVALID_QUERY_LOCATOR", "SERVER_BUSY"];

    private static readonly string[] Gone = ["NOT_FOUND", "ENTITY_IS_DELETED"];

    /// <summary>What an answer to a read that is no success means. <paramref name="unspeakable"/>: texts that must not be repeated.</summary>
    public static Fault OfRead(VendorAnswer answer, DateTimeOffset now, IEnumerable<string> unspeakable) =>
        Of(answer, now, isWrite: false, unspeakable);

    /// <summary>The same of a write: what may have happened is ambiguous.</summary>
    public static Fault OfWrite(VendorAnswer answer, DateTimeOffset now, IEnumerable<string> unspeakable) =>
        Of(answer, now, isWrite: true, unspeakable);

    /// <summary>Whether a session has ended, or never was: another try with a new one tells that from a refused client.</summary>
    public static bool IsSessionEnded(VendorAnswer answer) => answer.Status == HttpStatusCode.Unauthorized;

    /// <summary>Whether the answer is that there is no such row, or that it was deleted. A bare 404 may be a wrong address.</summary>
    public static bool IsGone(VendorAnswer answer) =>
        answer.Status == HttpStatusCode.NotFound && Is(SalesforceError.Of(answer, []).Code, Gone);

    private static Fault Of(VendorAnswer answer, DateTimeOffset now, bool isWrite, IEnumerable<string> unspeakable)
    {
        var (code, text) = SalesforceError.Of(answer, unspeakable);
        var status = (int)answer.Status;
        return (status, code) switch
        {
            (300, _) => new Fault.Rejected("several-records", "several rows bear the same external id: its field is not unique"),
            (429, _) => new Fault.RateLimited(answer.RetryAfter(now) ?? WaitForOthers, text),
            (_, "REQUEST_LIMIT_EXCEEDED") => new Fault.RateLimited(answer.RetryAfter(now) ?? WaitOf(text), text),
            (401, _) => new Fault.Unauthorized(text),
            (409 or 412, _) => new Fault.Conflict(text),
            (_, _) when Is(code, NotSignedIn) => new Fault.Unauthorized(text),
            (_, _) when Is(code, NotNow) => new Fault.Unavailable(text),
            // Whoever answers 5xx may have let the write through before; "unavailable" of a proxy is no exception.
            (408 or >= 500, _) when isWrite => new Fault.Ambiguous(text),
            (503, _) => new Fault.Unavailable(text),
            (408 or >= 500, _) => new Fault.Transient(text),
            (_, _) when Is(code, NotDone) => new Fault.Transient(text),
            _ => new Fault.Rejected(code, text),
        };
    }

    private static TimeSpan WaitOf(string text) =>
        text.Contains("Concurrent", StringComparison.OrdinalIgnoreCase) ? WaitForOthers : WaitForDay;

    private static bool Is(string code, string[] codes) => codes.Contains(code, StringComparer.Ordinal);
}

/// <summary>What Salesforce says went wrong, the first of its errors deciding; its texts cut and freed of anything like a secret or a person.</summary>
internal sealed partial record SalesforceError(string Code, string Text)
{
    private const int LongestText = 300;
    private const int LongestCode = 60;
    private const int ShortestScrubbed = 4;

    public static SalesforceError Of(VendorAnswer answer, IEnumerable<string> unspeakable)
    {
        var status = ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
        var errors = Errors(answer.Body);
        var code = errors.Count > 0 ? errors[0].Text("errorCode") : null;
        var texts = errors.Select(Sentence).Where(text => text.Length > 0).ToList();
        return new SalesforceError(
            Cut(code ?? $"http-{status}", LongestCode),
            Clean(texts.Count > 0 ? string.Join("; ", texts) : $"Salesforce answered {status}", unspeakable)
        );
    }

    // Errors of the data services are a list, of the sign-in and of gateways an object or none.
    private static List<JsonElement> Errors(ReadOnlyMemory<byte> body)
    {
        try
        {
            var parsed = JsonElement.Parse(body.Span);
            return parsed.ValueKind == JsonValueKind.Array
                ? [.. parsed.EnumerateArray().Where(error => error.ValueKind == JsonValueKind.Object)]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string Sentence(JsonElement error)
    {
        var text = error.Text("message") ?? "";
        var fields = error.Array("fields") is { } list
            ? string.Join(
                ", ",
                list.EnumerateArray().Where(field => field.ValueKind == JsonValueKind.String).Select(field => field.GetString())
            )
            : "";
        return fields.Length > 0 ? $"{text} ({fields})" : text;
    }

    // Salesforce quotes what it refuses. The longest go first, so that no part of one is left.
    private static string Clean(string text, IEnumerable<string> unspeakable)
    {
        var safe = text;
        foreach (var word in unspeakable.Where(word => word.Length >= ShortestScrubbed).OrderByDescending(word => word.Length))
        {
            safe = safe.Replace(word, "…", StringComparison.OrdinalIgnoreCase);
        }

        safe = Person().Replace(safe, "[email]");
        safe = Session().Replace(safe, "[session]");
        safe = Control().Replace(safe, " ");
        return Cut(safe, LongestText);
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];

    [GeneratedRegex(@"[\w.+-]+@[\w-]+\.[\w.-]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Person();

    /// <summary>A session id or access token: the organisation's id, an exclamation mark, and the rest.</summary>
    [GeneratedRegex(@"\b00D\w{12,15}!\S+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Session();

    [GeneratedRegex(@"\p{C}+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Control();
}
