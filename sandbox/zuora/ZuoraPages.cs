using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>What an operation answers.</summary>
internal sealed record ZuoraReply(int Status, JsonObject Body);

/// <summary>A request as the operations see it. The path begins at <c>v1</c> or <c>oauth</c>; the root is what whoever hosts it put before.</summary>
internal sealed record ZuoraCall(string Method, string[] Path, Uri Root, IReadOnlyDictionary<string, string> Query, string Text)
{
    private JsonObject? body;

    /// <summary>The operations of actions and objects, which write names in capitals and refuse with <c>Errors</c>.</summary>
    public bool IsObjectStyle => Path is ["v1", "object" or "action", ..];

    public JsonObject Body => body ??= Parse();

    public static ZuoraCall Of(HttpRequestMessage request)
    {
        var uri = request.RequestUri!;
        var whole = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        var start = Math.Max(0, Array.FindIndex(whole, part => part is "v1" or "oauth"));
        var prefix = string.Concat(whole.Take(start).Select(part => Uri.EscapeDataString(part) + "/"));
        using var reader = new StreamReader(request.Content?.ReadAsStream() ?? Stream.Null);
        return new ZuoraCall(request.Method.Method, whole[start..], new Uri(uri, "/" + prefix), QueryOf(uri.Query), reader.ReadToEnd());
    }

    public static Dictionary<string, string> QueryOf(string query)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)))
        {
            values[Uri.UnescapeDataString(pair[0])] = pair.Length > 1 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : "";
        }

        return values;
    }

    private JsonObject Parse()
    {
        try
        {
            return JsonNode.Parse(Text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw ZuoraRefusal.Malformed("The body is not a JSON object.");
        }
        catch (JsonException)
        {
            throw ZuoraRefusal.Malformed("The body is not well-formed JSON.");
        }
    }
}

/// <summary>Pages of lists, as Zuora gives them: filters and order by field, and the address of the next page.</summary>
internal static class ZuoraPages
{
    private const int Most = 40;
    private static readonly string[] Paging = ["page", "pageSize", "sort"];

    /// <summary>A call that succeeded, with this in it.</summary>
    public static ZuoraReply Done(JsonObject view)
    {
        view["success"] = true;
        return new ZuoraReply(200, view);
    }

    /// <summary>A page of a list.</summary>
    public static ZuoraReply Page(ZuoraCall call, string name, IReadOnlyList<JsonObject> rows)
    {
        var (page, size) = (Number(call, "page", 1, int.MaxValue), Number(call, "pageSize", 20, Most));
        var first = (page - 1L) * size;
        var view = new JsonObject { [name] = new JsonArray([.. rows.Skip((int)Math.Min(first, int.MaxValue)).Take(size)]) };
        if (first + size < rows.Count)
        {
            var next = call.Query.Where(pair => pair.Key != "page").Append(new("page", (page + 1).ToString(CultureInfo.InvariantCulture)));
            var query = string.Join('&', next.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
            view["nextPage"] = $"{call.Root}{string.Join('/', call.Path.Select(Uri.EscapeDataString))}?{query}";
        }

        return Done(view);
    }

    /// <summary>
    /// A page of a list that filters by fields' values and sorts. Records of equal sort keys lie in the order of their ids, so that pages
    /// that are read one after the other overlap only where a record changed.
    /// </summary>
    public static ZuoraReply Filtered(ZuoraCall call, string name, IEnumerable<JsonObject> rows, IReadOnlyList<string> fields)
    {
        foreach (var (field, value) in call.Query.Where(pair => !Paging.Contains(pair.Key, StringComparer.Ordinal)))
        {
            if (!fields.Contains(field, StringComparer.Ordinal))
            {
                throw ZuoraRefusal.Invalid($"The query parameter '{field}' is not supported.");
            }

            rows = rows.Where(row => Matches(row[field], value));
        }

        return Page(call, name, Sorted(rows, call.Query.GetValueOrDefault("sort", "number"), fields));
    }

    private static List<JsonObject> Sorted(IEnumerable<JsonObject> rows, string sort, IReadOnlyList<string> fields)
    {
        var keys = sort.Split(',');
        if (keys.Length > 2)
        {
            throw ZuoraRefusal.Invalid("At most two fields can be sorted on.");
        }

        // As documented: '-' is ascending, '+' (a space, once decoded) and nothing are descending.
        IOrderedEnumerable<JsonObject>? ordered = null;
        foreach (var key in keys)
        {
            var (field, ascending) = (key.TrimStart('-', '+', ' '), key.StartsWith('-'));
            if (!fields.Contains(field, StringComparer.Ordinal))
            {
                throw ZuoraRefusal.Invalid($"The field '{field}' is not sortable.");
            }

            ordered = (ordered, ascending) switch
            {
                (null, true) => rows.OrderBy(row => row[field], Values),
                (null, false) => rows.OrderByDescending(row => row[field], Values),
                (_, true) => ordered.ThenBy(row => row[field], Values),
                _ => ordered.ThenByDescending(row => row[field], Values),
            };
        }

        return [.. ordered!.ThenBy(row => row.Text("id"), StringComparer.Ordinal)];
    }

    private static readonly Comparer<JsonNode?> Values = Comparer<JsonNode?>.Create(
        (left, right) =>
            ZuoraJson.NumberOf(left) is { } first && ZuoraJson.NumberOf(right) is { } second
                ? first.CompareTo(second)
                : string.CompareOrdinal(left?.ToString(), right?.ToString())
    );

    private static bool Matches(JsonNode? value, string wanted) =>
        value switch
        {
            null => wanted == "null",
            _ when ZuoraJson.NumberOf(value) is { } amount => decimal.TryParse(
                wanted,
                NumberStyles.Number,
                CultureInfo.InvariantCulture,
                out var asked
            )
                && amount == asked,
            _ => string.Equals(value.ToString(), wanted, StringComparison.OrdinalIgnoreCase),
        };

    private static int Number(ZuoraCall call, string name, int otherwise, int most) =>
        !call.Query.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
        : throw ZuoraRefusal.Invalid($"The value of '{name}' is not between 1 and {most.ToString(CultureInfo.InvariantCulture)}.");
}
