using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Zuora;

/// <summary>How one kind of record is written to Zuora.</summary>
internal interface IZuoraWay
{
    /// <summary>Where its records are.</summary>
    ZuoraPlace Place { get; }

    /// <summary>Makes the record, or finds that an earlier call has.</summary>
    Task<Outcome<WriteReceipt>> CreateAsync(WriteRequest request, CancellationToken cancellationToken);

    /// <summary>Changes the record of an id.</summary>
    Task<Outcome<WriteReceipt>> ChangeAsync(WriteRequest request, string id, CancellationToken cancellationToken);

    /// <summary>The record as it stands, in the form of the request, so that the two can be compared.</summary>
    Task<Outcome<Lookup>> ReadAsync(string id, LookupRequest asked, CancellationToken cancellationToken);
}

/// <summary>Writes the hub's records to a tenant, reads back what it wrote, and finds what was there before.</summary>
internal sealed class ZuoraWriter
{
    private readonly ZuoraWriterLookup lookup;
    private readonly Dictionary<RecordType, IZuoraWay> ways;

    public ZuoraWriter(ZuoraCalls reads, ZuoraWriterCalls writes, ZuoraOptions options)
    {
        lookup = new ZuoraWriterLookup(reads, options);
        var ends = new ZuoraWriterEnds(lookup);
        var parts = new ZuoraWriterParts(reads, writes);
        var refunds = new ZuoraWriterRefunds(reads, writes, ends, parts, options);
        ways = new Dictionary<RecordType, IZuoraWay>
        {
            [RecordType.BillingAccount] = new ZuoraWriterAccounts(reads, writes, ends, options),
            [RecordType.Product] = new ZuoraWriterProducts(reads, writes, ends, options),
            [RecordType.Order] = new ZuoraWriterOrders(reads, writes, ends, new ZuoraPriceBook(reads, lookup), options),
            [RecordType.Payment] = new ZuoraWriterPayments(reads, writes, ends, parts, options),
            [RecordType.Application] = new ZuoraWriterWriteOffs(reads, writes, ends, parts),
            [RecordType.Refund] = refunds,
            [RecordType.Dispute] = refunds,
        };
    }

    public Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var way = ways[request.Type];
        return request.ExternalId is { } id ? way.ChangeAsync(request, id, cancellationToken) : way.CreateAsync(request, cancellationToken);
    }

    public async Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        var way = ways[request.Type];
        if (request.ExternalId is { } externalId)
        {
            var known = await way.ReadAsync(externalId, request, cancellationToken);
            if (known.Fault is not null || known.Value is Lookup.Found)
            {
                return known;
            }
        }

        var found = await lookup.FindAsync(way.Place, request.Reference, request.Body, cancellationToken);
        return !found.TryGet(out var ids, out var fault) ? fault
            : ids.Count > 1
                ? new Fault.Rejected("several-records", $"more than one {way.Place.Object.ToLowerInvariant()} bears the hub's reference")
            : ids.Count == 0 ? new Lookup.Absent()
            : await way.ReadAsync(ids[0], request, cancellationToken);
    }

    public Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken)
    {
        Invariant.Holds(ZuoraTargets.Facts[request.Type].MatchedBy.Contains(request.Field, StringComparer.Ordinal), "a declared field");
        var place = ways[request.Type].Place;
        return lookup.QueryAsync(place, place.Match, request.Value, cancellationToken);
    }
}

/// <summary>Finds records by what they say: a query reads the tenant's own tables, so what was answered before it is seen by it.</summary>
internal sealed class ZuoraWriterLookup(ZuoraCalls calls, ZuoraOptions options)
{
    // Two are enough to know that there are several.
    private const int Most = 2;

