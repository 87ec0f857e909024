using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using QtcHub.Webhooks;

namespace QtcHub.Connectors.Paperbox;

/// <summary>
/// Paperbox's signature: <c>Paperbox-Timestamp</c> in Unix seconds, and <c>Paperbox-Signature</c>, the hex HMAC-SHA256 of <c>"{timestamp}.{raw body}"</c>; two,
/// with a comma between, while the secret is rolled.
/// </summary>
internal sealed class PaperboxWebhook(PaperboxOptions options)
{
    private const int MostSignatures = 4;

    public WebhookVerdict Verify(WebhookRequest request)
    {
        if (options.FindWebhookSecret() is not { Length: > 0 } secret)
        {
            return new WebhookVerdict.NoSecret();
        }

        if (
            !request.Headers.TryGetValue("paperbox-timestamp", out var timestamp)
            || !request.Headers.TryGetValue("paperbox-signature", out var signatures)
        )
        {
            return new WebhookVerdict.Refused("signature-missing");
        }

        if (!IsSigned($"{timestamp}.", request.Body.Span, signatures, secret))
        {
            return new WebhookVerdict.Refused("signature-mismatch");
        }

        // Only now is the timestamp known to be Paperbox's own.
        if (
            !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(request.ReceivedAt.ToUnixTimeSeconds() - seconds) > (long)PaperboxOptions.SignatureTolerance.TotalSeconds
        )
        {
            return new WebhookVerdict.Refused("timestamp-out-of-tolerance");
        }

        return VendorJson.TryParse(request.Body, out var told) && told.Text("id") is { Length: > 0 } id
            ? new WebhookVerdict.Verified(id)
            : new WebhookVerdict.Unreadable("event-id-missing");
    }

    private static bool IsSigned(string prefix, ReadOnlySpan<byte> body, string signatures, string secret)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(prefix));
        hmac.AppendData(body);
        var expected = hmac.GetHashAndReset();
        var listed = signatures.Split(',', StringSplitOptions.TrimEntries);
        var matches = false;
        foreach (var signature in listed.Take(MostSignatures))
        {
            var given = new byte[HMACSHA256.HashSizeInBytes];
            var status = Convert.FromHexString(signature, given, out _, out var length);
            // No early exit: which one matched must not show in the time taken.
            matches |= status == OperationStatus.Done && length == given.Length && CryptographicOperations.FixedTimeEquals(expected, given);
        }

        return matches;
    }
}
