using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Tests.Connectors.Conformance;

/// <summary>
/// A vendor's published API description (OpenAPI 3.0), against which bodies are checked: types, required and unknown properties, enumerations,
/// lengths, dates. Stricter than a JSON schema in one point, for a pretend vendor must not make up what the real one does not have: a property that
/// is not described is a problem, unless <paramref name="isCustom"/> knows its name as a customer's own field.
/// </summary>
internal sealed class ApiDescription(JsonNode document, Func<string, bool> isCustom)
{
    /// <summary>The folder of the vendors' descriptions, or null where this machine has none.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable("QTC_VENDOR_SPECS");

    /// <summary>Reads a description of the folder, or gives null where there is no folder.</summary>
    public static ApiDescription? Load(string file, Func<string, bool> isCustom) =>
        Folder is { Length: > 0 } folder
            ? new ApiDescription(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!, isCustom)
            : null;

    /// <summary>The described operation of a request, such as <c>GET /v1/accounts/{account-key}</c>; null where there is none.</summary>
    public string? Operation(string method, string path)
    {
        // Of two templates that fit, the one with fewer variables is meant: /orders/preview is not /orders/{number}.
        var template = document["paths"]!
            .AsObject()
            .Where(known => Fits(known.Key, path) && known.Value![method.ToLowerInvariant()] is not null)
            .Select(known => known.Key)
            .MinBy(known => known.Count(letter => letter == '{'));
        return template is null ? null : $"{method} {template}";
    }

    /// <summary>The schema of an operation's request body, or null where none is described.</summary>
    public JsonNode? RequestSchema(string operation) => Schema(Resolved(Described(operation)["requestBody"]));

    /// <summary>The schema of an operation's answer of a status, or null where none is described.</summary>
    public JsonNode? ResponseSchema(string operation, int status) =>
        Schema(Resolved(Described(operation)["responses"]?[status.ToString(CultureInfo.InvariantCulture)]));

    /// <summary>A named schema of the description.</summary>
    public JsonNode Component(string name) => document["components"]!["schemas"]![name]!;

    /// <summary>Names of query parameters that an operation takes.</summary>
    public IReadOnlyList<string> Parameters(string operation) =>
        [
            .. (Described(operation)["parameters"] as JsonArray ?? [])
                .Select(Resolved)
                .Where(parameter => (string?)parameter!["in"] == "query")
                .Select(parameter => (string)parameter!["name"]!),
        ];

    /// <summary>What is wrong with a body, each with its place; nothing where it fits.</summary>
    public IReadOnlyList<string> Check(JsonNode schema, JsonNode? body)
    {
        var problems = new List<string>();
        Check(schema, body, "$", problems);
        return problems;
    }

    private JsonNode Described(string operation)
    {
        var parts = operation.Split(' ');
        return document["paths"]![parts[1]]![parts[0].ToLowerInvariant()]!;
    }

    /// <summary>Of the media types that an operation lists, the one with a schema: others hold examples alone.</summary>
    private static JsonNode? Schema(JsonNode? body) =>
        (body?["content"] as JsonObject)?.Select(content => content.Value?["schema"]).FirstOrDefault(schema => schema is not null);

    private JsonNode? Resolved(JsonNode? node)
    {
        while ((string?)(node as JsonObject)?["$ref"] is { } reference)
        {
            node = reference.TrimStart('#', '/').Split('/').Aggregate(document, (at, name) => at[name]!);
        }

        return node;
    }

    private void Check(JsonNode? given, JsonNode? value, string path, List<string> problems)
    {
        // The descriptions' own examples are full of nulls that no schema declares: a field without a value says nothing wrong.
        if (value is null || Resolved(given) is not JsonObject schema)
        {
            return;
        }

        foreach (var part in Branches(schema, "allOf"))
        {
            CheckOwn(part, value, path, problems);
        }

        CheckOwn(schema, value, path, problems);
        if (value is JsonObject members)
        {
            CheckMembers(schema, members, path, problems);
        }
        else if (value is JsonArray items && schema["items"] is { } item)
        {
            for (var index = 0; index < items.Count; index++)
            {
                Check(item, items[index], $"{path}[{index.ToString(CultureInfo.InvariantCulture)}]", problems);
            }
        }
    }

