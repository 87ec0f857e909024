using System.Globalization;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// A callout's body: ids and nothing else, <c>{"InvoiceId": "…"}</c>. It says which records may have changed, never how or when, so all of them are read, save what was read since.
/// </summary>
internal static class ZuoraCallout
{
    /// <summary>Beside an id that a poll has found: when what it names changed, ISO 8601. No callout has a parameter of this name.</summary>
    private const string PolledStamp = "qtc.updatedDate";

    /// <summary>Each version of a subscription has an id of its own: what all share is the number.</summary>
    public const string SubscriptionNumber = "SubscriptionNumber";

    private static readonly (string Parameter, Func<string, (string Type, string Id)[]> Names)[] Parameters =
    [
        ("AccountId", id => [(ZuoraKind.Account, id)]),
        (SubscriptionNumber, number => [(ZuoraKind.Subscription, number)]),
        ("BillRunId", id => [(ZuoraKind.BillRun, id)]),
        ("InvoiceId", id => [(ZuoraKind.Invoice, id), (ZuoraKind.DocumentState, ZuoraDocument.Invoice.State(id))]),
        ("DebitMemoId", id => [(ZuoraKind.DebitMemo, id), (ZuoraKind.DocumentState, ZuoraDocument.DebitMemo.State(id))]),
        (
            "CreditMemoId",
            id =>
                [(ZuoraKind.CreditMemo, id), (ZuoraKind.CreditMemoParts, id), (ZuoraKind.DocumentState, ZuoraDocument.CreditMemo.State(id))]
        ),
        ("PaymentId", id => [(ZuoraKind.Payment, id), (ZuoraKind.PaymentParts, id)]),
        ("RefundId", id => [(ZuoraKind.Refund, id)]),
        ("ProductId", id => [(ZuoraKind.Product, id)]),
        ("ProductRatePlanId", id => [(ZuoraKind.PlanProduct, id)]),
    ];

    /// <summary>Whether a callout with a parameter tells of records of a type, or of a list of them.</summary>
    public static bool Tells(string parameter, string type) =>
        Array
            .Find(Parameters, known => known.Parameter == parameter)
            .Names("")
            .Any(named => named.Type == type || ZuoraKind.MembersOf.GetValueOrDefault(named.Type) == type);

    /// <summary>The body of the callout about one record, as a poll would have had it, and where a poll knows it as the record bears it: when it changed.</summary>
    public static ReadOnlyMemory<byte> Write(string parameter, string id, DateTimeOffset? updated = null)
    {
        var body = new JsonObject { [parameter] = id };
        if (updated is { } at)
        {
            body[PolledStamp] = at.ToString("O", CultureInfo.InvariantCulture);
        }

        return System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    /// <summary>What the callout names, in the order in which the records depend on each other; parameters of other names are left aside.</summary>
    public static Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body)
    {
        if (!VendorJson.TryParse(body, out var callout))
        {
            return new Fault.Invalid("$", "a callout's body is a JSON object");
        }

        var marker = ZuoraJson.Instant(callout.Text(PolledStamp)) is { } updated ? Marker.At(updated) : Marker.AnyTime;
        var notices = new List<Notice>();
        foreach (var (parameter, names) in Parameters)
        {
            if (!callout.TryGetProperty(parameter, out var value) || value.ValueKind == System.Text.Json.JsonValueKind.Null)
            {
                continue;
            }

            if (callout.Text(parameter) is not { } id || !ZuoraRecords.IsId(id))
            {
                return new Fault.Invalid(parameter, "a callout names a record by its id, a subscription by its number");
            }

            notices.AddRange(names(id).Select(named => new Notice(named.Type, named.Id, marker, null)));
        }

        return notices;
    }
}
