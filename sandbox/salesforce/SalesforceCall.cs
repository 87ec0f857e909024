using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>A request as the org reads it: <paramref name="Path"/> is what comes after <c>/services/</c>, <paramref name="Root"/> what comes before.</summary>
internal sealed record SalesforceCall(HttpRequestMessage Request, string Root, IReadOnlyList<string> Path, string Body)
{
    private const string Services = "/services/";

    public string Method => Request.Method.Method;

    /// <summary>The version of the API that is called, e.g. <c>v62.0</c>.</summary>
    public string Version => Path[1];

    public Dictionary<string, string> Query => Pairs(Request.RequestUri!.Query.TrimStart('?'));

    public Dictionary<string, string> Form => Pairs(Body);

    public static SalesforceCall Of(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        var start = path.IndexOf(Services, StringComparison.Ordinal);
        using var reader = new StreamReader(request.Content?.ReadAsStream() ?? Stream.Null);
        return new SalesforceCall(
            request,
            start < 0 ? "" : path[..start],
            start < 0 ? [] : [.. path[(start + Services.Length)..].TrimEnd('/').Split('/').Select(Uri.UnescapeDataString)],
            reader.ReadToEnd()
        );
    }

    /// <summary>A header of the request, or null.</summary>
    public string? Header(string name) => Request.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>Where a resource of this version is.</summary>
    public string Address(string resource) => $"{Root}/services/data/{Version}/{resource}";

    /// <summary>The body as the fields of a record.</summary>
    public JsonObject Fields()
    {
        try
        {
            return JsonNode.Parse(Body, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw SalesforceRefusal.Unreadable("Cannot deserialize instance of a record: the body is not an object");
        }
        catch (JsonException)
        {
            throw SalesforceRefusal.Unreadable("Unexpected character in the body, or a field is there twice");
        }
    }

    private static Dictionary<string, string> Pairs(string text)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)))
        {
            pairs[Decode(pair[0])] = pair.Length > 1 ? Decode(pair[1]) : "";
        }

        return pairs;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

/// <summary>An answer before it is written: no body where there is nothing to say.</summary>
internal sealed record SalesforceReply(int Status, JsonNode? Body = null)
{
    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.Ordinal);
}
