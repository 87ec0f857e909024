using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>What a payment or credit memo is applied to, and taking that back: only what is unapplied can be refunded, and only what is unapplied whole can be canceled.</summary>
internal sealed class ZuoraWriterParts(ZuoraCalls reads, ZuoraWriterCalls writes)
{
    /// <summary>The applications of a payment or credit memo, the latest first.</summary>
    public async Task<Outcome<IReadOnlyList<ZuoraPart>>> ReadAsync(string collection, string id, CancellationToken cancellationToken)
    {
        var listed = await reads.ReadAllAsync(
            "parts",
            pages => (api, token, cancel) => api.ListOfAsync(collection, id, "parts", new ZuoraPage(pages.Next), token, cancel),
            cancellationToken
        );
        if (!listed.TryGet(out var pages, out var fault))
        {
            return fault;
        }

        var parts = pages.Items.Select(ZuoraPart.Of).OfType<ZuoraPart>().OrderByDescending(part => part.Updated);
        return parts.ThenBy(part => part.Document, StringComparer.Ordinal).ToList();
    }

    /// <summary>Takes an amount of applications back, from the latest on; what goes wrong, or null.</summary>
    public async Task<Fault?> UnapplyAsync(
        WriteRequest request,
        string collection,
        string id,
        decimal amount,
        CancellationToken cancellationToken
    )
    {
        var read = await ReadAsync(collection, id, cancellationToken);
        if (!read.TryGet(out var parts, out var fault))
        {
            return fault;
        }

        var (invoices, memos, left) = (new JsonArray(), new JsonArray(), amount);
        foreach (var part in parts.TakeWhile(_ => left > 0))
        {
            var taken = Math.Min(part.Amount, left);
            left -= taken;
            var (list, name) = part.IsInvoice ? (invoices, "invoiceId") : (memos, "debitMemoId");
            list.Add((JsonNode)new JsonObject { [name] = part.Document, ["amount"] = taken });
        }

        if (left > 0)
        {
            return new Fault.Rejected("more-than-paid", "the amount exceeds what is applied");
        }

        var sent = await writes.PutAsync(
            request,
            new JsonObject { ["invoices"] = invoices, ["debitMemos"] = memos }.Filled(),
            (api, body, token, cancel) => api.ActAsync(collection, id, "unapply", body, token, cancel),
            cancellationToken
        );
        return sent switch
        {
            ZuoraSent.Failed failed => failed.Fault,
            ZuoraSent.Broke broke => new Fault.Ambiguous(broke.Reason),
            _ => null,
        };
    }
}

/// <summary>One application of a payment or credit memo.</summary>
internal sealed record ZuoraPart(string Document, bool IsInvoice, decimal Amount, DateTimeOffset Updated)
{
    /// <summary>Null for what stays unapplied.</summary>
    public static ZuoraPart? Of(JsonElement part) =>
        (part.Text("invoiceId") ?? part.Text("debitMemoId")) is { } document && part.Number("amount") is > 0 and var amount
            ? new ZuoraPart(document, part.Text("invoiceId") is not null, amount, part.Updated() ?? DateTimeOffset.MinValue)
            : null;
}
