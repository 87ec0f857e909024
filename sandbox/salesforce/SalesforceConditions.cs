using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>
/// Conditional requests: entity tags of accounts, which alone have them, and the day and time of the last change of any record. A precondition that cannot be
/// read refuses a write, and means nothing to a read.
/// </summary>
internal static partial class SalesforceConditions
{
    /// <summary>Whether a record has an entity tag.</summary>
    public static bool HasTag(Row row) => row.Of.Name == "Account";

    /// <summary>The entity tag of a record as it stands.</summary>
    public static string Tag(Row row)
    {
        var content = SalesforceRecords.View(row, row.Of.Fields, address => address).ToJsonString();
        return $"\"{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 20))}\"";
    }

    /// <summary>The answer to a request whose precondition does not hold; null where it may go on.</summary>
    public static SalesforceReply? Unmet(SalesforceCall call, Row row)
    {
        var isRead = call.Method == "GET";
        if (HasTag(row) && call.Header("If-Match") is { } match && Tags(match, isRead) is { } asked && !Includes(asked, row))
        {
            return Failed();
        }

        if (HasTag(row) && call.Header("If-None-Match") is { } noneMatch && Tags(noneMatch, isRead) is { } known && Includes(known, row))
        {
            return isRead ? new SalesforceReply(304) : Failed();
        }

        var changed = (DateTimeOffset)row["LastModifiedDate"]!;
        if (call.Header("If-Unmodified-Since") is { } unmodified && Instant(unmodified, isRead) is { } latest && changed > latest)
        {
            return Failed();
        }

        return isRead && call.Header("If-Modified-Since") is { } modified && Instant(modified, isRead) is { } since && changed <= since
            ? new SalesforceReply(304)
            : null;
    }

    private static SalesforceReply Failed() =>
        new(412, new JsonArray(new SalesforceRefusal(412, "PRECONDITION_FAILED", "The precondition does not hold").Told));

    private static bool Includes(List<string> tags, Row row) => tags.Contains("*") || tags.Contains(Tag(row));

    private static List<string>? Tags(string header, bool isRead) =>
        TagList().IsMatch(header) ? [.. header.Split(',').Select(tag => tag.Trim())]
        : isRead ? null
        : throw Unreadable();

    private static DateTimeOffset? Instant(string header, bool isRead) =>
        DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : isRead ? null
        : throw Unreadable();

    private static SalesforceRefusal Unreadable() => new(400, "INVALID_HEADER", "The value of a precondition cannot be read");

    [GeneratedRegex(
        "^(\\*|\"[^\",]+\"(\\s*,\\s*\"[^\",]+\")*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex TagList();
}
