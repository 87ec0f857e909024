using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Mapping;

namespace QtcHub.Pipeline;

/// <summary>Posted documents do not change: a later difference in a posted field is a fault, corrected by credit note or reversal.</summary>
internal static class PostedDocument
{
    private static readonly FrozenDictionary<RecordType, IReadOnlyList<string>> OfState = RecordKinds.All.ToFrozenDictionary(
        kind => kind.Type,
        IReadOnlyList<string> (kind) =>
            [
                .. CanonicalShapes
                    .Properties(kind.Json.Type)
                    .Where(field => field.GetCustomAttribute<OfItsStateAttribute>() is not null)
                    .Select(CanonicalShapes.NameOf),
            ]
    );

    /// <summary>The fields of a record type that belong to its state once it is posted.</summary>
    public static IReadOnlyList<string> StateFields(RecordType type) => OfState[type];

    /// <summary>A record with the given fields as they were posted; the record itself where they have not changed.</summary>
    public static ReadOnlyMemory<byte> AsPosted(ReadOnlyMemory<byte> wanted, ReadOnlyMemory<byte> posted, IReadOnlyList<string> fields)
    {
        using var after = JsonDocument.Parse(wanted);
        using var before = JsonDocument.Parse(posted);
        if (fields.All(field => Same(field, before.RootElement, after.RootElement)))
        {
            return wanted;
        }

        var record = JsonObject.Create(after.RootElement)!;
        foreach (var field in fields)
        {
            record.Remove(field);
            if (before.RootElement.TryGetProperty(field, out var stood))
            {
                record[field] = JsonSerializer.SerializeToNode(stood);
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(record);
    }

    /// <summary>The first of the posted fields that differs between the applied content and the new one, or null.</summary>
    public static string? FirstChange(ReadOnlyMemory<byte> applied, ReadOnlyMemory<byte> wanted, IReadOnlyList<string> postedFields)
    {
        if (postedFields.Count == 0)
        {
            return null;
        }

        using var before = JsonDocument.Parse(applied);
        using var after = JsonDocument.Parse(wanted);
        return postedFields.FirstOrDefault(field => !Same(field, before.RootElement, after.RootElement));
    }

    private static bool Same(string field, JsonElement before, JsonElement after)
    {
        var had = before.TryGetProperty(field, out var old);
        var has = after.TryGetProperty(field, out var now);
        return had == has && (!had || JsonElement.DeepEquals(old, now));
    }
}
