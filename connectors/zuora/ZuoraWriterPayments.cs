using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Payments that were made outside and that Zuora is told of. One call makes a payment and applies it to the invoices and debit memos that it names; afterwards
/// its applications are Zuora's, and the hub only cancels a payment that has failed after all.
/// </summary>
internal sealed class ZuoraWriterPayments(
    ZuoraCalls reads,
    ZuoraWriterCalls writes,
    ZuoraWriterEnds ends,
    ZuoraWriterParts parts,
    ZuoraOptions options
) : IZuoraWay
{
    private static readonly ZuoraPaid[] Paid = [new("invoices", ZuoraDocument.Invoice), new("debitMemos", ZuoraDocument.DebitMemo)];

    public ZuoraPlace Place => ZuoraPlace.Payments;

    public async Task<Outcome<WriteReceipt>> CreateAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var asked = ZuoraWriterBody.Parse(request.Body);
        if (asked.Text("status") is { } status and not ZuoraStanding.Made)
        {
            return ZuoraStanding.NotMade(status);
        }

        var payment = asked.Without("status").Filled();
        payment["type"] = "External";
        ZuoraStanding.Stamp(payment, options, request.Reference);
        var sent = await writes.PostAsync(
            request,
            payment,
            (api, body, token, cancel) => api.CreateAsync(Place.Collection, body!, request.Key, token, cancel),
            cancellationToken
        );
        if (sent is ZuoraSent.Failed { Fault: Fault.Rejected refused } && await IsPaidMeanwhileAsync(asked, cancellationToken))
        {
            // What it shall pay is decided again, by what is owed now.
            return new Fault.Conflict($"less is owed of what it pays: {refused.Detail}");
        }

        return await ends.OfCreateAsync(sent, Place, request, "id", cancellationToken);
    }

    public async Task<Outcome<WriteReceipt>> ChangeAsync(WriteRequest request, string id, CancellationToken cancellationToken)
    {
        var asked = ZuoraWriterBody.Parse(request.Body);
        if (asked.Text("status") == ZuoraStanding.Canceled)
        {
            return await CancelAsync(request, id, cancellationToken);
        }

        if (Named(asked).Count > 0)
        {
            var read = await parts.ReadAsync(Place.Collection, id, cancellationToken);
            if (!read.TryGet(out var applied, out var fault))
            {
                return fault;
            }

            if (Named(asked).Any(named => Applied(applied, named) < named.Amount))
            {
                return new Fault.Rejected("applied-in-billing", "a payment that stands is applied in Zuora, not by the hub");
            }
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
        var read = await reads.ReadAsync((api, token, cancel) => api.GetAsync(Place.Collection, id, token, cancel), cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing)
        {
            return new Lookup.Absent();
        }

        var form = ZuoraWriterBody.Parse(ZuoraForm.Write(found.Body));
        var request = asked.Body.IsEmpty ? [] : ZuoraWriterBody.Parse(asked.Body);
        if (Paid.Any(paid => request[paid.List] is JsonArray))
        {
            var listed = await parts.ReadAsync(Place.Collection, id, cancellationToken);
            if (!listed.TryGet(out var applied, out fault))
            {
                return fault;
            }

            // What Zuora has applied besides is its own affair.
            foreach (var paid in Paid.Where(paid => request[paid.List] is JsonArray))
            {
                form[paid.List] = new JsonArray([
                    .. Named(request)
                        .Where(named => named.Kind == paid)
                        .Select(named => new JsonObject { [paid.Document.IdField] = named.Document, ["amount"] = Applied(applied, named) }),
                ]);
            }
        }

        return new Lookup.Found(found.Body.Text("id") ?? id, form.Bytes());
    }

    /// <summary>What failed after it had been told of: what it paid is owed again, and the payment is canceled. What an earlier call has done is not done again.</summary>
    private async Task<Outcome<WriteReceipt>> CancelAsync(WriteRequest request, string id, CancellationToken cancellationToken)
    {
        var read = await reads.ReadAsync((api, token, cancel) => api.GetAsync(Place.Collection, id, token, cancel), cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.Body.Text("status") == ZuoraStanding.Canceled)
        {
            return new WriteReceipt(id);
        }

        if (
            found.Body.Number("appliedAmount") is > 0 and { } applied
            && await parts.UnapplyAsync(request, Place.Collection, id, applied, cancellationToken) is { } refused
        )
        {
            return refused;
        }

        return await writes.CancelAsync(request, reads, Place, id, cancellationToken);
    }

    /// <summary>Whether a payment names more of a document than is owed of it: somebody paid it meanwhile. What cannot be read is not known to be so.</summary>
    private async Task<bool> IsPaidMeanwhileAsync(JsonObject asked, CancellationToken cancellationToken)
    {
        foreach (var named in Named(asked))
        {
            var read = await reads.ReadAsync(
                (api, token, cancel) => named.Kind.Document.ReadAsync(api, named.Document, token, cancel),
                cancellationToken
            );
            if (read.TryGet(out var document, out _) && (document.Body.Number("Balance") ?? document.Body.Number("balance")) < named.Amount)
            {
                return true;
            }
        }

        return false;
    }

    private static List<ZuoraNamed> Named(JsonObject request) =>
        Paid.SelectMany(paid =>
                (request[paid.List] as JsonArray ?? [])
                    .OfType<JsonObject>()
                    .Select(part => new ZuoraNamed(paid, part.Text(paid.Document.IdField) ?? "", part.Number("amount") ?? 0))
            )
            .ToList();

    private static decimal Applied(IReadOnlyList<ZuoraPart> applied, ZuoraNamed named) =>
        applied
            .Where(part => part.IsInvoice == (named.Kind.Document == ZuoraDocument.Invoice) && part.Document == named.Document)
            .Sum(part => part.Amount);
}

/// <summary>What a payment can pay: its list in a payment, and the kind of document.</summary>
internal sealed record ZuoraPaid(string List, ZuoraDocument Document);

/// <summary>A document that a payment names, and how much of it.</summary>
internal sealed record ZuoraNamed(ZuoraPaid Kind, string Document, decimal Amount);
