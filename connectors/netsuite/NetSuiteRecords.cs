using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Connectors.NetSuite;

/// <summary>How one record type is written and found.</summary>
/// <param name="ExternalType">The record service's type name.</param>
/// <param name="Part">The hub's part.</param>
/// <param name="Replace">The sublist that a write replaces rather than merges.</param>
/// <param name="Where">Where SuiteQL finds it: table, and what narrows it.</param>
internal sealed record NetSuiteTarget(string ExternalType, string Part, string? Replace, (string Table, string And) Where);

/// <summary>Record types, queries, and what the answers say.</summary>
internal static class NetSuiteRecords
{
    // More periods than any company keeps; the first row already is the document's own.
    private const int MostPeriods = 400;

    private static readonly NetSuiteTarget Customer = new("customer", "customer", null, ("customer", ""));
    private static readonly NetSuiteTarget Invoice = new("invoice", "invoice", "item", ("transaction", " AND type = 'CustInvc'"));
    private static readonly NetSuiteTarget Payment = new("customerPayment", "payment", "apply", ("transaction", " AND type = 'CustPymt'"));

    private static readonly NetSuiteTarget Settlement = Journal("settlement");
    private static readonly NetSuiteTarget Payout = Journal("payout");
    private static readonly NetSuiteTarget Entry = Journal("journal");

    private static readonly NetSuiteTarget Item = new("serviceSaleItem", "item", null, ("item", ""));

    private static NetSuiteTarget Journal(string part) => new("journalEntry", part, "line", ("transaction", " AND type = 'Journal'"));

    public static NetSuiteTarget Of(RecordType type) =>
        type switch
        {
            RecordType.BillingAccount => Customer,
            RecordType.Invoice => Invoice,
            RecordType.Payment => Payment,
            RecordType.SettlementItem => Settlement,
            RecordType.Payout => Payout,
            RecordType.JournalEntry => Entry,
            RecordType.Product => Item,
            _ => throw new InvariantException($"{type} is no target of this kind"),
        };

    /// <summary>Two rows are enough to know that there are several.</summary>
    public static (string Sql, int Limit) ByReference(NetSuiteTarget target, string reference) =>
        (
            $"SELECT id FROM {target.Where.Table} WHERE externalid = '{reference.Replace("'", "''", StringComparison.Ordinal)}'{target.Where.And}",
            2
        );

    /// <summary>The items of a name, which is their SKU; two are enough to know that there are several.</summary>
    public static (string Sql, int Limit) BySku(string sku) =>
        ($"SELECT id FROM item WHERE itemid = '{sku.Replace("'", "''", StringComparison.Ordinal)}'", 2);

    /// <summary>The base periods from the one that holds a day on.</summary>
    public static (string Sql, int Limit) PeriodsFrom(DateOnly day) =>
        (
            "SELECT id, periodname, closed, alllocked, arlocked FROM accountingperiod "
                + "WHERE isadjust = 'F' AND isquarter = 'F' AND isyear = 'F' "
                + $"AND enddate >= TO_DATE('{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}', 'YYYY-MM-DD') ORDER BY startdate",
            MostPeriods
        );

    public static HttpContent Query(string sql) =>
        new StringContent(new JsonObject { ["q"] = sql }.ToJsonString(), Encoding.UTF8, "application/json");

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

    /// <summary>The rows of a collection, or null where the answer is none.</summary>
    public static List<JsonObject>? Rows(VendorAnswer answer) =>
        Parse(answer.Body)?["items"] is JsonArray items ? [.. items.OfType<JsonObject>()] : null;

    /// <summary>The internal id at the end of a Location header.</summary>
    public static string? IdOf(Uri? location)
    {
        var path = location is null ? "" : (location.IsAbsoluteUri ? location.AbsolutePath : location.OriginalString);
        var id = path[(path.LastIndexOf('/') + 1)..];
        return id.Length > 0 && id.All(char.IsAsciiDigit) ? id : null;
    }

    /// <summary>A text field of an object, whatever the value's type; null where there is none.</summary>
    public static string? Text(JsonObject from, string name) => (from[name] as JsonValue)?.ToString();

    /// <summary>Where a document would be posted: the day it bears, and whether it names a period.</summary>
    public static (DateOnly? Day, bool NamesPeriod) PostingOf(ReadOnlyMemory<byte> request)
    {
        var body = Parse(request);
        var day = DateOnly.TryParseExact(
            (body?["tranDate"] as JsonValue)?.ToString(),
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        )
            ? date
            : (DateOnly?)null;
        return (day, body?["postingPeriod"] is not null);
    }
}
