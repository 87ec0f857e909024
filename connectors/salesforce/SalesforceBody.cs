using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Salesforce;

/// <summary>Reads and changes the JSON of rows.</summary>
internal static class SalesforceBody
{
    public const string Currency = "CurrencyIsoCode";

    /// <summary>The JSON object of a body, or null where it is anything else.</summary>
    public static JsonObject? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return body.IsEmpty
                ? null
                : JsonNode.Parse(body.Span, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static byte[] Bytes(JsonObject row) => Encoding.UTF8.GetBytes(row.ToJsonString());

    /// <summary>A text field of a row, or null where it has none.</summary>
    public static string? Text(JsonObject row, string field) =>
        row[field] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    /// <summary>What a fault must not repeat of a request: every text in it.</summary>
    public static IEnumerable<string> TextsOf(ReadOnlyMemory<byte> request) =>
        (Parse(request) ?? [])
            .Select(field => field.Value)
            .OfType<JsonValue>()
            .Select(value => value.TryGetValue(out string? text) ? text : null)
            .OfType<string>();
}
