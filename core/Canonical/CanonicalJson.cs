using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>The one written form of canonical records: the same content gives the same bytes, so bytes can be hashed.</summary>
public static class CanonicalJson
{
    /// <summary>Writes a record: camelCase, absent values left out, properties in declared order.</summary>
    public static byte[] Write(CanonicalRecord record) =>
        record switch
        {
            BillingAccount account => JsonSerializer.SerializeToUtf8Bytes(account, CanonicalJsonContext.Default.BillingAccount),
            Invoice invoice => JsonSerializer.SerializeToUtf8Bytes(invoice, CanonicalJsonContext.Default.Invoice),
            Payment payment => JsonSerializer.SerializeToUtf8Bytes(payment, CanonicalJsonContext.Default.Payment),
            _ => throw new InvariantException("a known canonical record"),
        };

    /// <summary>Reads a record; bytes that do not have its shape are the fault <see cref="Fault.Invalid"/> with the path.</summary>
    public static Outcome<CanonicalRecord> Read(RecordType type, ReadOnlySpan<byte> utf8)
    {
        try
        {
            CanonicalRecord? record = type switch
            {
                RecordType.BillingAccount => JsonSerializer.Deserialize(utf8, CanonicalJsonContext.Default.BillingAccount),
                RecordType.Invoice => JsonSerializer.Deserialize(utf8, CanonicalJsonContext.Default.Invoice),
                RecordType.Payment => JsonSerializer.Deserialize(utf8, CanonicalJsonContext.Default.Payment),
                _ => throw new InvariantException("a known record type"),
            };
            return record is null ? new Fault.Invalid("$", "a record is a JSON object") : record;
        }
        catch (JsonException wrong)
        {
            return new Fault.Invalid(wrong.Path ?? "$", $"has the shape of {type}");
        }
    }

    /// <summary>The content hash: lower-case hex SHA-256 of the written form.</summary>
    public static string HashOf(ReadOnlySpan<byte> utf8) => Convert.ToHexStringLower(SHA256.HashData(utf8));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(BillingAccount))]
[JsonSerializable(typeof(Invoice))]
[JsonSerializable(typeof(Payment))]
[JsonSerializable(typeof(Money))]
internal sealed partial class CanonicalJsonContext : JsonSerializerContext;
