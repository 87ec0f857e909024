using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Connectors.NetSuite;

/// <summary>
/// An invoice that was voided after it was posted. In an open period it is written so that it charges nothing. In a closed one NetSuite lets nobody change it, so
/// that it stays as it is, and a credit memo over all of it, posted into the period that the hub names, takes it back. The hub's request holds that memo
/// as <c>reversal</c>.
/// </summary>
internal sealed class NetSuiteReversals(NetSuiteWriter writer)
{
    private const string Name = "reversal";
    private const string Apply = "apply";
    private const string Items = "item";
    private const string Period = "postingPeriod";
    private static readonly NetSuiteTarget Memo = NetSuiteRecords.Of(RecordType.CreditNote);

    /// <summary>The credit memo that a request holds; null where it voids nothing.</summary>
    public static JsonObject? Of(ReadOnlyMemory<byte> request) => NetSuiteRecords.Parse(request)?[Name] as JsonObject;

    /// <summary>Whether a request voids what stands in a period that is closed: then alone the hub names another.</summary>
    public static bool IsFor(WriteRequest request) => request.ExternalId is not null && Of(request.Body)?[Period] is JsonObject;

    /// <summary>The request without its reversal; the same bytes where it has none.</summary>
    public static ReadOnlyMemory<byte> Without(ReadOnlyMemory<byte> request)
    {
        if (Of(request) is null)
        {
            return request;
        }

        var document = NetSuiteRecords.Parse(request)!;
        document.Remove(Name);
        return NetSuiteRecords.Bytes(document);
    }

    /// <summary>Writes the credit memo under a reference derived from the hub's, applied to the invoice that it takes back; by upsert, so that it may be repeated.</summary>
    public async Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var (invoice, memo) = (request.ExternalId!, Of(request.Body)!.DeepClone().AsObject());
        var line = new JsonObject
        {
            ["doc"] = new JsonObject { ["id"] = invoice },
            [Apply] = true,
            ["amount"] = Total(memo),
        };
        memo[Apply] = new JsonObject { ["items"] = new JsonArray(line) };
        var write = new NetSuiteWrite(
            Memo.ExternalType,
            null,
            ReferenceOf(request.Reference),
            $"{Memo.Sublist},{Apply}",
            NetSuiteRecords.Bytes(memo)
        )
        {
            SendBefore = request.SendBefore,
        };
        var saved = await writer.SaveAsync(Memo, write, cancellationToken);
        return saved.TryGet(out _, out var fault) ? new WriteReceipt(invoice) : fault;
    }

    /// <summary>What stands, in the form of the request: an invoice that charges nothing, or one that its credit memo has taken back, is void.</summary>
    public async Task<Outcome<Lookup>> StandingAsync(Lookup.Found invoice, LookupRequest request, CancellationToken cancellationToken)
    {
        var (stands, asked) = (NetSuiteRecords.Parse(invoice.Record)!, NetSuiteRecords.Parse(request.Body)!);
        if (Total(stands) == 0)
        {
            return With(asked[Name]);
        }

        var found = await writer.FindAsync(Memo, ReferenceOf(request.Reference), cancellationToken);
        if (!found.TryGet(out var lookup, out var fault))
        {
            return fault;
        }

        if (lookup is not Lookup.Found memo)
        {
            return invoice;
        }

        stands[Items] = asked[Items]?.DeepClone();
        stands[Period] = asked[Period]?.DeepClone();
        return With(NetSuiteRecords.Parse(memo.Record));

        Lookup.Found With(JsonNode? reversal)
        {
            stands[Name] = reversal?.DeepClone();
            return invoice with { Record = NetSuiteRecords.Bytes(stands) };
        }
    }

    private static string ReferenceOf(string reference) => $"{reference}-{Name}";

    private static decimal Total(JsonObject document) =>
        document[Items] is JsonObject list && list["items"] is JsonArray items
            ? items.OfType<JsonObject>().Sum(line => NetSuiteRecords.Amount(line, "amount") ?? 0)
            : 0;
}
