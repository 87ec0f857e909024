using System.Globalization;
using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>What Zuora's JSON has of its own.</summary>
internal static class ZuoraJson
{
    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>
    /// When a record was changed last, to the second: objects bear no more. Where Zuora writes no offset it counts as UTC; every time of one record is
    /// written alike, so that they compare.
    /// </summary>
    public static DateTimeOffset? Updated(this JsonElement record) => Instant(record.Text("updatedDate") ?? record.Text("UpdatedDate"));

    /// <summary>The objects of a list, or none.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement parent, string list) =>
        parent.Array(list) is { } elements ? elements.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.Object) : [];

    /// <summary>When a record was made, to the second.</summary>
    public static DateTimeOffset? Created(this JsonElement record) => Instant(record.Text("createdDate") ?? record.Text("CreatedDate"));

    /// <summary>An instant, to the second.</summary>
    public static DateTimeOffset? Instant(string? text) =>
        text is not null
        && DateTimeOffset.TryParseExact(
            WithColon(text),
            Instants,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var instant
        )
            ? DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds())
            : null;

    /// <summary>Zuora's queries write an offset without a colon too, <c>-0800</c>.</summary>
    private static string WithColon(string text) =>
        text is [.., '+' or '-', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9']
            ? text.Insert(text.Length - 2, ":")
            : text;
}
