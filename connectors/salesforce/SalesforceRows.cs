using System.Globalization;
using System.Text.Json;

namespace QtcHub.Connectors.Salesforce;

/// <summary>Asks for rows, to the last page. Of the address that a page gives for the next one only the locator is used: no answer says where to call.</summary>
internal sealed class SalesforceRows(SalesforceCalls calls)
{
    /// <summary>Most pages of one query; a page has 2000 rows at most, and less where they are wide.</summary>
    public const int MostPages = 100;

    private const int LongestLocator = 64;

    /// <summary>Rows that stand, and where they are asked for too those that were deleted or merged.</summary>
    public async Task<Outcome<List<JsonElement>>> ReadAsync(string soql, bool alsoDeleted, CancellationToken cancellationToken)
    {
        var rows = new List<JsonElement>();
        SalesforceCall next = alsoDeleted
            ? (api, version, token, cancel) => api.QueryAllAsync(version, soql, token, cancel)
            : (api, version, token, cancel) => api.QueryAsync(version, soql, token, cancel);
        for (var pages = 0; pages < MostPages; pages++)
        {
            var read = await calls.ReadAsync(next, cancellationToken);
            if (!read.TryGet(out var page, out var fault))
            {
                return fault;
            }

            if (page.Array("records") is not { } records)
            {
                return new Fault.Rejected("unreadable-list", "a query's answer without records");
            }

            rows.AddRange(records.EnumerateArray().Where(row => row.ValueKind == JsonValueKind.Object));
            if (page.IsTrue("done"))
            {
                return rows;
            }

            if (LocatorOf(page.Text("nextRecordsUrl")) is not { } locator)
            {
                return new Fault.Rejected("unreadable-list", "a query's answer that is not done but has no locator");
            }

            next = (api, version, token, cancel) => api.QueryMoreAsync(version, locator, token, cancel);
        }

        return new Fault.Rejected("list-too-long", $"a list of more than {MostPages.ToString(CultureInfo.InvariantCulture)} pages");
    }

    private static string? LocatorOf(string? address)
    {
        var locator = address?[(address.LastIndexOf('/') + 1)..];
        return
            locator is { Length: > 0 and <= LongestLocator }
            && locator.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            ? locator
            : null;
    }
}

/// <summary>What Salesforce's rows have of their own.</summary>
internal static class SalesforceJson
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    /// <summary>When a row was changed last, by anybody or by Salesforce itself, to the second: stamps bear no more.</summary>
    public static DateTimeOffset? Stamp(this JsonElement row) =>
        row.Text("SystemModstamp") is { } text
        && DateTimeOffset.TryParseExact(WithColon(text), Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds())
            : null;

    /// <summary>An offset is written without a colon, <c>+0000</c>.</summary>
    private static string WithColon(string text) =>
        text is [.., '+' or '-', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9']
            ? text.Insert(text.Length - 2, ":")
            : text;
}
