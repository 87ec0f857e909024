using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Accounts, with their contacts within. The mapped request has the form in which Zuora answers an account; an operation takes the same flat. A change says
/// only what changes; number, currency and terms are an account's for good. The hub's reference goes on the tenant's own field, or in place of the number where
/// it has none.
/// </summary>
internal sealed class ZuoraWriterAccounts(ZuoraCalls reads, ZuoraWriterCalls writes, ZuoraWriterEnds ends, ZuoraOptions options) : IZuoraWay
{
    private const string Basic = "basicInfo";
    private const string Number = "accountNumber";
    private const string Canceled = "Canceled";
    private static readonly string[] First = [Number, "currency", "billCycleDay", "paymentTerm", "soldToSameAsBillTo", "status"];

    public ZuoraPlace Place => ZuoraPlace.Accounts;

    private static JsonObject Closed => new() { [Basic] = new JsonObject { ["status"] = Canceled } };

    public async Task<Outcome<WriteReceipt>> CreateAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var account = Flat(ZuoraWriterBody.Parse(request.Body)).Without("status").Filled();
        account[options.ReferenceField ?? Number] = request.Reference;
        // Without a word of it Zuora would charge a payment method, and the hub gives none.
        account["autoPay"] ??= false;
        var sent = await writes.PostAsync(
            request,
            account,
            (api, body, token, cancel) => api.CreateAsync(Place.Collection, body!, request.Key, token, cancel),
            cancellationToken
        );
        return await ends.OfCreateAsync(sent, Place, request, "accountId", cancellationToken);
    }

    public async Task<Outcome<WriteReceipt>> ChangeAsync(WriteRequest request, string id, CancellationToken cancellationToken)
    {
        var asked = ZuoraWriterBody.Parse(request.Body);
        var closes = asked[Basic] is JsonObject basic && basic.Text("status") == Canceled;
        if (closes)
        {
            // Of a closed account nothing can be changed any more, nor need be.
            var read = await reads.HoldsAsync(Place, id, Closed, cancellationToken);
            if (!read.TryGet(out var isClosed, out var fault))
            {
                return fault;
            }

            if (isClosed)
            {
                return new WriteReceipt(id);
            }
        }

        var changed = await UpdateAsync(request, asked, id, cancellationToken);
        return changed.Fault is null && closes ? await CloseAsync(request, id, cancellationToken) : changed;
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

        if (found.Body.Object(Basic)?.Text("id") is not { } accountId)
        {
            return new Fault.Rejected("unreadable-record", "an account without its id");
        }

        var account = ZuoraWriterBody.Parse(ZuoraForm.Write(found.Body));
        if (NumberOf(account) == asked.Reference && !asked.Body.IsEmpty && NumberOf(ZuoraWriterBody.Parse(asked.Body)) is { } number)
        {
            // The reference stands where the number that is asked for would.
            account[Basic]![Number] = number;
        }

        return new Lookup.Found(accountId, account.Bytes());
    }

    private async Task<Outcome<WriteReceipt>> UpdateAsync(
        WriteRequest request,
        JsonObject asked,
        string id,
        CancellationToken cancellationToken
    )
    {
        foreach (var group in asked.Select(field => field.Value).OfType<JsonObject>())
        {
            foreach (var name in First)
            {
                group.Remove(name);
            }
        }

        var change = Flat(asked);
        if (options.ReferenceField is { } stamp)
        {
            change[stamp] = request.Reference;
        }

        var sent = await writes.PutAsync(
            request,
            change,
            (api, body, token, cancel) => api.UpdateAsync(Place.Collection, id, body!, token, cancel),
            cancellationToken
        );
        return await ZuoraWriterEnds.OfChangeAsync(sent, id, () => reads.HoldsAsync(Place, id, asked, cancellationToken));
    }

    private async Task<Outcome<WriteReceipt>> CloseAsync(WriteRequest request, string id, CancellationToken cancellationToken)
    {
        var sent = await writes.PutAsync(
            request,
            new JsonObject { ["Status"] = Canceled },
            (api, body, token, cancel) => api.UpdateObjectAsync("account", id, body!, token, cancel),
            cancellationToken
        );
        return await ZuoraWriterEnds.OfChangeAsync(sent, id, () => reads.HoldsAsync(Place, id, Closed, cancellationToken));
    }

    private static string? NumberOf(JsonObject account) => (account[Basic] as JsonObject)?.Text(Number);

    /// <summary>What Zuora answers in groups, it takes without them; the contacts and what is about tax stay as they are.</summary>
    private static JsonObject Flat(JsonObject account)
    {
        var flat = account.Without(Basic, "billingAndPayment");
        foreach (var group in new[] { Basic, "billingAndPayment" }.Select(name => account[name]).OfType<JsonObject>())
        {
            foreach (var (name, value) in group)
            {
                flat[name] = value?.DeepClone();
            }
        }

        return flat;
    }
}
