using System.Security.Cryptography;
using System.Text.Json;

namespace QtcHub.Canonical;

/// <summary>The one written form of canonical records: the same content gives the same bytes, so bytes can be hashed.</summary>
public static class CanonicalJson
{
    /// <summary>Writes a record: camelCase, absent values left out, properties in declared order.</summary>
    public static byte[] Write(CanonicalRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, RecordKinds.Of(record.Type).Json);

    /// <summary>Reads a record; bytes that do not have its shape are the fault <see cref="Fault.Invalid"/> with the path.</summary>
    public static Outcome<CanonicalRecord> Read(RecordType type, ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, RecordKinds.Of(type).Json) is CanonicalRecord record
                ? record
                : new Fault.Invalid("$", "a record is a JSON object");
        }
        catch (JsonException wrong)
        {
            return new Fault.Invalid(wrong.Path ?? "$", $"has the shape of {type}");
        }
    }

    /// <summary>The content hash: lower-case hex SHA-256 of the written form.</summary>
    public static string HashOf(ReadOnlySpan<byte> utf8) => Convert.ToHexStringLower(SHA256.HashData(utf8));
}
