using System.Text.Json.Nodes;
using QtcHub.Pipeline;

namespace QtcHub.Connectors.Zuora;

/// <summary>What payments and refunds have in common: they are made as they succeeded, and then change in nothing but a comment, or are canceled.</summary>
internal static class ZuoraStanding
{
    public const string Made = "Processed";
    public const string Canceled = "Canceled";

    public static Fault NotMade(string status) =>
        new Fault.Rejected("not-made", $"only what succeeded is made in Zuora, and this is {status}");

    public static void Stamp(JsonObject record, ZuoraOptions options, string reference)
    {
        if (options.ReferenceField is { } field)
        {
            record[field] = reference;
        }
    }

    /// <summary>What of a request can be changed of what stands: the comment, and the company's own fields.</summary>
    public static JsonObject Change(JsonObject asked, ZuoraOptions options, string reference)
    {
        var change = new JsonObject(
            asked
                .Where(field => field.Key == "comment" || field.Key.EndsWith("__c", StringComparison.Ordinal))
                .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))
        );
        if (change.Count > 0)
        {
            Stamp(change, options, reference);
        }

        return change;
    }

    /// <summary>Whether a record already says what is asked of it.</summary>
    public static async Task<Outcome<bool>> HoldsAsync(
        this ZuoraCalls reads,
        ZuoraPlace place,
        string id,
        JsonObject asked,
        CancellationToken cancellationToken
    )
    {
        var read = await reads.ReadAsync((api, token, cancel) => api.GetAsync(place.Collection, id, token, cancel), cancellationToken);
        return !read.TryGet(out var found, out var fault)
            ? fault
            : !found.IsMissing && Covers.Request(asked.Bytes(), ZuoraForm.Write(found.Body));
    }

    public static async Task<Outcome<WriteReceipt>> CancelAsync(
        this ZuoraWriterCalls writes,
        WriteRequest request,
        ZuoraCalls reads,
        ZuoraPlace place,
        string id,
        CancellationToken cancellationToken
    )
    {
        var sent = await writes.PutAsync(
            request,
            [],
            (api, body, token, cancel) => api.ActAsync(place.Collection, id, "cancel", body, token, cancel),
            cancellationToken
        );
        var canceled = new JsonObject { ["status"] = Canceled };
        return await ZuoraWriterEnds.OfChangeAsync(sent, id, () => reads.HoldsAsync(place, id, canceled, cancellationToken));
    }
}

/// <summary>What an earlier call has made, if it has.</summary>
internal sealed record Earlier(string? Id)
{
    public static readonly Earlier None = new((string?)null);
}
