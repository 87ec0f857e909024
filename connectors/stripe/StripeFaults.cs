using System.Net;
using System.Text.RegularExpressions;

namespace QtcHub.Connectors.Stripe;

/// <summary>Status and error code → fault. Source: docs.stripe.com/api/errors and /error-codes.</summary>
internal static class StripeFaults
{
    /// <summary>The fault of a read that was answered with an error.</summary>
    public static Fault OfRead(StripeError error, VendorAnswer answer, DateTimeOffset now) =>
        answer.Status switch
        {
            HttpStatusCode.TooManyRequests => new Fault.RateLimited(answer.RetryAfter(now), error.Text),
            HttpStatusCode.Unauthorized => new Fault.Unauthorized(error.Text),
            HttpStatusCode.Forbidden when error.IsAboutTheKey => new Fault.Unauthorized(error.Text),
            HttpStatusCode.ServiceUnavailable => new Fault.Unavailable(error.Text),
            HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict => new Fault.Transient(error.Text),
            >= HttpStatusCode.InternalServerError => new Fault.Transient(error.Text),
            _ => new Fault.Rejected(error.Code, error.Text),
        };

    /// <summary>
    /// The fault of a write that was answered with an error. What Stripe failed at may have been done; and it keeps that answer under the key, so that
    /// asking again tells no more. A request that is under way under the same key has an outcome of its own.
    /// </summary>
    public static Fault OfWrite(StripeError error, VendorAnswer answer, DateTimeOffset now) =>
        answer.Status switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict => new Fault.Ambiguous(error.Text),
            >= HttpStatusCode.InternalServerError => new Fault.Ambiguous(error.Text),
            _ => OfRead(error, answer, now),
        };
}

/// <summary>Stripe's error object, its texts cut and freed of anything like a key.</summary>
internal sealed partial record StripeError(HttpStatusCode Status, string Code, string Text)
{
    private const int MaxText = 300;

    /// <summary>Only Stripe's own code says that a record is gone; a bare 404 may be a wrong address.</summary>
    public bool IsMissingRecord => Status == HttpStatusCode.NotFound && Code == "resource_missing";

    /// <summary>Whether the key as such was refused, rather than this record to this key.</summary>
    public bool IsAboutTheKey =>
        Code
            is "api_key_expired"
                or "platform_api_key_expired"
                or "secret_key_required"
                or "insufficient_permissions"
                or "more_permissions_required"
        || Text.Contains("provided key", StringComparison.OrdinalIgnoreCase)
        || Text.Contains("API key", StringComparison.OrdinalIgnoreCase);

    public static StripeError Of(VendorAnswer answer)
    {
        var error = VendorJson.TryParse(answer.Body, out var body) ? body.Object("error") : null;
        var code = error?.Text("code") ?? error?.Text("type") ?? $"http-{(int)answer.Status}";
        var text = error?.Text("message") ?? $"Stripe answered {(int)answer.Status}";
        return new StripeError(answer.Status, Clean(code), Clean(text));
    }

    internal static string Clean(string text)
    {
        var safe = Secret().Replace(text, "[key]");
        safe = Control().Replace(safe, " ");
        return safe.Length <= MaxText ? safe : safe[..MaxText];
    }

    [GeneratedRegex(@"\b(?:sk|rk|pk|ek|whsec)_[\w*]+|\b\w+_secret_\w+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();

    [GeneratedRegex(@"\p{C}+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Control();
}
