using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// What a payment lacks of an invoice: a credit memo over exactly that, made of the invoice under a reason code, posted and applied to it in the one call. Zuora's
/// own write-off takes all that is owed, whatever that has become meanwhile; this takes no more than was decided.
/// </summary>
internal sealed class ZuoraWriterWriteOffs(ZuoraCalls reads, ZuoraWriterCalls writes, ZuoraWriterEnds ends, ZuoraWriterParts parts)
    : IZuoraWay
{
    private const string Posted = "Posted";

    public ZuoraPlace Place => ZuoraPlace.CreditMemos;

    public async Task<Outcome<WriteReceipt>> CreateAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var asked = ZuoraWriterBody.Parse(request.Body);
        var (invoice, amount) = (asked.Text("invoiceId") ?? "", asked.Number("amount") ?? 0);
        var read = await reads.ReadAsync(
            (api, token, cancel) => ZuoraDocument.Invoice.ReadAsync(api, invoice, token, cancel),
            cancellationToken
        );
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing || found.Body.Number("Balance") != amount)
        {
            return await MadeBeforeAsync(request, cancellationToken);
        }

        var listed = await reads.ReadAllAsync(
            "invoiceItems",
            pages => (api, token, cancel) => api.ListOfAsync("invoices", invoice, "items", new ZuoraPage(pages.Next), token, cancel),
            cancellationToken
        );
        if (!listed.TryGet(out var pages, out fault))
        {
            return fault;
        }

        if (Items(pages.Items, amount) is not { } items)
        {
            return new Fault.Rejected("nothing-to-credit", "the invoice's items cannot be credited by what is given up");
        }

        var sent = await writes.PostAsync(
            request,
            Memo(asked, items, found.Body.Text("InvoiceDate"), request.Reference),
            (api, body, token, cancel) => api.CreditAsync(invoice, body!, request.Key, token, cancel),
            cancellationToken
        );
        return await ends.OfCreateAsync(sent, Place, request, "id", cancellationToken);
    }

    /// <summary>A memo that was posted stays as it is, or is taken back whole.</summary>
    public Task<Outcome<WriteReceipt>> ChangeAsync(WriteRequest request, string id, CancellationToken cancellationToken) =>
        ZuoraWriterBody.Parse(request.Body).Text("status") == ZuoraStanding.Canceled
            ? TakeBackAsync(request, id, cancellationToken)
            : Task.FromResult<Outcome<WriteReceipt>>(new WriteReceipt(id));

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

        var memo = found.Body;
        var day = asked.Body.IsEmpty ? null : ZuoraWriterBody.Parse(asked.Body).Text("effectiveDate");
        var form = new JsonObject
        {
            ["invoiceId"] = memo.Text("referredInvoiceId"),
            ["amount"] = memo.Number("amount"),
            // Later than was asked for where the invoice was issued later.
            ["effectiveDate"] = string.CompareOrdinal(day, memo.Text("creditMemoDate")) < 0 ? day : memo.Text("creditMemoDate"),
            ["reasonCode"] = memo.Text("reasonCode"),
            ["status"] = memo.Text("status"),
        };
        return new Lookup.Found(memo.Text("id") ?? id, form.Bytes());
    }

    /// <summary>Another amount is owed than is given up: by an earlier call, or because somebody was there meanwhile, and then nothing is given up.</summary>
    private async Task<Outcome<WriteReceipt>> MadeBeforeAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var earlier = await ends.FindAsync(Place, request, cancellationToken);
        return !earlier.TryGet(out var made, out var fault) ? fault
            : made.Id is { } id ? new WriteReceipt(id)
            : new Fault.Rejected("owed-otherwise", "another amount is owed of the invoice than is to be given up");
    }

    /// <summary>
    /// The payment came to nothing: the memo is unapplied, so that the invoice is owed whole again, and canceled, which Zuora does with drafts alone. What an
    /// earlier call has done is not done again.
    /// </summary>
    private async Task<Outcome<WriteReceipt>> TakeBackAsync(WriteRequest request, string id, CancellationToken cancellationToken)
    {
        var read = await reads.ReadAsync((api, token, cancel) => api.GetAsync(Place.Collection, id, token, cancel), cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        var status = found.Body.Text("status");
        if (status == ZuoraStanding.Canceled)
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

        if (status == Posted && await UnpostAsync(request, id, cancellationToken) is { } stays)
        {
            return stays;
        }

        return await writes.CancelAsync(request, reads, Place, id, cancellationToken);
    }

    private async Task<Fault?> UnpostAsync(WriteRequest request, string id, CancellationToken cancellationToken)
    {
        var sent = await writes.PutAsync(
            request,
            [],
            (api, body, token, cancel) => api.ActAsync(Place.Collection, id, "unpost", body, token, cancel),
            cancellationToken
        );
        return sent switch
        {
            ZuoraSent.Failed failed => failed.Fault,
            ZuoraSent.Broke broke => new Fault.Ambiguous(broke.Reason),
            _ => null,
        };
    }

    private static JsonObject Memo(JsonObject asked, JsonArray items, string? issued, string reference)
    {
        // A wire may have come before its invoice was issued; the memo cannot.
        var day = asked.Text("effectiveDate");
        return new JsonObject
        {
            ["effectiveDate"] = string.CompareOrdinal(day, issued) < 0 ? issued : day,
            ["reasonCode"] = asked.Text("reasonCode"),
            ["comment"] = $"Short payment {reference}",
            ["autoPost"] = true,
            ["autoApplyToInvoiceUponPosting"] = true,
            ["taxAutoCalculation"] = false,
            ["items"] = items,
        };
    }

    /// <summary>Divides an amount among the items of an invoice, the largest first; null where they have less.</summary>
    private static JsonArray? Items(IReadOnlyList<JsonElement> items, decimal amount)
    {
        var credited = new JsonArray();
        var left = amount;
        foreach (
            var item in items.OrderByDescending(Creditable).ThenBy(item => item.Text("id"), StringComparer.Ordinal).TakeWhile(_ => left > 0)
        )
        {
            var taken = Math.Min(Creditable(item), left);
            if (taken > 0)
            {
                left -= taken;
                credited.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["invoiceItemId"] = item.Text("id"),
                            ["skuName"] = item.Text("chargeName"),
                            ["amount"] = taken,
                        }
                );
            }
        }

        return left > 0 ? null : credited;
    }

    private static decimal Creditable(JsonElement item) => item.Number("availableToCreditAmount") ?? item.Number("chargeAmount") ?? 0;
}