    /// <summary>
    /// By the field that the hub's reference is stamped on. Where the tenant has none, an account's number is the reference, a product goes by its SKU, and a
    /// payment or refund by the processor's reference.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<string>>> FindAsync(
        ZuoraPlace place,
        string reference,
        ReadOnlyMemory<byte> request,
        CancellationToken cancellationToken
    )
    {
        if (place == ZuoraPlace.Orders)
        {
            return await FindOrderAsync(reference, request, cancellationToken);
        }

        if (place == ZuoraPlace.CreditMemos)
        {
            return await FindCreditAsync(reference, request, cancellationToken);
        }

        var (field, value) =
            options.ReferenceField is { } stamp ? (stamp, reference)
            : place == ZuoraPlace.Accounts ? (place.Match, reference)
            : (
                place.Match,
                request.IsEmpty ? null : ZuoraWriterBody.Parse(request).Text(place == ZuoraPlace.Products ? "sku" : "referenceId")
            );
        return value is null
            ? new Fault.Rejected(
                "no-reference",
                "without a referenceField, what has neither SKU nor processor's reference cannot be looked for"
            )
            : await QueryAsync(place, field, value, cancellationToken);
    }

    /// <summary>The ids of the records that hold a value, two at most.</summary>
    public async Task<Outcome<IReadOnlyList<string>>> QueryAsync(
        ZuoraPlace place,
        string field,
        string value,
        CancellationToken cancellationToken
    )
    {
        var query = new JsonObject
        {
            ["conf"] = new JsonObject { ["batchSize"] = Most },
            ["queryString"] = $"select Id from {place.Object} where {field} = '{Quoted(value)}'",
        };
        var read = await calls.ReadAsync(
            async (api, token, cancel) =>
            {
                using var content = ZuoraWriterBody.Content(query);
                return await api.QueryAsync(content, token, cancel);
            },
            cancellationToken
        );
        if (!read.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (answer.Body.Array("records") is { } rows)
        {
            string[] ids = [.. rows.EnumerateArray().Select(row => row.Text("Id")).OfType<string>()];
            return ids;
        }

        // An answer of nothing may leave the list out.
        return answer.Body.Number("size") is 0
            ? Array.Empty<string>()
            : new Fault.Rejected("unreadable-list", "a query's answer without records");
    }

    /// <summary>
    /// Queries do not know orders, so one is read by its number: the reference itself or, where the tenant has a field for that, the company's own number
    /// under which an order that bears another reference is not the hub's.
    /// </summary>
    private async Task<Outcome<IReadOnlyList<string>>> FindOrderAsync(
        string reference,
        ReadOnlyMemory<byte> request,
        CancellationToken cancellationToken
    )
    {
        var number =
            options.ReferenceField is null ? reference
            : request.IsEmpty ? null
            : ZuoraWriterBody.Parse(request).Text("orderNumber");
        if (number is null)
        {
            return new Fault.Rejected("no-reference", "an order is looked for by its number, and the request is not known");
        }

        var read = await calls.ReadAsync(
            (api, token, cancel) => api.GetAsync(ZuoraPlace.Orders.Collection, number, token, cancel),
            cancellationToken
        );
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        var bears = options.ReferenceField is not { } field || found.Body.Object("order")?.Object("customFields")?.Text(field) == reference;
        return found.IsMissing || !bears ? Array.Empty<string>() : [number];
    }

    /// <summary>Queries do not know credit memos, so those of the invoice are listed; the hub's own ends its comment with the reference.</summary>
    private async Task<Outcome<IReadOnlyList<string>>> FindCreditAsync(
        string reference,
        ReadOnlyMemory<byte> request,
        CancellationToken cancellationToken
    )
    {
        if (request.IsEmpty || ZuoraWriterBody.Parse(request).Text("invoiceId") is not { } invoice)
        {
            return new Fault.Rejected("no-reference", "a write-off is looked for with its invoice, and the request is not known");
        }

        var listed = await calls.ReadAllAsync(
            "creditmemos",
            pages => (api, token, cancel) => api.ListCreditsAsync(invoice, new ZuoraPage(pages.Next), token, cancel),
            cancellationToken
        );
        if (!listed.TryGet(out var pages, out var fault))
        {
            return fault;
        }

        string[] ids =
        [
            .. pages
                .Items.Where(memo => memo.Text("comment")?.EndsWith($" {reference}", StringComparison.Ordinal) == true)
                .Select(memo => memo.Text("id"))
                .OfType<string>()
                .Take(Most),
        ];
        return ids;
    }

    private static string Quoted(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}

/// <summary>What the end of a writing call means for the record.</summary>
internal sealed class ZuoraWriterEnds(ZuoraWriterLookup lookup)
{
    /// <summary>
    /// Of a create. Zuora would answer its own breakdown for as long as it keeps the key, so whether the record is there is looked up at once; where it is
    /// not, the hub begins anew under another key.
    /// </summary>
    public async Task<Outcome<WriteReceipt>> OfCreateAsync(
        ZuoraSent sent,
        ZuoraPlace place,
        WriteRequest request,
        string idField,
        CancellationToken cancellationToken
    )
    {
        if (sent is ZuoraSent.Failed failed)
        {
            return failed.Fault;
        }

        if (sent is ZuoraSent.Done done && done.Body.Text(idField) is { } id)
        {
            return new WriteReceipt(id);
        }

        var found = await lookup.FindAsync(place, request.Reference, request.Body, cancellationToken);
        return (found.TryGet(out var ids, out _), ids, sent) switch
        {
            (true, [var made], _) => new WriteReceipt(made),
            (true, [], ZuoraSent.Broke broke) => new Fault.Conflict($"nothing came of it: {broke.Reason}"),
            _ => new Fault.Ambiguous("Zuora did not say what it made, and it could not be looked up"),
        };
    }

    /// <summary>What an earlier call of this write has made, by the hub's reference.</summary>
    public async Task<Outcome<Earlier>> FindAsync(ZuoraPlace place, WriteRequest request, CancellationToken cancellationToken)
    {
        var found = await lookup.FindAsync(place, request.Reference, request.Body, cancellationToken);
        return !found.TryGet(out var ids, out var fault) ? fault
            : ids.Count > 1 ? new Fault.Rejected("several-records", "more than one record bears the hub's reference")
            : new Earlier(ids.Count == 0 ? null : ids[0]);
    }

    /// <summary>Of a change that may be said again: after a breakdown the record itself says whether it was made.</summary>
    public static async Task<Outcome<WriteReceipt>> OfChangeAsync(ZuoraSent sent, string id, Func<Task<Outcome<bool>>> isMade)
    {
        if (sent is ZuoraSent.Failed failed)
        {
            return failed.Fault;
        }

        if (sent is not ZuoraSent.Broke broke)
        {
            return new WriteReceipt(id);
        }

        var read = await isMade();
        return !read.TryGet(out var made, out _) ? new Fault.Ambiguous(broke.Reason)
            : made ? new WriteReceipt(id)
            : new Fault.Transient($"nothing came of it: {broke.Reason}");
    }
}
