using System.Security.Cryptography;
using System.Text;
using QtcHub.Webhooks;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// A callout's authenticity: HTTP Basic authentication of the endpoint, as set up with the notification. A callout carries neither signature nor event id.
/// Source: docs.zuora.com, "Configure callout notification settings".
/// </summary>
internal sealed class ZuoraWebhook(ZuoraOptions options)
{
    private const string Scheme = "Basic ";
    private const int MaxHeader = 4096;

    public WebhookVerdict Verify(WebhookRequest request)
    {
        var secrets = options.FindWebhookSecrets();
        if (secrets.Count == 0)
        {
            return new WebhookVerdict.NoSecret();
        }

        if (!request.Headers.TryGetValue("authorization", out var header) || string.IsNullOrWhiteSpace(header))
        {
            return new WebhookVerdict.Refused("authorization-missing");
        }

        if (ReadCredentials(header) is not { } given)
        {
            return new WebhookVerdict.Refused("authorization-malformed");
        }

        if (!IsOneOf(given, secrets))
        {
            return new WebhookVerdict.Refused("authorization-mismatch");
        }

        return VendorJson.TryParse(request.Body, out _)
            ? new WebhookVerdict.Verified(null)
            : new WebhookVerdict.Unreadable("envelope-unreadable");
    }

    private static byte[]? ReadCredentials(string header)
    {
        if (header.Length > MaxHeader || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var encoded = header[Scheme.Length..].Trim();
        var decoded = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, decoded, out var length) ? decoded[..length] : null;
    }

    /// <summary>Digests are compared, so that not even the length of a secret shows; without an early exit, so that it does not show which one matched.</summary>
    private static bool IsOneOf(byte[] given, IReadOnlyList<string> secrets)
    {
        var matches = false;
        var digest = SHA256.HashData(given);
        foreach (var secret in secrets)
        {
            matches |= CryptographicOperations.FixedTimeEquals(digest, SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        }

        return matches;
    }
}
