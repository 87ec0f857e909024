using System.Text.Json;

namespace QtcHub.Pipeline;

/// <summary>Posted documents do not change: a later difference in a posted field is a fault, corrected by credit note or reversal.</summary>
internal static class PostedDocument
{
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
