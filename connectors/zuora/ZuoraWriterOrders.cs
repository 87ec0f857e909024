using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Pipeline;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Orders, which Zuora carries out as they are placed, as a whole or not at all. An amendment is one of the version that was seen when the order was made:
/// where the subscription has moved on, nothing is sent.
/// </summary>
internal sealed class ZuoraWriterOrders(
    ZuoraCalls reads,
    ZuoraWriterCalls writes,
    ZuoraWriterEnds ends,
    ZuoraPriceBook book,
    ZuoraOptions options
) : IZuoraWay
{
    private const string Number = "orderNumber";
    private const string Lines = "lines";
    private const string Custom = "customFields";
    private const string Completed = "Completed";

    public ZuoraPlace Place => ZuoraPlace.Orders;

    public async Task<Outcome<WriteReceipt>> CreateAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var asked = ZuoraWriterBody.Parse(request.Body);
        if (asked.Text("status") is var status and not Completed)
        {
            return new Fault.Rejected("not-placed", $"an order is carried out as it is placed, and this one is {status}");
        }

        var lines = ZuoraOrderLine.Of(asked);
        var read = await ReadAmendedAsync(lines, cancellationToken);
        if (!read.TryGet(out var amended, out var fault))
        {
            return fault;
        }

        if (lines.FirstOrDefault(line => line.Version is { } seen && amended[line.Subscription!].Version != seen) is { } stale)
        {
            // The order itself moves the version. It was read before the order is looked for, so that one which was carried out in between is found.
            var earlier = await ends.FindAsync(Place, request, cancellationToken);
            return !earlier.TryGet(out var placed, out fault) ? fault
                : placed.Id is { } id ? new WriteReceipt(id)
                : Moved(stale.Subscription!, stale.Version!.Value, amended[stale.Subscription!].Version);
        }

        var said = await SayAsync(request, asked, lines, amended, cancellationToken);
        if (!said.TryGet(out var order, out fault))
        {
            return fault;
        }

        var sent = await writes.PostAsync(
            request,
            order,
            (api, body, token, cancel) => api.CreateAsync(Place.Collection, body!, request.Key, token, cancel),
            cancellationToken
        );
        return sent is ZuoraSent.Failed { Fault: Fault.Rejected refused }
            ? await OfRefusalAsync(refused, amended, cancellationToken)
            : await ends.OfCreateAsync(sent, Place, request, Number, cancellationToken);
    }

    /// <summary>What was carried out is not changed: another order amends what it made.</summary>
    public async Task<Outcome<WriteReceipt>> ChangeAsync(WriteRequest request, string id, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(id, new LookupRequest(request.Type, request.Reference, id, request.Body), cancellationToken);
        return !read.TryGet(out var found, out var fault) ? fault
            : found is Lookup.Found { Record: var record } && Covers.Request(request.Body, record) ? new WriteReceipt(id)
            : new Fault.Rejected(
                "carried-out",
                "an order that Zuora has carried out is not changed or taken back: a new order amends what it made"
            );
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

        if (found.Body.Object("order") is not { } order || order.Text("existingAccountNumber") is not { } number)
        {
            return new Fault.Rejected("unreadable-record", "an order without its account");
        }

        var account = await reads.ReadAsync((api, token, cancel) => api.GetAsync("accounts", number, token, cancel), cancellationToken);
        if (!account.TryGet(out var owner, out fault))
        {
            return fault;
        }

        var form = ZuoraWriterBody.Parse(ZuoraForm.Write(order));
        form["accountId"] = owner.Body.Object("basicInfo")?.Text("id");
        var request = asked.Body.IsEmpty ? [] : ZuoraWriterBody.Parse(asked.Body);
        if (form.Text(Number) == asked.Reference && request.Text(Number) is { } companys)
        {
            // The reference stands where the number that is asked for would.
            form[Number] = companys;
        }

        if (ZuoraOrderLine.Of(request).All(line => IsIn(order, line)))
        {
            form[Lines] = request[Lines]?.DeepClone();
        }

        return new Lookup.Found(order.Text(Number) ?? id, form.Bytes());
    }

    private async Task<Outcome<Dictionary<string, ZuoraAmended>>> ReadAmendedAsync(
        IReadOnlyList<ZuoraOrderLine> lines,
        CancellationToken cancellationToken
    )
    {
        var amended = new Dictionary<string, ZuoraAmended>(StringComparer.Ordinal);
        foreach (var number in lines.Select(line => line.Subscription).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var read = await ZuoraAmended.ReadAsync(reads, number, cancellationToken);
            if (!read.TryGet(out var standing, out var fault))
            {
                return fault;
            }

            amended[number] = standing;
        }

        return amended;
    }

    private async Task<Outcome<JsonObject>> SayAsync(
        WriteRequest request,
        JsonObject asked,
        IReadOnlyList<ZuoraOrderLine> lines,
        IReadOnlyDictionary<string, ZuoraAmended> amended,
        CancellationToken cancellationToken
    )
    {
        var accountId = asked.Text("accountId") ?? "";
        var read = await reads.ReadAsync(
            (api, token, cancel) => api.GetObjectAsync("account", accountId, token, cancel),
            cancellationToken
        );
        if (!read.TryGet(out var account, out var fault))
        {
            return fault;
        }

        if (account.IsMissing || account.Body.Text("AccountNumber") is not { } number)
        {
            return new Fault.Rejected("no-account", "the account of the order is not there");
        }

        if (account.Body.Text("Currency") is { } owed && asked.Text("currency") is { } currency && owed != currency)
        {
            return new Fault.Rejected("another-currency", $"an order in {currency} of an account in {owed}");
        }

        var said = await new ZuoraOrderActions(book, amended).SayAsync(lines, cancellationToken);
        if (!said.TryGet(out var subscriptions, out fault))
        {
            return fault;
        }

        var order = asked.Without(Lines, "accountId", "currency", "status").Filled();
        order["existingAccountNumber"] = number;
        order["subscriptions"] = subscriptions;
        if (options.ReferenceField is { } field)
        {
            order[Custom] ??= new JsonObject();
            order[Custom]![field] = request.Reference;
        }
        else
        {
            order[Number] = request.Reference;
        }

        return order;
    }

    /// <summary>A refusal of what another order has amended in between says only that it was too late: a rate plan is no longer called so, a subscription is canceled.</summary>
    private async Task<Outcome<WriteReceipt>> OfRefusalAsync(
        Fault.Rejected refused,
        Dictionary<string, ZuoraAmended> amended,
        CancellationToken cancellationToken
    )
    {
        foreach (var (number, seen) in amended)
        {
            var read = await ZuoraAmended.ReadAsync(reads, number, cancellationToken);
            if (read.TryGet(out var now, out _) && now.Version != seen.Version)
            {
                return Moved(number, seen.Version, now.Version);
            }
        }

        return refused;
    }

    private static Fault.Conflict Moved(string subscription, decimal seen, decimal now) =>
        new($"the order amends version {seen:0} of the subscription {subscription}, which is at version {now:0}");

    private static bool IsIn(JsonElement order, ZuoraOrderLine line) =>
        order
            .Objects("subscriptions")
            .Where(one => line.Subscription is null || one.Text("subscriptionNumber") == line.Subscription)
            .SelectMany(one => one.Objects("orderActions"))
            .Any(action => line.Types.Contains(action.Text("type"), StringComparer.Ordinal));
}
