using System.Text.Json.Nodes;
using QtcHub.Ledger;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Refunds of payments, and chargebacks, that were made outside and that Zuora is told of. Only what is unapplied can be refunded, so as much of the
/// payment as is lacking is unapplied first, from the latest application on.
/// </summary>
internal sealed class ZuoraWriterRefunds(
    ZuoraCalls reads,
    ZuoraWriterCalls writes,
    ZuoraWriterEnds ends,
    ZuoraWriterParts parts,
    ZuoraOptions options
) : IZuoraWay
{
    // Call 1 is the unapplying, whether it is needed or not, so that the refund has one key.
    private const int RefundCall = 2;

    public ZuoraPlace Place => ZuoraPlace.Refunds;

    public async Task<Outcome<WriteReceipt>> CreateAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var asked = ZuoraWriterBody.Parse(request.Body);
        if (asked.Text("status") is { } status and not ZuoraStanding.Made)
        {
            return ZuoraStanding.NotMade(status);
        }

        if (asked.Text("paymentId") is not { } payment || asked.Number("amount") is not { } amount)
        {
            return new Fault.Invalid("paymentId", "a refund is of a payment and has an amount");
        }

        var prepared = await PrepareAsync(request, asked, payment, amount, cancellationToken);
        if (!prepared.TryGet(out var earlier, out var fault))
        {
            return fault;
        }

        if (earlier.Id is { } made)
        {
            return new WriteReceipt(made);
        }

        var refund = asked.Without("status", "paymentId", "amount", "account").Filled();
        refund["totalAmount"] = asked["amount"]!.DeepClone();
        refund["type"] = "External";
        ZuoraStanding.Stamp(refund, options, request.Reference);
        var sent = await writes.PostAsync(
            request,
            refund,
            (api, body, token, cancel) => api.RefundAsync(payment, body!, EffectKey.OfCall(request.Key, RefundCall), token, cancel),
            cancellationToken
        );
        return await ends.OfCreateAsync(sent, Place, request, "id", cancellationToken);
    }

    public async Task<Outcome<WriteReceipt>> ChangeAsync(WriteRequest request, string id, CancellationToken cancellationToken)
    {
        var asked = ZuoraWriterBody.Parse(request.Body);
        if (asked.Text("status") == ZuoraStanding.Canceled)
        {
            var read = await reads.HoldsAsync(Place, id, new JsonObject { ["status"] = ZuoraStanding.Canceled }, cancellationToken);
            return !read.TryGet(out var isCanceled, out var fault) ? fault
                : isCanceled ? new WriteReceipt(id)
                : await writes.CancelAsync(request, reads, Place, id, cancellationToken);
        }

        var change = ZuoraStanding.Change(asked, options, request.Reference);
        if (change.Count == 0)
        {
            return new WriteReceipt(id);
        }

        var sent = await writes.PutAsync(
            request,
            change,
            (api, body, token, cancel) => api.UpdateAsync(Place.Collection, id, body!, token, cancel),
            cancellationToken
        );
        return await ZuoraWriterEnds.OfChangeAsync(sent, id, () => reads.HoldsAsync(Place, id, change, cancellationToken));
    }

    public async Task<Outcome<Lookup>> ReadAsync(string id, LookupRequest asked, CancellationToken cancellationToken)
    {
        var read = await reads.ReadHeadAsync((api, token, cancel) => api.GetAsync(Place.Collection, id, token, cancel), cancellationToken);
        return !read.TryGet(out var head, out var fault) ? fault
            : head.IsMissing ? new Lookup.Absent()
            : new Lookup.Found(head.Record.Text("id") ?? id, ZuoraForm.Write(head.Record, ZuoraForm.Account(head.Account)));
    }

    /// <summary>
    /// Unapplies what is lacking – unless what is lacking was refunded by an earlier call. The payment is read before it is looked for that refund: one that
    /// is made in between has left enough, and meets its own key.
    /// </summary>
    private async Task<Outcome<Earlier>> PrepareAsync(
        WriteRequest request,
        JsonObject asked,
        string payment,
        decimal amount,
        CancellationToken cancellationToken
    )
    {
        var read = await reads.ReadAsync((api, token, cancel) => api.GetAsync("payments", payment, token, cancel), cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing || found.Body.Number("unappliedAmount") is not { } unapplied)
        {
            return new Fault.Rejected("no-payment", "the payment that is refunded is not there");
        }

        if (
            (asked["account"] as JsonObject)?.Text("Currency") is { } currency
            && found.Body.Text("currency") is { } paid
            && currency != paid
        )
        {
            return new Fault.Rejected("another-currency", $"a refund in {currency} of a payment in {paid}");
        }

        if (amount <= unapplied)
        {
            return Earlier.None;
        }

        var earlier = await ends.FindAsync(Place, request, cancellationToken);
        return !earlier.TryGet(out var refund, out fault) ? fault
            : refund.Id is not null ? refund
            : await parts.UnapplyAsync(request, ZuoraPlace.Payments.Collection, payment, amount - unapplied, cancellationToken)
                is { } refused
                ? refused
            : Earlier.None;
    }
}
