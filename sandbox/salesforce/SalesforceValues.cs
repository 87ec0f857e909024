using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>
/// The values of fields: how a request says them, and how an answer does. Salesforce itself rounds a number that a field cannot hold, and says nothing; this
/// org refuses it by a validation rule, so that no cent is lost in silence.
/// </summary>
internal static class SalesforceValues
{
    public const string DayForm = "yyyy-MM-dd";

    /// <summary>A value as a record keeps it: text, flag, day, instant or decimal; null for none.</summary>
    public static object? Read(Field field, JsonNode? given)
    {
        if (given is null)
        {
            return field.Kind == FieldKind.Flag ? throw Unreadable(field, given) : null;
        }

        return field.Kind switch
        {
            FieldKind.Flag => given.GetValueKind() is JsonValueKind.True or JsonValueKind.False
                ? given.GetValue<bool>()
                : throw Unreadable(field, given),
            FieldKind.Number or FieldKind.Currency => ReadNumber(field, given),
            FieldKind.Day => DateOnly.TryParseExact(
                Said(field, given),
                DayForm,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
                ? day
                : throw Unreadable(field, given),
            FieldKind.Instant => Instant(Said(field, given)) ?? throw Unreadable(field, given),
            FieldKind.Lookup => ReadId(field, Said(field, given)),
            _ => ReadText(field, Said(field, given)),
        };
    }

    /// <summary>A value as an answer says it.</summary>
    public static JsonNode? Json(Field field, object? value) =>
        value switch
        {
            null => null,
            decimal number when field is { Kind: FieldKind.Number, Scale: 0 } => JsonValue.Create(decimal.ToInt64(number)),
            decimal number => JsonValue.Create(Shortest(number)),
            bool flag => JsonValue.Create(flag),
            DateOnly day => JsonValue.Create(Of(day)),
            DateTimeOffset at => JsonValue.Create(
                at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture)
            ),
            _ => JsonValue.Create((string)value),
        };

    /// <summary>A value as an outbound message says it.</summary>
    public static string Xml(Field field, object value) =>
        value switch
        {
            DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            string text => text,
            _ => Json(field, value)!.ToJsonString().Trim('"'),
        };

    public static string Of(DateOnly day) => day.ToString(DayForm, CultureInfo.InvariantCulture);

    /// <summary>An instant of ISO 8601 with its offset, or null.</summary>
    public static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : null;

    private static string Said(Field field, JsonNode given) =>
        given is JsonValue value && value.TryGetValue(out string? text) ? text : throw Unreadable(field, given);

    private static string? ReadText(Field field, string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length > field.Length)
        {
            throw SalesforceRefusal.Record(
                "STRING_TOO_LONG",
                $"{field.Name}: data value too large: {trimmed} (max length={field.Length.ToString(CultureInfo.InvariantCulture)})",
                field.Name
            );
        }

        // Empty and absent are one.
        if (trimmed.Length == 0)
        {
            return null;
        }

        return field.Values.Count == 0 || field.Values.Contains(trimmed, StringComparer.Ordinal)
            ? trimmed
            : throw SalesforceRefusal.Record(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                $"{field.Name}: bad value for restricted picklist field: {trimmed}",
                field.Name
            );
    }

    private static string? ReadId(Field field, string text) =>
        text.Length == 0 ? null
        : SalesforceIds.Read(text) is { } id && id.StartsWith(SalesforceObjects.Get(field.To!).Prefix, StringComparison.Ordinal) ? id
        : throw SalesforceRefusal.Record("MALFORMED_ID", $"{field.Name}: id value of incorrect type: {text}", field.Name);

    private static decimal ReadNumber(Field field, JsonNode given)
    {
        if (
            given.GetValueKind() != JsonValueKind.Number
            || !decimal.TryParse(given.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        )
        {
            throw Unreadable(field, given);
        }

        if (decimal.Abs(decimal.Truncate(number)).ToString(CultureInfo.InvariantCulture).Length > field.Length - field.Scale)
        {
            throw SalesforceRefusal.Record(
                "NUMBER_OUTSIDE_VALID_RANGE",
                $"{field.Name}: value outside of valid range on numeric field: {given.ToJsonString()}",
                field.Name
            );
        }

        return number;
    }

    // 70.50 is 70.5 and 70.00 is 70.0, as a floating-point number is written.
    private static decimal Shortest(decimal number)
    {
        var shortest = number / 1.0000000000000000000000000000m;
        return shortest.Scale == 0 ? shortest * 1.0m : shortest;
    }

    private static SalesforceRefusal Unreadable(Field field, JsonNode? given)
    {
        var type = field.Kind switch
        {
            FieldKind.Flag => "boolean",
            FieldKind.Day => "date",
            FieldKind.Instant => "datetime",
            FieldKind.Number => "double",
            FieldKind.Currency => "currency",
            FieldKind.Lookup => "reference",
            _ => "string",
        };
        return SalesforceRefusal.Unreadable(
            $"Cannot deserialize instance of {type} from {Token(given)} value {given?.ToJsonString().Trim('"') ?? "null"} or request may be missing a required field"
        );
    }

    private static string Token(JsonNode? given) =>
        given?.GetValueKind() switch
        {
            JsonValueKind.Object => "START_OBJECT",
            JsonValueKind.Array => "START_ARRAY",
            JsonValueKind.Number => "VALUE_NUMBER",
            JsonValueKind.True => "VALUE_TRUE",
            JsonValueKind.False => "VALUE_FALSE",
            JsonValueKind.String => "VALUE_STRING",
            _ => "VALUE_NULL",
        };
}
