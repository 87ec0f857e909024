using System.Globalization;

namespace QtcHub.Canonical;

/// <summary>What a custom field holds.</summary>
public enum CustomType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>An exact decimal.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A date without a time.</summary>
    Date,

    /// <summary>Money in minor units.</summary>
    Money,
}

/// <summary>The custom fields that a company has declared, with their types.</summary>
public sealed class CustomFieldTypes(IReadOnlyDictionary<RecordType, IReadOnlyDictionary<string, CustomType>> declared)
{
    private static readonly Dictionary<string, CustomType> Nothing = new(StringComparer.Ordinal);

    /// <summary>No custom field at all.</summary>
    public static CustomFieldTypes None { get; } = new(new Dictionary<RecordType, IReadOnlyDictionary<string, CustomType>>());

    /// <summary>The fields of a record type.</summary>
    public IReadOnlyDictionary<string, CustomType> Of(RecordType type) => declared.GetValueOrDefault(type, Nothing);

    /// <summary>The record with each custom field as it is declared, or the first that is not so.</summary>
    public Outcome<CanonicalRecord> Typed(CanonicalRecord record)
    {
        if (record.Custom is not { } custom)
        {
            return record;
        }

        var types = Of(record.Type);
        var typed = new List<KeyValuePair<string, CustomValue>>();
        foreach (var (name, value) in custom.All)
        {
            if (!types.TryGetValue(name, out var type))
            {
                return new Fault.Invalid($"custom.{name}", "a custom field is declared");
            }

            if (As(type, value) is not { } fitting)
            {
                return new Fault.Invalid($"custom.{name}", Rule(type));
            }

            typed.Add(KeyValuePair.Create(name, fitting));
        }

        return record with
        {
            Custom = CustomFields.Of(typed),
        };
    }

    private static CustomValue? As(CustomType type, CustomValue value) =>
        (type, value) switch
        {
            (CustomType.Text, CustomValue.Text { Content.Length: <= CustomFields.LongestText }) => value,
            (CustomType.Number, CustomValue.Number) => value,
            (CustomType.Flag, CustomValue.Flag) => value,
            (CustomType.Money, CustomValue.Amount) => value,
            (CustomType.Date, CustomValue.Day) => value,
            (CustomType.Date, CustomValue.Text text) => DateOnly.TryParseExact(
                text.Content,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
                ? new CustomValue.Day(day)
                : null,
            _ => null,
        };

    private static string Rule(CustomType type) =>
        type switch
        {
            CustomType.Text => $"is text of at most {CustomFields.LongestText} characters",
            CustomType.Number => "is a number",
            CustomType.Flag => "is true or false",
            CustomType.Date => "is a date (yyyy-MM-dd)",
            _ => "is money",
        };
}
