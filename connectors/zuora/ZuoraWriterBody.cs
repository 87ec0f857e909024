using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>Turns the mapped request into what one operation takes.</summary>
internal static class ZuoraWriterBody
{
    // What people wrote or are called: Zuora quotes what it refuses, and a fault must not repeat it.
    private static readonly string[] Personal = ["billToContact", "soldToContact", "name", "comment", "notes"];

    /// <summary>The mapped request, whose numbers keep their digits.</summary>
    public static JsonObject Parse(ReadOnlyMemory<byte> request) =>
        JsonNode.Parse(request.Span) as JsonObject ?? throw new InvariantException("a mapped request is an object");

    /// <summary>The request without some of its fields.</summary>
    public static JsonObject Without(this JsonObject request, params string[] names)
    {
        var rest = request.DeepClone().AsObject();
        foreach (var name in names)
        {
            rest.Remove(name);
        }

        return rest;
    }

    /// <summary>The request without what it leaves empty: there is nothing to clear yet.</summary>
    public static JsonObject Filled(this JsonObject request) =>
        new(
            request
                .Where(field => field.Value is not (null or JsonArray { Count: 0 }))
                .Select(field =>
                    KeyValuePair.Create<string, JsonNode?>(
                        field.Key,
                        field.Value is JsonObject part ? part.Filled() : field.Value!.DeepClone()
                    )
                )
        );

    public static byte[] Bytes(this JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());

    public static HttpContent Content(JsonObject body)
    {
        var content = new ByteArrayContent(body.Bytes());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    public static string? Text(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static decimal? Number(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out decimal number)
            ? number
            : null;

    /// <summary>Texts of a request that no fault may repeat, the longest first so that no part of one is left.</summary>
    public static IEnumerable<string> PersonalTexts(JsonObject request) =>
        Personal.SelectMany(name => Texts(request[name])).Distinct(StringComparer.Ordinal).OrderByDescending(text => text.Length);

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonObject part => part.SelectMany(field => Texts(field.Value)),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.GetValue<string>()],
            _ => [],
        };
}
