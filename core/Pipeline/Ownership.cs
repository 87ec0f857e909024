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

    /// <summary>
    /// Keeps the last known value of every field that the source does not own: its origin owns all but what others own by name, any other source only
    /// what it owns by name.
    /// </summary>
    public static async Task<ReadOnlyMemory<byte>> MergeAsync(
        HubContext hub,
        Observed at,
        ReadOnlyMemory<byte> mapped,
        CancellationToken cancellationToken
    )
    {
        var owners = hub.Router.Owners(at.Type);
        if (at.Head is not { Value.Revision: > 0 } head)
        {
            return First(at, mapped, owners);
        }

        var isOrigin = head.Value.Origin == at.Arrival.System;
        if (isOrigin && owners.Values.All(owner => owner == at.Arrival.System))
        {
            return mapped;
        }

        var told = JsonNode.Parse(mapped.Span)!.AsObject();
        var content = await hub.Store.ContentAsync(head.Value.Id, head.Value.Revision, cancellationToken);
        var last = JsonNode.Parse(content.Span)!.AsObject();
        var (merged, other) = isOrigin ? (told, last) : (last, told);
        foreach (var (field, owner) in owners.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (owner == at.Arrival.System == isOrigin)
            {
                continue;
            }

            if (field.StartsWith(CustomPrefix, StringComparison.Ordinal))
            {
                Take(field[CustomPrefix.Length..], Custom(merged), Custom(other));
            }
            else
            {
                Take(field, merged, other);
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(merged, OwnershipJson.Default.JsonObject);
    }

    /// <summary>Of a record that nobody has told of yet, what others own is left to them, save what no record can be without.</summary>
    private static ReadOnlyMemory<byte> First(Observed at, ReadOnlyMemory<byte> mapped, IReadOnlyDictionary<string, string> owners)
    {
        var foreign = owners.Where(pair => pair.Value != at.Arrival.System).Select(pair => pair.Key).ToList();
        if (foreign.Count == 0)
        {
            return mapped;
        }

        var told = JsonNode.Parse(mapped.Span)!.AsObject();
        var shape = CanonicalShapes.Of(at.Type).Fields!;
        foreach (var field in foreign)
        {
            if (field.StartsWith(CustomPrefix, StringComparison.Ordinal))
            {
                Custom(told).Remove(field[CustomPrefix.Length..]);
            }
            else if (!shape[field].HasToBeMapped)
            {
                told.Remove(field);
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(told, OwnershipJson.Default.JsonObject);
    }

    private static void Take(string field, JsonObject merged, JsonObject from)
    {
        merged.Remove(field);
        if (from.TryGetPropertyValue(field, out var taken))
        {
            merged[field] = taken?.DeepClone();
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
