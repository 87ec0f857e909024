using System.Globalization;
using System.Net.Http.Headers;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// What is left of the calls of the last 24 hours, by the header <c>Sforce-Limit-Info: api-usage=18/5000</c>, in which other allowances may stand beside it.
/// Source: REST API Developer Guide, "Limit Info Header".
/// </summary>
internal static class SalesforceQuota
{
    private const string Header = "Sforce-Limit-Info";
    private const string Name = "api-usage=";

    public static IEnumerable<Quota> Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (headers.TryGetValues(Header, out var values) && Read(string.Join(',', values)) is var (used, limit))
        {
            yield return new Quota("day", Math.Max(0, limit - used), limit, null);
        }
    }

    private static (long Used, long Limit)? Read(string text)
    {
        var part = text.Split(',', ';')
            .Select(one => one.Trim())
            .FirstOrDefault(one => one.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        var figures = part?[Name.Length..].Split('/');
        return figures is [var used, var limit] && Number(used) is { } first && Number(limit) is { } second ? (first, second) : null;
    }

    private static long? Number(string text) =>
        text.Length is > 0 and <= 13 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
