using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>What a company keeps on a record besides the record's own fields, by name; ordered by name, so that equal facts are equal bytes.</summary>
/// <remarks>A record without any has none of these at all: its written form is then as it was before there were custom fields.</remarks>
[JsonConverter(typeof(CustomFieldsJson))]
public sealed class CustomFields : IEquatable<CustomFields>
{
    /// <summary>The longest text, in characters.</summary>
    public const int LongestText = 4_000;

    private readonly ImmutableSortedDictionary<string, CustomValue> values;

    private CustomFields(ImmutableSortedDictionary<string, CustomValue> values) => this.values = values;

    /// <summary>Every field that has a value, in the ordinal order of their names.</summary>
    public IEnumerable<KeyValuePair<string, CustomValue>> All => values;

    /// <summary>A field's value, or null where it is absent. Empty text is a value.</summary>
    public CustomValue? this[string name] => values.GetValueOrDefault(name);

    /// <summary>The fields with these values, or null where there are none.</summary>
    public static CustomFields? Of(IEnumerable<KeyValuePair<string, CustomValue>> values)
    {
        var ordered = values.ToImmutableSortedDictionary(StringComparer.Ordinal);
        return ordered.IsEmpty ? null : new CustomFields(ordered);
    }

    /// <inheritdoc />
    public bool Equals(CustomFields? other) => other is not null && values.SequenceEqual(other.values);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as CustomFields);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, value) in values)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}

/// <summary>One value of a custom field.</summary>
public abstract record CustomValue
{
    private CustomValue() { }

    /// <summary>Text, which may be empty.</summary>
    public sealed record Text(string Content) : CustomValue;

    /// <summary>An exact decimal; digits that say nothing (1.50, -0) are dropped.</summary>
    public sealed record Number : CustomValue
    {
        // Dividing by one with every digit a decimal has leaves no zero at the end.
        private const decimal One = 1.0000000000000000000000000000m;

        /// <summary>The number in its one form.</summary>
        public Number(decimal value) => Exact = value == 0 ? 0 : value / One;

        /// <summary>The number.</summary>
        public decimal Exact { get; }
    }

    /// <summary>True or false.</summary>
    public sealed record Flag(bool IsTrue) : CustomValue;

    /// <summary>A date in the entity's calendar.</summary>
    public sealed record Day(DateOnly Date) : CustomValue;

    /// <summary>Money in minor units, of any currency.</summary>
    public sealed record Amount(Money Money) : CustomValue;
}

/// <summary>Reads a date as text: which texts are dates is declared (<see cref="CustomFieldTypes"/>), not written.</summary>
internal sealed class CustomFieldsJson : JsonConverter<CustomFields>
{
    public override CustomFields? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("custom fields are an object");
        }

        var values = new Dictionary<string, CustomValue>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (ReadValue(ref reader) is { } value && !values.TryAdd(name, value))
            {
                throw new JsonException("a custom field stands once");
            }
        }

        return CustomFields.Of(values);
    }

    public override void Write(Utf8JsonWriter writer, CustomFields value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, field) in value.All)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, field);
        }

        writer.WriteEndObject();
    }

    private static CustomValue? ReadValue(ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => new CustomValue.Text(reader.GetString()!),
            JsonTokenType.True => new CustomValue.Flag(true),
            JsonTokenType.False => new CustomValue.Flag(false),
            JsonTokenType.Number when reader.TryGetDecimal(out var number) => new CustomValue.Number(number),
            JsonTokenType.StartObject => new CustomValue.Amount(ReadMoney(ref reader)),
            _ => throw new JsonException("a custom field is one value"),
        };

    private static Money ReadMoney(ref Utf8JsonReader reader)
    {
        long? units = null;
        Currency? currency = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUnits = reader.ValueTextEquals("minorUnits"u8);
            var isCurrency = reader.ValueTextEquals("currency"u8);
            reader.Read();
            if (isUnits && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
            {
                units = number;
            }
            else if (isCurrency && reader.TokenType == JsonTokenType.String && Currency.TryParse(reader.GetString(), out var known))
            {
                currency = known;
            }
            else
            {
                throw new JsonException("money has whole minor units and an ISO 4217 currency");
            }
        }

        return units is { } minor && currency is { } of
            ? new Money(minor, of)
            : throw new JsonException("money has minor units and a currency");
    }

    private static void WriteValue(Utf8JsonWriter writer, CustomValue value)
    {
        switch (value)
        {
            case CustomValue.Text text:
                writer.WriteStringValue(text.Content);
                break;
            case CustomValue.Number number:
                writer.WriteNumberValue(number.Exact);
                break;
            case CustomValue.Flag flag:
                writer.WriteBooleanValue(flag.IsTrue);
                break;
            case CustomValue.Day day:
                writer.WriteStringValue(day.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case CustomValue.Amount amount:
                JsonSerializer.Serialize(writer, amount.Money, CanonicalJsonContext.Default.Money);
                break;
            default:
                throw new InvariantException("a known custom value");
        }
    }
}
