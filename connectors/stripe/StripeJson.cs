using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Reads Stripe's JSON without trusting its shape: what is absent or of another type is null.</summary>
internal static class StripeJson
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

    public static long? Integer(this JsonElement parent, string name) =>
        Find(parent, name, JsonValueKind.Number) is { } number && number.TryGetInt64(out var value) ? value : null;

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

    /// <summary>The id behind a reference, which is the id itself or, expanded, an object that has it.</summary>
    public static string? Reference(this JsonElement parent, string name) => Text(parent, name) ?? Object(parent, name)?.Text("id");

    private static JsonElement? Find(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
