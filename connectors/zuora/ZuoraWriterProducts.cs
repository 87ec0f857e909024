using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Ledger;
using QtcHub.Pipeline;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Products, each way of buying one as a rate plan with one charge. What a charge costs is not changed: what is subscribed to keeps it. Other prices are another rate
/// plan, from today on, and the one that they take the place of ends. Rate plans that people have made are left alone.
/// </summary>
internal sealed class ZuoraWriterProducts(ZuoraCalls reads, ZuoraWriterCalls writes, ZuoraWriterEnds ends, ZuoraOptions options) : IZuoraWay
{
    private const string Object = "product";
    private const string Plan = "product-rate-plan";
    private const string Charge = "product-rate-plan-charge";
    private const string Expired = "Expired";

    // Zuora asks for days, and a product of the hub's has none: it is sold from long ago on, until it is sold no more.
    private const string From = "2000-01-01";
    private const string Until = "2099-12-31";

    // The calls of one write, each under a key of its own: the product's, then two for each offer.
    private const int ProductCall = 1;

    public ZuoraPlace Place => ZuoraPlace.Products;

    public async Task<Outcome<WriteReceipt>> CreateAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        // A product whose rate plan was refused is there all the same.
        var earlier = await ends.FindAsync(Place, request, cancellationToken);
        if (!earlier.TryGet(out var made, out var fault))
        {
            return fault;
        }

        if (made.Id is { } id)
        {
            return await ChangeAsync(request, id, cancellationToken);
        }

