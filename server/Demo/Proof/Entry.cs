using System.Globalization;
using QtcHub.Canonical;

namespace QtcHub.Server.Demo.Proof;

/// <summary>
/// A record as the proof compares it: what it is, under which name everybody knows it, whose it is, how much it is about (minor units), and its fields as text or,
/// where they are money, in minor units.
/// </summary>
internal sealed record Entry(string Kind, string Name, string Entity, string Currency, long Amount)
{
    private readonly SortedDictionary<string, Field> fields = new(StringComparer.Ordinal);

    /// <summary>Its fields by name, its amount among them.</summary>
    public IReadOnlyDictionary<string, Field> Fields => fields;

    public Entry With(string field, string text)
    {
        fields[field] = new Field(text, null);
        return this;
    }

    public Entry With(string field, DateOnly day) => With(field, day.ToString("O", CultureInfo.InvariantCulture));

    public Entry With(string field, long minorUnits)
    {
        fields[field] = new Field(Text(minorUnits, Currency), minorUnits);
        return this;
    }

    /// <summary>An amount as people write it.</summary>
    public static string Text(long minorUnits, string currency) =>
        currency.Length == 0 ? "" : new Money(minorUnits, Canonical.Currency.Of(currency)).ToString();
}

/// <summary>A field's text, and its minor units where it is money.</summary>
internal readonly record struct Field(string Text, long? MinorUnits);
