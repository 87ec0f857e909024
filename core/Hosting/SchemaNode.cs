using System.Text.Json.Nodes;

namespace QtcHub.Hosting;

/// <summary>The pieces that schemas are made of.</summary>
internal static class SchemaNode
{
    public static JsonObject Type(string type) => new() { ["type"] = type };

    public static JsonObject Text(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    public static JsonObject Ref(string definition) => new() { ["$ref"] = $"#/$defs/{definition}" };

    public static JsonObject OneOf(IEnumerable<string> words) => new() { ["enum"] = Words(words) };

    public static JsonArray Words(IEnumerable<string> words) => [.. words.Select(word => (JsonNode)word)];

    public static JsonObject AnyOf(params IEnumerable<JsonNode> choices) => new() { ["anyOf"] = new JsonArray([.. choices]) };

    public static JsonObject List(JsonNode items, int least = 0)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = items };
        if (least > 0)
        {
            list["minItems"] = least;
        }

        return list;
    }

    /// <summary>Any key, with values of one form.</summary>
    public static JsonObject Map(JsonNode value) =>
        new()
        {
            ["type"] = "object",
            ["minProperties"] = 1,
            ["additionalProperties"] = value,
        };

    /// <summary>Keys of one form, with values of one form.</summary>
    public static JsonObject Map(string key, JsonNode value)
    {
        var map = Map(value);
        map["propertyNames"] = Text(key);
        return map;
    }

    /// <summary>These keys and no others.</summary>
    public static JsonObject Object(IEnumerable<(string Name, JsonNode Form)> properties, IEnumerable<string> required)
    {
        var form = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)property.Form))),
        };
        if (Words(required) is { Count: > 0 } names)
        {
            form["required"] = names;
        }

        return form;
    }

    public static JsonObject Described(this JsonObject form, string does)
    {
        form["description"] = does;
        return form;
    }
}
