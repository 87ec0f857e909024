using System.Globalization;
using System.Net;

namespace QtcHub.Connectors.Paperbox;

/// <summary>Status and code → fault. README, "What an answer means", is the same table.</summary>
internal static class PaperboxFaults
{
    /// <summary>Paperbox's definite "no such account"; a bare 404 may be a wrong address.</summary>
    public const string NoAccount = "account_not_found";

    private const int LongestCode = 60;

    public static Fault Of(CallKind kind, VendorAnswer answer, DateTimeOffset now)
    {
        var code = CodeOf(answer);
        return answer.Status switch
        {
            HttpStatusCode.TooManyRequests => new Fault.RateLimited(answer.RetryAfter(now), code),
            HttpStatusCode.Unauthorized => new Fault.Unauthorized(code),
            HttpStatusCode.ServiceUnavailable when !kind.IsWrite => new Fault.Unavailable(code),
            // 409: the first request under this key is still under way, and has an outcome of its own.
            HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or >= HttpStatusCode.InternalServerError => Undecided(kind, code),
            _ => new Fault.Rejected(code, "see Paperbox's list of codes"),
        };
    }

    /// <summary>Not the vendor's definite answer: a read is simply repeated, a write may have happened.</summary>
    public static Fault Undecided(CallKind kind, string reason) => kind.IsWrite ? new Fault.Ambiguous(reason) : new Fault.Transient(reason);

    /// <summary>The code alone: Paperbox's message may quote what was sent, a name or an email.</summary>
    private static string CodeOf(VendorAnswer answer)
    {
        var code = VendorJson.TryParse(answer.Body, out var body) ? body.Object("error")?.Text("code") : null;
        return code is { Length: > 0 and <= LongestCode } && code.All(letter => char.IsAsciiLetterLower(letter) || letter == '_')
            ? code
            : string.Create(CultureInfo.InvariantCulture, $"http-{(int)answer.Status}");
    }
}
