using System.Numerics;
using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>A document amount: minor units (cents, yen, fils) and their currency; arithmetic is checked.</summary>
[method: JsonConstructor]
public readonly record struct Money(long MinorUnits, Currency Currency)
    : IAdditionOperators<Money, Money, Money>,
        ISubtractionOperators<Money, Money, Money>
{
    /// <summary>The amount in major units, exact, e.g. 1099 USD is 10.99.</summary>
    [JsonIgnore]
    public decimal Major => decimal.Divide(MinorUnits, Currency.MinorPerMajor);

    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>Adds two amounts of one currency; another currency or an overflow is a bug.</summary>
    public static Money operator +(Money left, Money right)
    {
        Invariant.Holds(left.Currency == right.Currency);
        return left with { MinorUnits = checked(left.MinorUnits + right.MinorUnits) };
    }

    /// <summary>Subtracts two amounts of one currency; another currency or an overflow is a bug.</summary>
    public static Money operator -(Money left, Money right)
    {
        Invariant.Holds(left.Currency == right.Currency);
        return left with { MinorUnits = checked(left.MinorUnits - right.MinorUnits) };
    }

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{Major.ToString($"F{Currency.Exponent}", System.Globalization.CultureInfo.InvariantCulture)} {Currency.Code}"
        );
}
