using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>Events about customers, each another, for benchmarks. Forms as in docs.stripe.com/api/customers/object.</summary>
public sealed class StripeBench : IBenchSource
{
    private const string Marker = "bench-00000000";
    private const long Created = 1_780_000_000;
    private readonly byte[] template;
    private readonly int[] markers;

    /// <summary>Makes the event that all others are copies of.</summary>
    public StripeBench()
    {
        template = Encoding.UTF8.GetBytes(Template().ToJsonString());
        var found = new List<int>();
        for (var at = 0; template.AsSpan(at).IndexOf(Encoding.UTF8.GetBytes(Marker)) is >= 0 and var next; at += next + 1)
        {
            found.Add(at + next);
        }

        markers = [.. found];
    }

    /// <inheritdoc />
    public string SignatureHeader => "Stripe-Signature";

    /// <inheritdoc />
    public byte[] Event(int index)
    {
        var body = template.ToArray();
        var digits = Encoding.UTF8.GetBytes(index.ToString("D8", CultureInfo.InvariantCulture));
        foreach (var marker in markers)
        {
            digits.CopyTo(body, marker + Marker.Length - digits.Length);
        }

        return body;
    }

    /// <inheritdoc />
    public string Sign(ReadOnlySpan<byte> body, ReadOnlySpan<byte> secret, DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={seconds},v1={Convert.ToHexStringLower(Mac(seconds, body, secret))}";
    }

    /// <inheritdoc />
    public bool Check(ReadOnlySpan<byte> body, string signature, ReadOnlySpan<byte> secret)
    {
        var comma = signature.IndexOf(",v1=", StringComparison.Ordinal);
        var mac = Mac(signature[2..comma], body, secret);
        return CryptographicOperations.FixedTimeEquals(mac, Convert.FromHexString(signature.AsSpan(comma + 4)));
    }

    /// <inheritdoc />
    public ReadOnlyMemory<byte> RecordIn(ReadOnlyMemory<byte> body)
    {
        using var parsed = JsonDocument.Parse(body);
        return Encoding.UTF8.GetBytes(parsed.RootElement.GetProperty("data").GetProperty("object").GetRawText());
    }

    /// <inheritdoc />
    public void MapByHand(ReadOnlySpan<byte> record, IBufferWriter<byte> canonical) => HandWrittenAccount.Write(record, canonical);

    private static byte[] Mac(string seconds, ReadOnlySpan<byte> body, ReadOnlySpan<byte> secret)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(Encoding.UTF8.GetBytes(seconds));
        hash.AppendData("."u8);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static JsonObject Template()
    {
        var metadata = new JsonObject();
        for (var number = 1; number <= 25; number++)
        {
            metadata[$"crm_field_{number:D2}"] = $"a value that somebody keeps with the customer, number {number:D2}";
        }

        var customer = new JsonObject
        {
            ["id"] = $"cus_{Marker}",
            ["object"] = "customer",
            ["address"] = new JsonObject
            {
                ["city"] = "Springfield",
                ["country"] = "US",
                ["line1"] = "1 Main Street",
                ["line2"] = "Suite 400",
                ["postal_code"] = "62701",
                ["state"] = "IL",
            },
            ["balance"] = 0,
            ["created"] = Created,
            ["currency"] = "usd",
            ["default_source"] = null,
            ["delinquent"] = false,
            ["description"] = "Customer of the benchmark",
            ["email"] = $"{Marker}@example.com",
            ["invoice_prefix"] = "0759376C",
            ["invoice_settings"] = new JsonObject
            {
                ["custom_fields"] = null,
                ["default_payment_method"] = null,
                ["footer"] = null,
                ["rendering_options"] = null,
            },
            ["livemode"] = false,
            ["metadata"] = metadata,
            ["name"] = $"Example {Marker} Incorporated",
            ["next_invoice_sequence"] = 1,
            ["phone"] = "+1 555 0100",
            ["preferred_locales"] = new JsonArray("en"),
            ["shipping"] = null,
            ["tax_exempt"] = "none",
            ["test_clock"] = null,
        };
        return new JsonObject
        {
            ["id"] = $"evt_{Marker}",
            ["object"] = "event",
            ["api_version"] = StripeForms.ApiVersion,
            ["created"] = Created,
            ["data"] = new JsonObject { ["object"] = customer },
            ["livemode"] = false,
            ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null },
            ["type"] = "customer.created",
        };
    }
}
