using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>The hub's own name for a canonical record: minted once from the first external id seen, then opaque.</summary>
[JsonConverter(typeof(CanonicalIdJson))]
public readonly record struct CanonicalId(string Value)
{
    private const int PrefixLength = 3;
    private const int Length = 26;

    /// <summary>Derives the id of a record first seen in <paramref name="system"/>: type prefix and 22 characters of base64url SHA-256.</summary>
    public static CanonicalId Mint(RecordType type, string system, string externalType, string externalId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{type}\n{system}\n{externalType}\n{externalId}"));
        return new CanonicalId($"{RecordKinds.Of(type).Prefix}_{Base64Url.EncodeToString(hash.AsSpan(0, 16))}");
    }

    /// <summary>The record's type, read from the prefix.</summary>
    public RecordType Type
    {
        get
        {
            var kind = HasPrefix(Value) ? RecordKinds.OfPrefix(Value.AsSpan(0, PrefixLength)) : null;
            Invariant.Holds(kind is not null, "a canonical id has a known prefix");
            return kind.Type;
        }
    }

    /// <summary>Whether a text has the form of a canonical id.</summary>
    public static bool IsOne(string text) =>
        text.Length == Length && HasPrefix(text) && RecordKinds.OfPrefix(text.AsSpan(0, PrefixLength)) is not null;

    /// <inheritdoc />
    public override string ToString() => Value;

    private static bool HasPrefix(string text) => text.Length > PrefixLength && text[PrefixLength] == '_';
}

internal sealed class CanonicalIdJson : JsonConverter<CanonicalId>
{
    public override CanonicalId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("a canonical id is a string"));

    public override void Write(Utf8JsonWriter writer, CanonicalId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
