using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.NetSuite;

/// <summary>Status, code and text → <see cref="Fault"/>. README, "What an answer means", is the same table with its sources.</summary>
internal static class NetSuiteFaults
{
    private const int LongestText = 300;
    private const int LongestCode = 60;
    private const int ShortestScrubbed = 4;

    private static readonly string[] SlowDown =
    [
        "CONCURRENCY_LIMIT_EXCEEDED",
        "CONCURRENCY_LIMIT",
        "SSS_REQUEST_LIMIT_EXCEEDED",
        "WS_REQUEST_BLOCKED",
        "WS_CONCUR_SESSION_DISALLWD",
    ];

    private static readonly string[] Changed = ["RCRD_HAS_BEEN_CHANGED"];
    private static readonly string[] Duplicate = ["DUP_RCRD", "DUP_ENTITY", "DUP_ITEM", "RCRD_ALREADY_EXISTS"];
    private static readonly string[] DuplicateTexts = ["this entity already exists", "this record already exists"];
    private static readonly string[] Closed = ["CLOSED_TRAN_PRD", "PERIOD_CLOSED"];
    private static readonly string[] ClosedTexts =
    [
        "in a closed period",
        "period is closed",
        "period is locked",
        "in a locked period",
        "not within an open accounting period",
        "for the following field: postingperiod",
    ];

    // The posting period defaults to an open one where the date's own is closed; the date is then outside of it.
    private const string DateOutsidePeriod = "not within the date range of your accounting period";
    private const string MismatchCode = "DATEPERIODMISMATCH";

    /// <summary>What an answer that is no success means. <paramref name="unspeakable"/>: texts that must not be repeated.</summary>
    public static Fault Of(VendorAnswer answer, DateTimeOffset now, bool isWrite, IEnumerable<string> unspeakable)
    {
        var (code, raw) = ErrorOf(answer);
        var text = Scrub(raw, unspeakable);
        var status = (int)answer.Status;
        if (status == 429 || Is(code, SlowDown))
        {
            return new Fault.RateLimited(answer.RetryAfter(now), text);
        }

        if (Is(code, Changed))
        {
            return new Fault.Conflict(text);
        }

        return status switch
        {
            401 => new Fault.Unauthorized(text),
            409 or 412 => new Fault.Conflict(text),
            // Whoever answers 5xx may have let the write through before; "unavailable" of a proxy is no exception.
            408 or >= 500 when isWrite => new Fault.Ambiguous($"HTTP {status.ToString(CultureInfo.InvariantCulture)}: {text}"),
            503 => new Fault.Unavailable(text),
            408 or >= 500 => new Fault.Transient($"HTTP {status.ToString(CultureInfo.InvariantCulture)}: {text}"),
            _ => new Fault.Rejected(code, text),
        };
    }

    /// <summary>Whether a success carries an error all the same.</summary>
    public static bool IsError(VendorAnswer answer) =>
        !answer.IsSuccess || NetSuiteRecords.Parse(answer.Body)?["o:errorDetails"] is JsonArray { Count: > 0 };

    /// <summary>Whether the document was refused because of its accounting period.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="namesPeriod">Whether the request named a posting period: then a date outside of it is a preference of the account, not a closed period.</param>
    public static bool IsClosedPeriod(VendorAnswer answer, bool namesPeriod)
    {
        var (code, text) = ErrorOf(answer);
        return IsRefusal(answer)
            && (
                Is(code, Closed)
                || Mentions(text, ClosedTexts)
                || (!namesPeriod && (code == MismatchCode || Mentions(text, [DateOutsidePeriod])))
            );
    }

    /// <summary>Whether the record was refused because it, or one of its name, is already there.</summary>
    public static bool IsDuplicate(VendorAnswer answer)
    {
        var (code, text) = ErrorOf(answer);
        return IsRefusal(answer) && (Is(code, Duplicate) || Mentions(text, DuplicateTexts));
    }

    // 2xx with an error in its body included.
    private static bool IsRefusal(VendorAnswer answer) => (int)answer.Status is 400 or (>= 200 and < 300);

    private static bool Is(string code, string[] codes) =>
        Array.Exists(codes, candidate => string.Equals(candidate, code, StringComparison.OrdinalIgnoreCase));

    private static bool Mentions(string text, string[] phrases) =>
        Array.Exists(phrases, phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase));

    private static (string Code, string Text) ErrorOf(VendorAnswer answer)
    {
        var status = $"HTTP {((int)answer.Status).ToString(CultureInfo.InvariantCulture)}";
        if (NetSuiteRecords.Parse(answer.Body) is not { } body)
        {
            return (status, "the answer says no more");
        }

        var details = body["o:errorDetails"] is JsonArray list ? list.OfType<JsonObject>().ToList() : [];
        var code = details.Select(detail => NetSuiteRecords.Text(detail, "o:errorCode")).FirstOrDefault(one => one is not null);
        var texts = details.Select(detail => NetSuiteRecords.Text(detail, "detail")).OfType<string>().ToList();
        var text = texts.Count > 0 ? string.Join(' ', texts) : NetSuiteRecords.Text(body, "title");
        return (Cut(code ?? NetSuiteRecords.Text(body, "o:errorCode") ?? status, LongestCode), text ?? "the answer says no more");
    }

    /// <summary>What a fault must not repeat of a request: every text in it but ids, which say nothing of anybody.</summary>
    public static IEnumerable<string> TextsOf(JsonNode? node) =>
        node switch
        {
            JsonObject members => members.Where(member => member.Key != "id").SelectMany(member => TextsOf(member.Value)),
            JsonArray items => items.SelectMany(TextsOf),
            JsonValue value when value.TryGetValue(out string? text) => [text],
            _ => [],
        };

    // NetSuite quotes what it refuses: names, addresses, descriptions. The longest go first, so that no part of one is left.
    private static string Scrub(string text, IEnumerable<string> unspeakable)
    {
        var scrubbed = text;
        foreach (
            var word in unspeakable
                .Where(word => word.Length >= ShortestScrubbed)
                .OrderByDescending(word => word.Length)
                .ThenBy(word => word, StringComparer.Ordinal)
        )
        {
            scrubbed = scrubbed.Replace(word, "…", StringComparison.OrdinalIgnoreCase);
        }

        return Cut(scrubbed, LongestText);
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}