        var product = Head(ZuoraWriterBody.Parse(request.Body), request.Reference);
        product["EffectiveStartDate"] = From;
        product["EffectiveEndDate"] = Until;
        var sent = await writes.PostAsync(
            request,
            product.Filled(),
            (api, body, token, cancel) => api.CreateObjectAsync(Object, body!, EffectKey.OfCall(request.Key, ProductCall), token, cancel),
            cancellationToken
        );
        var created = await ends.OfCreateAsync(sent, Place, request, "Id", cancellationToken);
        return created.TryGet(out var receipt, out fault) ? await ChangeAsync(request, receipt.ExternalId, cancellationToken) : fault;
    }

    public async Task<Outcome<WriteReceipt>> ChangeAsync(WriteRequest request, string id, CancellationToken cancellationToken)
    {
        var asked = ZuoraWriterBody.Parse(request.Body);
        var wanted = ZuoraOffer.OfRequest(JsonElement.Parse(request.Body.Span));
        if (!wanted.TryGet(out var offers, out var fault))
        {
            return fault;
        }

        var read = await ReadAsync(id, cancellationToken);
        if (!read.TryGet(out var stands, out fault))
        {
            return fault;
        }

        if (stands.IsMissing)
        {
            return new Fault.Rejected("no-product", "the product is not in the catalogue any more");
        }

        fault =
            await SayHeadAsync(request, asked, id, stands, cancellationToken)
            ?? (asked.Text("status") == Expired ? null : await SellAsync(request, asked, id, stands, offers, cancellationToken));
        return fault is null ? new WriteReceipt(id) : fault;
    }

    public async Task<Outcome<Lookup>> ReadAsync(string id, LookupRequest asked, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(id, cancellationToken);
        if (!read.TryGet(out var stands, out var fault))
        {
            return fault;
        }

        if (stands.IsMissing)
        {
            return new Lookup.Absent();
        }

        IReadOnlyList<ZuoraOffer> offers = [];
        if (!asked.Body.IsEmpty)
        {
            var wanted = ZuoraOffer.OfRequest(JsonElement.Parse(asked.Body.Span));
            offers = wanted.TryGet(out var all, out _) ? all : [];
        }

        var form = stands.Form;
        form["prices"] = new JsonArray([.. stands.Prices(offers).Select(price => JsonNode.Parse(price.GetRawText()))]);
        return new Lookup.Found(id, form.Bytes());
    }

    private async Task<Outcome<ZuoraCatalogEntry>> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var read = await reads.ReadAsync((api, token, cancel) => api.GetProductAsync(id, token, cancel), cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing)
        {
            return new ZuoraCatalogEntry(default, [], "") { IsMissing = true };
        }

        var listed = await reads.ReadAllAsync(
            "productRatePlans",
            pages => (api, token, cancel) => api.ListOfAsync("rateplan", id, "productRatePlan", new ZuoraPage(pages.Next), token, cancel),
            cancellationToken
        );
        return listed.TryGet(out var plans, out fault) ? new ZuoraCatalogEntry(found.Body, plans.Items, Day(options.Today)) : fault;
    }

    /// <summary>Says what the product itself is, where it is not that already; what goes wrong, or null.</summary>
    private async Task<Fault?> SayHeadAsync(
        WriteRequest request,
        JsonObject asked,
        string id,
        ZuoraCatalogEntry stands,
        CancellationToken cancellationToken
    )
    {
        var isStamped = options.ReferenceField is not { } field || stands.Product.Text(field) == request.Reference;
        if (isStamped && Covers.Request(asked.Without("prices").Bytes(), stands.Form.Bytes()))
        {
            return null;
        }

        var change = Head(asked, request.Reference);
        if (stands.Form.Text("status") != asked.Text("status"))
        {
            change["EffectiveEndDate"] = asked.Text("status") == Expired ? Day(options.Today.AddDays(-1)) : Until;
        }

        return await PutAsync(request, Object, id, change, cancellationToken);
    }

    /// <summary>Makes the rate plans that are lacking, then ends those of the hub's that are asked for no more; what goes wrong, or null.</summary>
    private async Task<Fault?> SellAsync(
        WriteRequest request,
        JsonObject asked,
        string id,
        ZuoraCatalogEntry stands,
        IReadOnlyList<ZuoraOffer> offers,
        CancellationToken cancellationToken
    )
    {
        for (var at = 0; at < offers.Count; at++)
        {
            var offer = offers[at];
            if (!stands.Sells(offer) && await OfferAsync((request, asked, id, stands), offer, at, cancellationToken) is { } refused)
            {
                return refused;
            }
        }

        foreach (var (plan, from) in stands.Ending(offers))
        {
            // A rate plan ends no earlier than it began.
            var yesterday = Day(options.Today.AddDays(-1));
            var end = string.CompareOrdinal(from, yesterday) > 0 ? from : yesterday;
            if (await PutAsync(request, Plan, plan, new JsonObject { ["EffectiveEndDate"] = end }, cancellationToken) is { } refused)
            {
                return refused;
            }
        }

        return null;
    }

    /// <summary>Makes the rate plan of an offer, or goes on with one that an earlier call has made, or opens again the one that once was its.</summary>
    private async Task<Fault?> OfferAsync(
        (WriteRequest Request, JsonObject Asked, string Id, ZuoraCatalogEntry Stands) product,
        ZuoraOffer offer,
        int at,
        CancellationToken cancellationToken
    )
    {
        var (call, named) = (ProductCall + 1 + (2 * at), product.Stands.Named(offer.Name));
        if (named is { Text: { } id, Offer: { } was })
        {
            return was.Content == offer.Content
                ? await PutAsync(product.Request, Plan, id, new JsonObject { ["EffectiveEndDate"] = Until }, cancellationToken)
                : new Fault.Rejected("changed-by-hand", $"the rate plan '{offer.Name}' is the hub's and has other prices by now");
        }

        Outcome<string> plan = named?.Text is { } begun
            ? begun
            : await PostAsync(
                product.Request,
                Plan,
                new JsonObject
                {
                    ["ProductId"] = product.Id,
                    ["Name"] = offer.Name,
                    ["EffectiveStartDate"] = product.Stands.HasSold(offer.Rate) ? Day(options.Today) : product.Stands.From ?? From,
                    ["EffectiveEndDate"] = Until,
                },
                EffectKey.OfCall(product.Request.Key, call),
                cancellationToken
            );
        if (!plan.TryGet(out var planId, out var fault))
        {
            return fault;
        }

        var charge = offer.Charge(planId, product.Asked.Text("name")!);
        return (await PostAsync(product.Request, Charge, charge, EffectKey.OfCall(product.Request.Key, call + 1), cancellationToken)).Fault;
    }

    /// <summary>Makes something of the catalogue. What Zuora broke down over is looked for anew, with all that is there, and under another key.</summary>
    private async Task<Outcome<string>> PostAsync(
        WriteRequest request,
        string type,
        JsonObject record,
        string key,
        CancellationToken cancellationToken
    )
    {
        var sent = await writes.PostAsync(
            request,
            record,
            (api, body, token, cancel) => api.CreateObjectAsync(type, body!, key, token, cancel),
            cancellationToken
        );
        return sent switch
        {
            ZuoraSent.Failed failed => failed.Fault,
            ZuoraSent.Broke broke => new Fault.Conflict($"what came of the {type} is not known: {broke.Reason}"),
            ZuoraSent.Done { Body: var made } when made.Text("Id") is { } id => id,
            _ => new Fault.Conflict($"Zuora made a {type} without saying its id"),
        };
    }

    private async Task<Fault?> PutAsync(
        WriteRequest request,
        string type,
        string id,
        JsonObject change,
        CancellationToken cancellationToken
    )
    {
        var sent = await writes.PutAsync(
            request,
            change,
            (api, body, token, cancel) => api.UpdateObjectAsync(type, id, body!, token, cancel),
            cancellationToken
        );
        return sent switch
        {
            ZuoraSent.Failed failed => failed.Fault,
            ZuoraSent.Broke broke => new Fault.Transient(broke.Reason),
            _ => null,
        };
    }

    private JsonObject Head(JsonObject asked, string reference)
    {
        var head = new JsonObject
        {
            ["SKU"] = asked.Text("sku"),
            ["Name"] = asked.Text("name"),
            ["Description"] = asked.Text("description") ?? "",
        };
        ZuoraStanding.Stamp(head, options, reference);
        return head;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A product of the catalogue as it stands on a day, with its rate plans.</summary>
internal sealed class ZuoraCatalogEntry(JsonElement product, IReadOnlyList<JsonElement> plans, string today)
{
    private readonly List<(string Id, string Name, string? From, bool IsSold, ZuoraOffer? Offer)> entries =
    [
        .. plans.Select(plan =>
            (plan.Text("id") ?? "", plan.Text("name") ?? "", Day(plan, "effectiveStartDate"), IsSold(plan, today), ZuoraOffer.OfPlan(plan))
        ),
    ];

    /// <summary>Whether the catalogue does not have it.</summary>
    public bool IsMissing { get; init; }

    public JsonElement Product => product;

    /// <summary>The day that the product is sold from.</summary>
    public string? From => Day(product, "effectiveStartDate");

    /// <summary>What it is, in the form of a request, without its prices.</summary>
    public JsonObject Form =>
        new()
        {
            ["sku"] = product.Text("sku"),
            ["name"] = product.Text("name"),
            ["description"] = product.Text("description"),
            ["status"] = IsSold(product, today) ? "Active" : "Expired",
        };

    /// <summary>Whether it is sold so, by a rate plan of whoever's.</summary>
    public bool Sells(ZuoraOffer offer) => entries.Exists(entry => entry.IsSold && entry.Offer?.Content == offer.Content);

    /// <summary>Whether the hub has ever sold it so, at whatever price.</summary>
    public bool HasSold(ZuoraRate rate) => entries.Exists(entry => ZuoraOffer.Names(entry.Name) && entry.Offer?.Rate == rate);

    /// <summary>The rate plan of a name, and its offer where it has its charge.</summary>
    public (string Text, ZuoraOffer? Offer)? Named(string name) =>
        entries.Find(entry => entry.Name == name) is { Id.Length: > 0 } entry ? (entry.Id, entry.Offer) : null;

    /// <summary>The rate plans of the hub's that are sold and not asked for, and the days they began.</summary>
    public IEnumerable<(string Plan, string From)> Ending(IReadOnlyList<ZuoraOffer> offers) =>
        Unasked(offers).Select(entry => (entry.Id, entry.From ?? ""));

    /// <summary>What it costs: as it was asked for where that stands, and what the hub has offered besides.</summary>
    public IEnumerable<JsonElement> Prices(IReadOnlyList<ZuoraOffer> offers) =>
        offers.Where(Sells).SelectMany(offer => offer.Asked).Concat(Unasked(offers).SelectMany(entry => entry.Offer?.Asked ?? []));

    private IEnumerable<(string Id, string Name, string? From, bool IsSold, ZuoraOffer? Offer)> Unasked(IReadOnlyList<ZuoraOffer> offers) =>
        entries.Where(entry =>
            entry.IsSold
            && ZuoraOffer.Names(entry.Name)
            && !offers.Any(offer => offer.Name == entry.Name || offer.Content == entry.Offer?.Content)
        );

    private static bool IsSold(JsonElement record, string today) =>
        record.Text("status") != "Expired" && string.CompareOrdinal(today, Day(record, "effectiveEndDate") ?? today) <= 0;

    private static string? Day(JsonElement record, string name) => record.Text(name) is { Length: >= 10 } text ? text[..10] : null;
}
