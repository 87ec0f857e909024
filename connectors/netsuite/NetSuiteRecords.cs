using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Connectors.NetSuite;

/// <summary>How one record type is written and found.</summary>
/// <param name="ExternalType">The record service's type name.</param>
/// <param name="Part">The hub's part.</param>
/// <param name="Sublist">The sublist that a write which bears it replaces rather than merges.</param>
/// <param name="Where">Where SuiteQL finds it: table, and what narrows it.</param>
internal sealed record NetSuiteTarget(string ExternalType, string Part, string? Sublist, (string Table, string And) Where)
{
    /// <summary>Whether it is posted into a period.</summary>
    public bool IsTransaction => Where.Table == "transaction";

    public static NetSuiteTarget Transaction(string externalType, string part, string sublist, string type) =>
        new(externalType, part, sublist, ("transaction", $" AND type = '{type}'"));
}

/// <summary>Record types, queries, and what the answers say.</summary>
internal static class NetSuiteRecords
{
    // A number that stands more often is nobody's key.
    private const int MostMatches = 20;

    // More periods than any company keeps; the first row already is the document's own.
    private const int MostPeriods = 400;

    // An account is a customer of NetSuite's, and the customer that accounts belong to is one too: their parent.
    private static readonly NetSuiteTarget Customer = new("customer", "customer", null, ("customer", ""));
    private static readonly NetSuiteTarget ParentCustomer = new("customer", "parent-customer", null, ("customer", ""));
    private static readonly NetSuiteTarget Invoice = NetSuiteTarget.Transaction("invoice", "invoice", "item", "CustInvc");
    private static readonly NetSuiteTarget DebitMemo = NetSuiteTarget.Transaction("invoice", "debit-memo", "item", "CustInvc");
    private static readonly NetSuiteTarget CreditMemo = NetSuiteTarget.Transaction("creditMemo", "credit-note", "item", "CustCred");
    private static readonly NetSuiteTarget Payment = NetSuiteTarget.Transaction("customerPayment", "payment", "apply", "CustPymt");
    private static readonly NetSuiteTarget Chargeback = NetSuiteTarget.Transaction("customerRefund", "chargeback", "apply", "CustRfnd");
    private static readonly NetSuiteTarget Refund = NetSuiteTarget.Transaction("customerRefund", "refund", "apply", "CustRfnd");

    // No record of NetSuite's: NetSuiteApplications writes lines of others.
    private static readonly NetSuiteTarget Application = new("application", "application", null, ("transaction", ""));

    private static readonly NetSuiteTarget Settlement = Journal("settlement");
    private static readonly NetSuiteTarget Payout = Journal("payout");
    private static readonly NetSuiteTarget Entry = Journal("journal");
    private static readonly NetSuiteTarget Item = new("serviceSaleItem", "item", null, ("item", ""));

    private static NetSuiteTarget Journal(string part) => NetSuiteTarget.Transaction("journalEntry", part, "line", "Journal");

    public static NetSuiteTarget Of(RecordType type) =>
        type switch
        {
            RecordType.Customer => ParentCustomer,
            RecordType.BillingAccount => Customer,
            RecordType.Invoice => Invoice,
            RecordType.DebitMemo => DebitMemo,
            RecordType.CreditNote => CreditMemo,
            RecordType.Payment => Payment,
            RecordType.Application => Application,
            RecordType.Refund => Refund,
            RecordType.Dispute => Chargeback,
            RecordType.SettlementItem => Settlement,
            RecordType.Payout => Payout,
            RecordType.JournalEntry => Entry,
            RecordType.Product => Item,
            _ => throw new InvariantException($"{type} is no target of this kind"),
        };

    /// <summary>Two rows are enough to know that there are several.</summary>
    public static (string Sql, int Limit) ByReference(NetSuiteTarget target, string reference) =>
        ($"SELECT id FROM {target.Where.Table} WHERE externalid = {Quoted(reference)}{target.Where.And}", 2);

    /// <summary>What the records of a type can be found by: canonical field, column.</summary>
    public static (string Field, string Column)? MatchOf(RecordType type) =>
        type switch
        {
            RecordType.Customer or RecordType.BillingAccount => ("number", "accountnumber"),
            RecordType.Invoice or RecordType.DebitMemo or RecordType.CreditNote => ("number", "tranid"),
            RecordType.Payment or RecordType.Refund or RecordType.Dispute => ("processorReference", "memo"),
            RecordType.Product => ("sku", "itemid"),
            _ => null,
        };

    /// <summary>Records that hold a value.</summary>
    public static (string Sql, int Limit) ByValue(NetSuiteTarget target, string column, string value) =>
        ($"SELECT id FROM {target.Where.Table} WHERE {column} = {Quoted(value)}{target.Where.And}", MostMatches);

    /// <summary>Whose a transaction is.</summary>
    public static (string Sql, int Limit) CustomerOf(string id) => ($"SELECT entity FROM transaction WHERE id = {Quoted(id)}", 1);

    /// <summary>The base periods from the one that holds a day on.</summary>
    public static (string Sql, int Limit) PeriodsFrom(DateOnly day) =>
        (
            "SELECT id, periodname, closed, alllocked, arlocked FROM accountingperiod "
                + "WHERE isadjust = 'F' AND isquarter = 'F' AND isyear = 'F' "
                + $"AND enddate >= TO_DATE('{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}', 'YYYY-MM-DD') ORDER BY startdate",
            MostPeriods
        );

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A request as it is sent: a reference to nothing takes the field off the record, which is asked for by a field that is null.</summary>
    public static ReadOnlyMemory<byte> Clearing(ReadOnlyMemory<byte> request)
    {
        var body = Parse(request);
        var empty = body?.Where(IsEmptyReference).Select(field => field.Key).ToList() ?? [];
        foreach (var field in empty)
        {
            body![field] = null;
        }

        return empty.Count == 0 ? request : Bytes(body!);
    }

    private static bool IsEmptyReference(KeyValuePair<string, JsonNode?> field) =>
        field.Value is JsonObject { Count: 1 } reference && reference.TryGetPropertyValue("id", out var id) && id is null;

    /// <summary>Whether a request bears a sublist: one that it does not bear is left as it is.</summary>
    public static bool Bears(ReadOnlyMemory<byte> request, string? sublist) =>
        sublist is not null && Parse(request)?[sublist] is JsonObject;

    /// <summary>The subsidiary of a record or request, or null where it names none.</summary>
    public static string? SubsidiaryOf(JsonObject? record) =>
        record?["subsidiary"] is JsonObject subsidiary ? Text(subsidiary, "id") : null;

    /// <summary>The customer that a customer belongs to, or null where it names none.</summary>
    public static string? ParentOf(JsonObject? record) => record?["parent"] is JsonObject parent ? Text(parent, "id") : null;

    /// <summary>An amount of a record, or null where it has none.</summary>
    public static decimal? Amount(JsonObject? record, string field) =>
        record?[field] is JsonValue value && value.TryGetValue<decimal>(out var amount) ? amount : null;

    public static HttpContent Query(string sql) =>
        new StringContent(new JsonObject { ["q"] = sql }.ToJsonString(), Encoding.UTF8, "application/json");

    public static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

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
