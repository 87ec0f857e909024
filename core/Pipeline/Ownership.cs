using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Mapping;

namespace QtcHub.Pipeline;

/// <summary>Each field has one owner: a source's word counts only for the fields it owns.</summary>
internal static class Ownership
{
    private static readonly string CustomPrefix = $"{CanonicalShapes.Custom}.";

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
            if (field.StartsWith(CustomPrefix, StringComparison.Ordinal))
            {
                Keep(field[CustomPrefix.Length..], Custom(merged), Custom(last));
            }
            else
            {
                Keep(field, merged, last);
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(merged, OwnershipJson.Default.JsonObject);
    }

    private static void Keep(string field, JsonObject merged, JsonObject last)
    {
        merged.Remove(field);
        if (last.TryGetPropertyValue(field, out var kept))
        {
            merged[field] = kept?.DeepClone();
        }
    }

    // One that stays empty is left out when the record is written.
    private static JsonObject Custom(JsonObject record)
    {
        if (record[CanonicalShapes.Custom] is not JsonObject custom)
        {
            record[CanonicalShapes.Custom] = custom = [];
        }

        return custom;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class OwnershipJson : System.Text.Json.Serialization.JsonSerializerContext;
