using System.Text.Json.Nodes;

namespace QtcHub.Connectors.NetSuite;

/// <summary>Where an application stands: the line of a payment or credit memo for one document.</summary>
/// <param name="From">The type of what it comes from.</param>
/// <param name="FromId">Its id.</param>
/// <param name="Document">The id of the invoice that it goes to.</param>
internal sealed record NetSuiteLine(string From, string FromId, string Document)
{
    private const char Between = ':';
    private const string CreditMemo = "creditMemo";
    private static readonly string[] Sources = ["customerPayment", CreditMemo];

    /// <summary>The line that a request is about; null where it names no source.</summary>
    public static NetSuiteLine? Of(JsonObject body, string document) =>
        Array.Find(Sources, source => IdOf(body, source) is not null) is { } from
            ? new NetSuiteLine(from, IdOf(body, from)!, document)
            : null;

    /// <summary>The line of a credit memo that writes a document off.</summary>
    public static NetSuiteLine OfMemo(string id, string document) => new(CreditMemo, id, document);

    /// <summary>
    /// The application's own id, by which it is found again. The hub's reference is the last part of it: what was taken back and comes again as another application
    /// has the same line, and is not the same record.
    /// </summary>
    public string ExternalId(string reference) => string.Join(Between, From, FromId, Document, reference);

    /// <summary>Reads an id that <see cref="ExternalId"/> has made.</summary>
    public static NetSuiteLine? Parse(string externalId) =>
        externalId.Split(Between) is [var from, var id, var document, _] && Sources.Contains(from, StringComparer.Ordinal)
            ? new NetSuiteLine(from, id, document)
            : null;

    /// <summary>The document that a request applies to.</summary>
    public static string? DocumentOf(JsonObject body) => LineOf(body) is { } line ? IdOf(line, "doc") : null;

    /// <summary>The one line of a request.</summary>
    public static JsonObject? LineOf(JsonObject body) => Lines(body).FirstOrDefault();

    /// <summary>The line in a record as it is now; null where it is not applied.</summary>
    public JsonObject? AppliedIn(JsonObject record) =>
        Lines(record).FirstOrDefault(line => IdOf(line, "doc") == Document && NetSuiteRecords.Text(line, "apply") == "true");

    /// <summary>The line as it is where nothing is applied.</summary>
    public JsonObject Unapplied() =>
        new()
        {
            ["doc"] = new JsonObject { ["id"] = Document },
            ["apply"] = false,
        };

    /// <summary>How much a line applies.</summary>
    public static decimal? AmountOf(JsonObject? line) => NetSuiteRecords.Amount(line, "amount");

    private static IEnumerable<JsonObject> Lines(JsonObject record) =>
        record["apply"] is JsonObject list && list["items"] is JsonArray items ? items.OfType<JsonObject>() : [];

    private static string? IdOf(JsonObject from, string field) =>
        from[field] is JsonObject reference ? NetSuiteRecords.Text(reference, "id") : null;
}
