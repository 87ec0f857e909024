using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Status, and the last two digits of Zuora's code, which are its category → fault. Source: developer.zuora.com/docs/guides/error-codes and
/// /error-handling; README, "What an answer means", is the same table.
/// </summary>
internal static class ZuoraFaults
{
    private static readonly TimeSpan LongestReset = TimeSpan.FromHours(1);

    /// <summary>The fault of a read that was answered with an error.</summary>
    public static Fault OfRead(ZuoraError error, VendorAnswer answer, DateTimeOffset now) =>
        (error.Status, error.Category) switch
        {
            (HttpStatusCode.TooManyRequests, _) or (_, 70) => new Fault.RateLimited(WaitOf(answer, now), error.Text),
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) or (_, 10 or 11) => new Fault.Unauthorized(error.Text),
            (HttpStatusCode.ServiceUnavailable, _) => new Fault.Unavailable(error.Text),
            (HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or >= HttpStatusCode.InternalServerError, _) => new Fault.Transient(
                error.Text
            ),
            (_, 50 or (>= 60 and <= 69) or 99) => new Fault.Transient(error.Text),
            _ => new Fault.Rejected(error.Code, error.Text),
        };

    /// <summary>How long Zuora asks to wait, where it says.</summary>
    public static TimeSpan? WaitOf(VendorAnswer answer, DateTimeOffset now) => answer.RetryAfter(now) ?? Reset(answer);

    private static TimeSpan? Reset(VendorAnswer answer) =>
        answer.Headers.TryGetValues("ratelimit-reset", out var values)
        && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, (int)LongestReset.TotalSeconds))
            : null;
}

/// <summary>What Zuora says went wrong, its texts cut and freed of anything like a secret. A 200 can be a refusal.</summary>
internal sealed partial record ZuoraError(HttpStatusCode Status, string Code, string Text, bool IsRefusal, bool IsEmptyList)
{
    private const int MaxText = 300;
    private const int ShortestScrubbed = 4;

    /// <summary>
    /// A record that is not there: a code of the category "not found", or what the object operations answer in its place, an empty list with a 404. A
    /// bare 404 may be a wrong address.
    /// </summary>
    public bool IsMissingRecord =>
        Status is HttpStatusCode.OK or HttpStatusCode.NotFound
        && ((IsRefusal && Category == 40) || (IsEmptyList && Status == HttpStatusCode.NotFound));

    /// <summary>What the code is about, by its last two digits; null where it is none of Zuora's eight-digit ones.</summary>
    public int? Category =>
        Code.Length >= 8 && int.TryParse(Code.AsSpan(Code.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var category)
            ? category
            : null;

    public static ZuoraError Of(HttpStatusCode status, JsonElement body, IReadOnlyList<string> unspeakable)
    {
        var isRefusal = body.IsFalse("success") || body.IsFalse("Success") || Reason(body) is not null;
        var (code, text) = Reason(body) ?? ($"http-{Number(status)}", body.Text("message"));
        return new ZuoraError(
            status,
            Clean(code, []),
            Clean(text ?? $"Zuora answered {Number(status)}", unspeakable),
            isRefusal,
            body.IsTrue("done") && body.Number("size") == 0
        );
    }

    /// <summary>The first reason. Two forms: of the operations, and of objects and queries.</summary>
    private static (string Code, string? Text)? Reason(JsonElement body)
    {
        if (First(body.Array("reasons")) is { } reason)
        {
            return (AsText(reason, "code") ?? "no-code", reason.Text("message"));
        }

        if (First(body.Array("Errors") ?? body.Array("errors")) is { } error)
        {
            return (AsText(error, "Code") ?? AsText(error, "code") ?? "no-code", error.Text("Message") ?? error.Text("message"));
        }

        return body.Text("faultCode") is { } code ? (code, body.Text("faultMessage")) : null;
    }

    private static JsonElement? First(JsonElement? list) => list is { } known && known.GetArrayLength() > 0 ? known[0] : null;

    // A code is a number in some answers and text in others.
    private static string? AsText(JsonElement parent, string name) =>
        parent.Text(name) ?? parent.Number(name)?.ToString("0", CultureInfo.InvariantCulture);

    private static string Number(HttpStatusCode status) => ((int)status).ToString(CultureInfo.InvariantCulture);

    private static string Clean(string text, IReadOnlyList<string> unspeakable)
    {
        var safe = text;
        foreach (var secret in unspeakable.Where(secret => secret.Length >= ShortestScrubbed))
        {
            safe = safe.Replace(secret, "…", StringComparison.Ordinal);
        }

        safe = Person().Replace(safe, "[email]");
        safe = Secret().Replace(safe, "[secret]");
        safe = Control().Replace(safe, " ");
        return safe.Length <= MaxText ? safe : safe[..MaxText];
    }

    [GeneratedRegex(
        @"\b(?:Bearer|Basic)\s+\S+",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000
    )]
    private static partial Regex Secret();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+\.[\w.-]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Person();

    [GeneratedRegex(@"\p{C}+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Control();
}
