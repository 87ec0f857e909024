using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Each field has one owner: a source's word counts only for the fields it owns.</summary>
internal static class Ownership
{
    /// <summary>Keeps the last known value of every top-level field that the source does not own.</summary>
    public static async Task<ReadOnlyMemory<byte>> MergeAsync(
        HubContext hub,
        Observed at,
        ReadOnlyMemory<byte> mapped,
        CancellationToken cancellationToken
    )
    {
        var foreign = hub.Router.OwnedElsewhere(at.Type, at.Arrival.System);
        if (foreign.Count == 0 || at.Head is not { Value.Revision: > 0 } head)
        {
            return mapped;
        }

        var merged = JsonNode.Parse(mapped.Span)!.AsObject();
        var content = await hub.Store.ContentAsync(head.Value.Id, head.Value.Revision, cancellationToken);
        var last = JsonNode.Parse(content.Span)!.AsObject();
        foreach (var field in foreign)
        {
            merged.Remove(field);
            if (last.TryGetPropertyValue(field, out var kept))
            {
                merged[field] = kept?.DeepClone();
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(merged, OwnershipJson.Default.JsonObject);
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class OwnershipJson : System.Text.Json.Serialization.JsonSerializerContext;
