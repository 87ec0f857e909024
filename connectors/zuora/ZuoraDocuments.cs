using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>Reads invoices, debit memos and credit memos with all their items and taxation items.</summary>
internal sealed class ZuoraDocuments(ZuoraCalls calls)
{
    public async Task<Outcome<RecordReading>> ReadAsync(string type, string id, CancellationToken cancellationToken)
    {
        var document = ZuoraDocument.Of(type);
        ZuoraCalls.Read head = (api, token, cancel) => document.ReadAsync(api, id, token, cancel);
        var read = await calls.ReadHeadAsync(head, cancellationToken);
        if (!read.TryGet(out var before, out var fault))
        {
            return fault;
        }

        if (before.IsMissing)
        {
            return new RecordReading.Missing();
        }

        var listed = await ReadItemsAsync(document.Collection, id, document.Items, cancellationToken);
        if (!listed.TryGet(out var all, out fault))
        {
            return fault;
        }

        // Items are read after their document: only where it is the same once more did they belong to it all along.
        var again = await calls.ReadAsync(head, cancellationToken);
        if (!again.TryGet(out var after, out fault))
        {
            return fault;
        }

        return after.IsMissing || !JsonElement.DeepEquals(before.Record, after.Body)
            ? new Fault.Transient("the document changed while it was read")
            : new RecordReading.Found(
                ZuoraForm.Write(before.Record, ZuoraForm.Account(before.Account), ZuoraForm.Items(InOrder(all))),
                Marker.At(before.Updated)
            )
            {
                CompleteUntil = before.CompleteUntil,
            };
    }

    /// <summary>
    /// Items as they come, each followed by the discounts that lower it. Zuora names the item that a discount lowers and lists the two anywhere; a ledger takes
    /// a discount to be of the line before it.
    /// </summary>
    private static List<ZuoraItem> InOrder(IReadOnlyList<ZuoraItem> items)
    {
        var lowered = items.Where(item => item.Lowers is null).Select(item => item.Item.Text("id")).ToHashSet(StringComparer.Ordinal);
        var discounts = items.Where(Follows).ToLookup(item => item.Lowers, StringComparer.Ordinal);
        return [.. items.Where(item => !Follows(item)).SelectMany(item => discounts[item.Item.Text("id")].Prepend(item))];

        bool Follows(ZuoraItem item) => item.Lowers is { } charge && lowered.Contains(charge);
    }

    private async Task<Outcome<IReadOnlyList<ZuoraItem>>> ReadItemsAsync(
        string collection,
        string id,
        string name,
        CancellationToken cancellationToken
    )
    {
        var listed = await calls.ReadAllAsync(
            name,
            pages => (api, token, cancel) => api.ListOfAsync(collection, id, "items", new ZuoraPage(pages.Next), token, cancel),
            cancellationToken
        );
        if (!listed.TryGet(out var pages, out var fault))
        {
            return fault;
        }

        var items = new List<ZuoraItem>(pages.Items.Count);
        foreach (var item in pages.Items)
        {
            var taxes = await ReadTaxesAsync(collection, id, item, cancellationToken);
            if (!taxes.TryGet(out var all, out fault))
            {
                return fault;
            }

            items.Add(new ZuoraItem(item, all));
        }

        return items;
    }

    /// <summary>An item carries its taxation items; where it does not, or not all of them, they are a list of their own.</summary>
    private async Task<Outcome<IReadOnlyList<JsonElement>>> ReadTaxesAsync(
        string collection,
        string id,
        JsonElement item,
        CancellationToken cancellationToken
    )
    {
        if (item.Object("taxationItems") is { } carried && carried.Array("data") is { } data && carried.Text("nextPage") is null)
        {
            return data.EnumerateArray().ToList();
        }

        if (item.Text("id") is not { } itemId || !ZuoraRecords.IsId(itemId))
        {
            return new Fault.Rejected("unreadable-record", "an item without an id");
        }

        var listed = await calls.ReadAllAsync(
            "data",
            pages => (api, token, cancel) => api.ListTaxesAsync(collection, id, itemId, new ZuoraPage(pages.Next), token, cancel),
            cancellationToken
        );
        if (!listed.TryGet(out var pages, out var fault))
        {
            return fault;
        }

        return pages.Items;
    }
}
