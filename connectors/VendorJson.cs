using System.Text.Json;

namespace QtcHub.Connectors;

/// <summary>Reads a vendor's JSON without trusting its shape: what is absent or of another type is null.</summary>
internal static class VendorJson
{
    public static bool TryParse(ReadOnlyMemory<byte> utf8, out JsonElement parsed)
    {
        try
        {
            parsed = JsonElement.Parse(utf8.Span);
            return parsed.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            parsed = default;
            return false;
        }
    }

    public static JsonElement? Object(this JsonElement parent, string name) => Find(parent, name, JsonValueKind.Object);

    public static JsonElement? Array(this JsonElement parent, string name) => Find(parent, name, JsonValueKind.Array);

    public static bool IsTrue(this JsonElement parent, string name) => Find(parent, name, JsonValueKind.True) is not null;

    public static bool IsFalse(this JsonElement parent, string name) => Find(parent, name, JsonValueKind.False) is not null;

    public static long? Integer(this JsonElement parent, string name) =>
        Find(parent, name, JsonValueKind.Number) is { } number && number.TryGetInt64(out var value) ? value : null;

    public static decimal? Number(this JsonElement parent, string name) =>
        Find(parent, name, JsonValueKind.Number) is { } number && number.TryGetDecimal(out var value) ? value : null;

    /// <summary>A text; null also where it holds half a surrogate pair, which is well-formed JSON but no text.</summary>
    public static string? Text(this JsonElement parent, string name)
    {
        try
        {
            return Find(parent, name, JsonValueKind.String)?.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement? Find(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
