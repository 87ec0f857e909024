using System.Globalization;
using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>Reads Zuora's JSON without trusting its shape: what is absent or of another type is null.</summary>
internal static class ZuoraJson
{
    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

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

    public static bool IsFalse(this JsonElement parent, string name) => Find(parent, name, JsonValueKind.False) is not null;

    public static bool IsTrue(this JsonElement parent, string name) => Find(parent, name, JsonValueKind.True) is not null;

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

    /// <summary>
    /// When a record was changed last, to the second: objects bear no more. Where Zuora writes no offset it counts as UTC; every time of one record is
    /// written alike, so that they compare.
    /// </summary>
    public static DateTimeOffset? Updated(this JsonElement record) =>
        (record.Text("updatedDate") ?? record.Text("UpdatedDate")) is { } text
        && DateTimeOffset.TryParseExact(
            WithColon(text),
            Instants,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var instant
        )
            ? DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds())
            : null;

    /// <summary>Zuora's queries write an offset without a colon too, <c>-0800</c>.</summary>
    private static string WithColon(string text) =>
        text is [.., '+' or '-', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9']
            ? text.Insert(text.Length - 2, ":")
            : text;

    private static JsonElement? Find(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
