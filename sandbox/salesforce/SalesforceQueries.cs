using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>Queries, and the rest of their rows by locator: kept for a while, and no more of them than a user may have open.</summary>
internal sealed partial class SalesforceQueries(SalesforceOrg org)
{
    private const int SmallestBatch = 200;
    private const int LargestBatch = 2000;
    private const int MostOpen = 10;

    private readonly OrderedDictionary<string, Cursor> open = new(StringComparer.Ordinal);
    private long opened;

    /// <summary>How many rows a page has at most; Salesforce promises no more than that it is not above what was asked for.</summary>
    public int PageSize { get; set; } = LargestBatch;

    /// <summary>How long the rest of a query can be had.</summary>
    public TimeSpan LocatorLife { get; set; } = TimeSpan.FromDays(2);

    public SalesforceReply? Answer(SalesforceCall call) =>
        call.Path switch
        {
            ["data", _, "query" or "queryAll", ..] when call.Method != "GET" => throw SalesforceRefusal.NotAllowed(call.Method),
            ["data", _, "query"] => Run(call, includesDeleted: false),
            ["data", _, "queryAll"] => Run(call, includesDeleted: true),
            ["data", _, "query" or "queryAll", var locator] => More(call, locator),
            _ => null,
        };

    private SalesforceReply Run(SalesforceCall call, bool includesDeleted)
    {
        var query = Soql.Parse(
            call.Query.GetValueOrDefault("q") ?? throw SalesforceRefusal.Malformed("A query string has to be specified")
        );
        var bound = new SoqlBinding(org, query);
        var found = bound
            .Sorted((includesDeleted ? org.All(bound.Of.Name) : org.Standing(bound.Of.Name)).Where(bound.Holds))
            .Take(query.Limit ?? int.MaxValue)
            .ToArray();
        if (query.IsCount)
        {
            return new SalesforceReply(200, Page(found.Length, [], null));
        }

        JsonObject[] rows = [.. found.Select(row => View(bound, row, call))];
        return Paged(call, new Cursor(rows, org.Now + LocatorLife), 0, null);
    }

    private SalesforceReply More(SalesforceCall call, string locator)
    {
        var parts = Locator().Match(locator);
        return
            parts.Success
            && open.TryGetValue(parts.Groups["id"].Value, out var cursor)
            && org.Now < cursor.Until
            && int.TryParse(parts.Groups["from"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && from <= cursor.Rows.Length
            ? Paged(call, cursor, from, parts.Groups["id"].Value)
            : throw new SalesforceRefusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    }

    private SalesforceReply Paged(SalesforceCall call, Cursor cursor, int from, string? id)
    {
        var rows = cursor.Rows.Skip(from).Take(Batch(call)).ToArray();
        var until = from + rows.Length;
        if (until >= cursor.Rows.Length)
        {
            return new SalesforceReply(200, Page(cursor.Rows.Length, rows, null));
        }

        var next = $"query/{id ?? Open(cursor)}-{until.ToString(CultureInfo.InvariantCulture)}";
        return new SalesforceReply(200, Page(cursor.Rows.Length, rows, call.Address(next)));
    }

    // The oldest makes way for the newest.
    private string Open(Cursor cursor)
    {
        var id = SalesforceIds.Make("0r8", ++opened);
        open.Add(id, cursor);
        while (open.Count > MostOpen)
        {
            open.RemoveAt(0);
        }

        return id;
    }

    private int Batch(SalesforceCall call)
    {
        var asked = BatchSize().Match(call.Header("Sforce-Query-Options") ?? "");
        return asked.Success && int.TryParse(asked.Groups["rows"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            ? Math.Min(PageSize, Math.Clamp(rows, SmallestBatch, LargestBatch))
            : PageSize;
    }

    private static JsonObject Page(int total, IEnumerable<JsonObject> rows, string? next)
    {
        var page = new JsonObject { ["totalSize"] = total, ["done"] = next is null };
        if (next is not null)
        {
            page["nextRecordsUrl"] = next;
        }

        page["records"] = new JsonArray([.. rows.Select(row => row.DeepClone())]);
        return page;
    }

    private static JsonObject View(SoqlBinding bound, Row row, SalesforceCall call)
    {
        var view = SalesforceRecords.View(row, [], call.Address);
        foreach (var path in bound.Selected)
        {
            var (into, of) = ((JsonObject?)view, (Row?)row);
            foreach (var step in path.Steps)
            {
                (into, of) = Step(bound, (into!, of!), step, call);
                if (into is null)
                {
                    break;
                }
            }

            if (into is not null)
            {
                into[path.Field.Name] = SalesforceValues.Json(path.Field, of![path.Field.Name]);
            }
        }

        return view;
    }

    // A parent that is not there is null as a whole.
    private static (JsonObject? View, Row? Row) Step(SoqlBinding bound, (JsonObject View, Row Row) from, Field step, SalesforceCall call)
    {
        var parent = bound.Parent(from.Row, step);
        if (parent is null)
        {
            from.View[step.Relationship!] = null;
            return (null, null);
        }

        if (from.View[step.Relationship!] is not JsonObject view)
        {
            from.View[step.Relationship!] = view = SalesforceRecords.View(parent, [], call.Address);
        }

        return (view, parent);
    }

    private sealed record Cursor(JsonObject[] Rows, DateTimeOffset Until);

    [GeneratedRegex(
        "^(?<id>0r8[A-Za-z0-9]{15})-(?<from>[0-9]{1,9})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Locator();

    [GeneratedRegex(
        @"(^|[,;\s])batchSize\s*=\s*(?<rows>[0-9]{1,9})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex BatchSize();
}