    private static void CheckOwn(JsonObject schema, JsonNode value, string path, List<string> problems)
    {
        if (!IsOfType(schema, value))
        {
            problems.Add($"{path} is {value.GetValueKind()}, not {(string?)schema["type"]}");
            return;
        }

        if (schema["enum"] is JsonArray allowed && !allowed.Any(one => one?.ToString() == value.ToString()))
        {
            problems.Add($"{path} is '{value}', which is not listed");
        }

        if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
        {
            CheckText(schema, (string)text!, path, problems);
        }

        if (value is JsonObject members)
        {
            problems.AddRange(
                (schema["required"] as JsonArray ?? [])
                    .Select(name => (string)name!)
                    .Where(name => !members.ContainsKey(name))
                    .Select(name => $"{path}.{name} is missing")
            );
        }
    }

    private static void CheckText(JsonObject schema, string text, string path, List<string> problems)
    {
        if (schema["maxLength"] is JsonValue most && most.TryGetValue(out int length) && text.Length > length)
        {
            problems.Add($"{path} is longer than {length.ToString(CultureInfo.InvariantCulture)}");
        }

        var fits = ((string?)schema["format"])?.ToLowerInvariant() switch
        {
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
            "date-time" or "datetime" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
            _ => true,
        };
        if (!fits)
        {
            problems.Add($"{path} is '{text}', not a {(string?)schema["format"]}");
        }
    }

    private void CheckMembers(JsonObject schema, JsonObject members, string path, List<string> problems)
    {
        var declared = Properties(schema).ToLookup(property => property.Key, property => property.Value, StringComparer.Ordinal);
        // An object that declares nothing may hold anything.
        var open = declared.Count == 0 || Resolved(schema["additionalProperties"]) is JsonObject or JsonValue;
        foreach (var (name, value) in members)
        {
            if (!declared.Contains(name))
            {
                if (!open && !isCustom(name))
                {
                    problems.Add($"{path}.{name} is not described");
                }

                continue;
            }

            // Alternatives may declare one name in several ways: one of them has to fit.
            var attempts = declared[name]
                .Select(property =>
                {
                    var found = new List<string>();
                    Check(property, value, $"{path}.{name}", found);
                    return found;
                });
            problems.AddRange(attempts.MinBy(found => found.Count)!);
        }
    }

    private IEnumerable<KeyValuePair<string, JsonNode?>> Properties(JsonObject schema) =>
        (schema["properties"] as JsonObject ?? []).Concat(
            Branches(schema, "allOf").Concat(Branches(schema, "oneOf")).Concat(Branches(schema, "anyOf")).SelectMany(Properties)
        );

    private IEnumerable<JsonObject> Branches(JsonObject schema, string name) =>
        (schema[name] as JsonArray ?? []).Select(Resolved).OfType<JsonObject>();

    /// <summary>A string of the format <c>decimal</c> is a number on the wire, as all examples have it.</summary>
    private static bool IsOfType(JsonObject schema, JsonNode value) =>
        ((string?)schema["type"], value.GetValueKind()) switch
        {
            (null, _) => true,
            ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("number", JsonValueKind.Number) => true,
            ("integer", JsonValueKind.Number) => value.AsValue().TryGetValue(out decimal number) && decimal.Truncate(number) == number,
            ("string", JsonValueKind.Number) => (string?)schema["format"] == "decimal",
            _ => false,
        };

    private static bool Fits(string template, string path)
    {
        var (expected, given) = (template.Split('/'), path.Split('/'));
        return expected.Length == given.Length
            && expected.Zip(given).All(pair => pair.First == pair.Second || (pair.First is ['{', .., '}'] && pair.Second.Length > 0));
    }
}
