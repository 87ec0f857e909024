using System.Security.Cryptography;
using System.Text;
using QtcHub.Webhooks;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// An outbound message's authenticity. Salesforce signs nothing and sends no header of ours: a secret in the address that the message is set up with – or a
/// Basic authentication that something on the way adds – and the org's own id, and both are asked for. What is kept of a message is which records it
/// tells of: it bears a session, which must not be kept, and fields, which are read anew.
/// </summary>
internal sealed class SalesforceWebhook(SalesforceOptions options)
{
    /// <summary>Most bytes of a message: 100 notifications with every field that an object may have in one.</summary>
    public const int BodyLimit = 2 * 1024 * 1024;

    private const string Scheme = "Basic ";
    private const string Parameter = "secret";
    private const int LongestGiven = 4096;

    /// <summary>What Salesforce reads; without it the message comes again for a day.</summary>
    public static readonly Acknowledgement Taken = new(
        "text/xml",
        """<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>"""
    );

    public WebhookVerdict Verify(WebhookRequest request)
    {
        var secrets = options.FindWebhookSecrets();
        if (secrets.Count == 0)
        {
            return new WebhookVerdict.NoSecret();
        }

        if (Given(request) is not { } given)
        {
            return new WebhookVerdict.Refused("secret-missing");
        }

        if (!IsOneOf(given, secrets))
        {
            return new WebhookVerdict.Refused("secret-mismatch");
        }

        if (options.Organization is not { } organization)
        {
            return new WebhookVerdict.Refused("organization-not-set");
        }

        if (SalesforceMessage.Read(request.Body) is not { } message)
        {
            return new WebhookVerdict.Unreadable("envelope-unreadable");
        }

        return SalesforceId.AreSame(message.Organization, organization)
            ? new WebhookVerdict.Verified(null) { Kept = SalesforceNotices.Write(message.Told) }
            : new WebhookVerdict.Refused("organization-mismatch");
    }

    /// <summary>The secret of the address, or the password of Basic authentication whatever its user.</summary>
    private static string? Given(WebhookRequest request)
    {
        foreach (var pair in request.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Length <= LongestGiven && pair.Split('=', 2) is [Parameter, var value])
            {
                return Uri.UnescapeDataString(value.Replace('+', ' '));
            }
        }

        return request.Headers.TryGetValue("authorization", out var header) ? Password(header) : null;
    }

    private static string? Password(string header)
    {
        if (header.Length > LongestGiven || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var encoded = header[Scheme.Length..].Trim();
        var decoded = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, decoded, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(decoded, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }

    /// <summary>Digests are compared, so that not even the length of a secret shows; without an early exit, so that it does not show which one matched.</summary>
    private static bool IsOneOf(string given, IReadOnlyList<string> secrets)
    {
        var matches = false;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(given));
        foreach (var secret in secrets)
        {
            matches |= CryptographicOperations.FixedTimeEquals(digest, SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        }

        return matches;
    }
}
