using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using QtcHub.Webhooks;

namespace QtcHub.Connectors.Stripe;

/// <summary>
/// Stripe's signature: <c>Stripe-Signature: t=…,v1=…</c>, hex HMAC-SHA256 of <c>"{t}.{raw body}"</c> under the endpoint's secret, one <c>v1</c> per secret
/// while it is rolled. Source: docs.stripe.com/webhooks/signature.
/// </summary>
internal sealed class StripeWebhook(StripeOptions options)
{
    private const int MaxSignatures = 16;

    public WebhookVerdict Verify(WebhookRequest request)
    {
        var secrets = options.FindWebhookSecrets();
        if (secrets.Count == 0)
        {
            return new WebhookVerdict.NoSecret();
        }

        if (!request.Headers.TryGetValue("stripe-signature", out var header) || string.IsNullOrWhiteSpace(header))
        {
            return new WebhookVerdict.Refused("signature-missing");
        }

        if (Parse(header) is not { } signed)
        {
            return new WebhookVerdict.Refused("signature-malformed");
        }

        if (!IsSigned(signed, request.Body.Span, secrets))
        {
            return new WebhookVerdict.Refused("signature-mismatch");
        }

        var age = request.ReceivedAt.ToUnixTimeSeconds() - signed.Seconds;
        return Math.Abs(age) > (long)StripeOptions.SignatureTolerance.TotalSeconds
            ? new WebhookVerdict.Refused("timestamp-out-of-tolerance")
            : ReadEventId(request.Body.Span);
    }

    private static Signed? Parse(string header)
    {
        string? timestamp = null;
        var signatures = new List<byte[]>();
        foreach (var element in header.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = element.IndexOf('=', StringComparison.Ordinal);
            var (scheme, value) = equals < 0 ? ("", "") : (element[..equals], element[(equals + 1)..]);
            if (scheme == "t")
            {
                timestamp = value;
            }
            else if (scheme == "v1")
            {
                var mac = new byte[HMACSHA256.HashSizeInBytes];
                var status = Convert.FromHexString(value, mac, out _, out var written);
                if (status != System.Buffers.OperationStatus.Done || written != mac.Length || signatures.Count == MaxSignatures)
                {
                    return null;
                }

                signatures.Add(mac);
            }
        }

        // Twelve digits are beyond any date, and keep the arithmetic below from overflowing.
        return
            timestamp is { Length: > 0 and <= 12 }
            && signatures.Count > 0
            && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? new Signed(timestamp, seconds, signatures)
            : null;
    }

    private static bool IsSigned(Signed signed, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        var matches = false;
        foreach (var secret in secrets)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
            hmac.AppendData(Encoding.ASCII.GetBytes(signed.Timestamp + "."));
            hmac.AppendData(body);
            var expected = hmac.GetHashAndReset();
            foreach (var signature in signed.Signatures)
            {
                // No early exit: which secret matched must not show in the time taken.
                matches |= CryptographicOperations.FixedTimeEquals(expected, signature);
            }
        }

        return matches;
    }

    private static WebhookVerdict ReadEventId(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new WebhookVerdict.Unreadable("envelope-unreadable");
            }

            string? id = null;
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("id"u8))
                {
                    reader.Read();
                    id = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                    reader.Skip();
                }
            }

            return id is { Length: > 0 } ? new WebhookVerdict.Verified(id) : new WebhookVerdict.Unreadable("event-id-missing");
        }
        catch (JsonException)
        {
            return new WebhookVerdict.Unreadable("envelope-unreadable");
        }
        catch (InvalidOperationException)
        {
            // An id with half a surrogate pair or broken UTF-8 is well-formed JSON, but no text.
            return new WebhookVerdict.Unreadable("envelope-unreadable");
        }
    }

    private sealed record Signed(string Timestamp, long Seconds, List<byte[]> Signatures);
}
