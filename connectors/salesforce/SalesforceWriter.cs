using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Salesforce;

/// <summary>Writes the hub's records to an org by the external id that bears the hub's reference, and says what a refusal means.</summary>
internal sealed class SalesforceWriter(SalesforceCalls calls, SalesforceLookup lookup, SalesforceObjects objects)
{
    private const string Account = "Account__c";
    private const string Duplicate = "DUPLICATE_VALUE";

    // Which of them an org answers where a row refers to one that is not there any more is not told; each of them did nothing.
    private static readonly string[] AboutWhatItRefersTo =
    [
        "ENTITY_IS_DELETED",
        "INVALID_CROSS_REFERENCE_KEY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    ];

    public async Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        if (SalesforceBody.Parse(request.Body) is not { } body)
        {
            return new Fault.Invalid("body", "a request is a JSON object");
        }

        if (TakeCurrencyOff(body) is { } refused)
        {
            return refused;
        }

        var sent = await SendAsync(request, body, cancellationToken);
        if (sent.TryGet(out var answer, out _) && IsAboutWhatItRefersTo(answer) && SalesforceBody.Text(body, Account) is { } account)
        {
            // Salesforce hands the children of a merged account on by itself; what comes later under its old id is handed on here.
            var followed = await lookup.SurvivorAsync(account, cancellationToken);
            if (!followed.TryGet(out var survivor, out var fault))
            {
                return fault;
            }

            if (survivor != account)
            {
                body[Account] = survivor;
                sent = await SendAsync(request, body, cancellationToken);
            }
        }

        return sent.TryGet(out answer, out var unsent) ? await JudgeAsync(request, answer, cancellationToken) : unsent;
    }

    /// <summary>An org with one currency has no field for it; an amount of another must not go there as if it were of that.</summary>
    private Fault.Rejected? TakeCurrencyOff(JsonObject body)
    {
        if (objects.OnlyCurrency is not { } only || SalesforceBody.Text(body, SalesforceBody.Currency) is not { } asked)
        {
            return null;
        }

        body.Remove(SalesforceBody.Currency);
        return asked == only ? null : new Fault.Rejected("another-currency", $"the org knows only {only}, and this is {asked}");
    }

    /// <summary>
    /// Once, whatever is answered: an upsert that is sent again after a broken connection could be overtaken by the first, which would bring back old content
    /// after the next change.
    /// </summary>
    private Task<Outcome<VendorAnswer>> SendAsync(WriteRequest request, JsonObject body, CancellationToken cancellationToken) =>
        calls.SendAsync(
            CallKind.Write(request.SendBefore),
            async (api, version, token, cancel) =>
            {
                var name = objects[request.Type];
                if (request.ExternalId is not { } id)
                {
                    // The field that a row is upserted by is in the address, and refused in the body.
                    using var made = Content(body);
                    return await api.UpsertAsync(
                        new SalesforceKeyedRow(version, name, objects.ReferenceField, request.Reference),
                        made,
                        token,
                        cancel
                    );
                }

                // A row known to exist is addressed by its own id: the reference may have been taken off it by hand, and an upsert would make a second one.
                body[objects.ReferenceField] = request.Reference;
                using var changed = Content(body);
                return await api.UpdateAsync(new SalesforceRow(version, name, id), changed, token, cancel);
            },
            cancellationToken
        );

    private async Task<Outcome<WriteReceipt>> JudgeAsync(WriteRequest request, VendorAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccess)
        {
            return await ReceiptAsync(request, answer, cancellationToken);
        }

        if (SalesforceFaults.IsGone(answer) && request.ExternalId is not null)
        {
            return new Fault.Rejected(
                "no-such-row",
                "the row was deleted in Salesforce: restore it from the recycle bin, then release this"
            );
        }

        var unspeakable = calls.Secrets.Concat(SalesforceBody.TextsOf(request.Body));
        var fault = SalesforceFaults.OfWrite(answer, calls.Now, unspeakable);
        return fault is Fault.Rejected { VendorCode: Duplicate } ? await DuplicateAsync(request, fault, cancellationToken) : fault;
    }

    private async Task<Outcome<WriteReceipt>> ReceiptAsync(WriteRequest request, VendorAnswer answer, CancellationToken cancellationToken)
    {
        var isTold = VendorJson.TryParse(answer.Body, out var told);
        if (isTold && told.IsFalse("success"))
        {
            return new Fault.Rejected("not-saved", "Salesforce answered well and says that it saved nothing");
        }

        if ((request.ExternalId ?? (isTold ? told.Text("id") : null)) is { } id)
        {
            return new WriteReceipt(id);
        }

        // Saved for certain, but its id is not known; where it cannot be read now, the read-back will.
        var found = await lookup.ByReferenceAsync(request.Type, request.Reference, cancellationToken);
        return found.TryGet(out var ids, out _) && ids is [var made]
            ? new WriteReceipt(made)
            : new Fault.Ambiguous("Salesforce saved the row without saying its id, and it could not be looked up");
    }

    /// <summary>"Duplicate" is either an earlier write of ours that was thought lost, or another row that bears the value. Only the reference tells.</summary>
    private async Task<Outcome<WriteReceipt>> DuplicateAsync(WriteRequest request, Fault refusal, CancellationToken cancellationToken)
    {
        var found = await lookup.ByReferenceAsync(request.Type, request.Reference, cancellationToken);
        if (!found.TryGet(out var ids, out var unread))
        {
            return new Fault.Ambiguous($"refused as a duplicate, and could not be looked up: {unread.Name}");
        }

        return (ids, request.ExternalId) switch
        {
            ([], _) => refusal,
            ([var one], null) => new Fault.Ambiguous($"refused as a duplicate, and {one} bears the hub's reference"),
            ([var one], { } known) when one == known => refusal,
            _ => new Fault.Rejected("several-records", "another row bears the hub's reference"),
        };
    }

    private static bool IsAboutWhatItRefersTo(VendorAnswer answer) =>
        answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden
        && AboutWhatItRefersTo.Contains(SalesforceError.Of(answer, []).Code, StringComparer.Ordinal);

    private static ByteArrayContent Content(JsonObject body)
    {
        var content = new ByteArrayContent(SalesforceBody.Bytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
