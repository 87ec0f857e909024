using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>Amounts stay exact: vendor minor units (whole numbers) → money → decimal in major units.</summary>
internal static class NumberFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new Function
        {
            Name = "decimal",
            Takes = [Kind.Text, Kind.Number],
            Gives = Functions.Always(FieldType.Number),
            Run = static (Value input, BoundArguments _, in Scope _) => input is Value.Text text ? ExactNumber.Read(text.Content) : input,
        },
        new Function
        {
            Name = "minor",
            Takes = [Kind.Number],
            Arguments = [Argument.Expression, Argument.Lookup],
            Optional = 1,
            Gives = static (_, arguments) => arguments.Expressions[0].Type.Fits(FieldType.Currency) ? FieldType.Money : null,
            Run = Minor,
        },
        new Function
        {
            Name = "major",
            Takes = [Kind.Money],
            Gives = Functions.Always(FieldType.Number),
            Run = static (Value input, BoundArguments _, in Scope _) =>
                input is Value.Amount amount ? new Value.Number(Major(amount.Money)) : input,
        },
        new Function
        {
            Name = "minus",
            Takes = [Kind.Number, Kind.Money],
            Arguments = [Argument.Expression],
            Gives = Functions.Same,
            Run = static (Value input, BoundArguments arguments, in Scope scope) =>
                Combine(input, arguments.Expressions[0].Evaluate(scope), -1),
        },
        new Function
        {
            Name = "sum",
            Arguments = [Argument.Expression],
            Repeats = true,
            Position = Position.Head,
            Gives = static (_, arguments) =>
                arguments.Expressions.Aggregate((FieldType?)FieldType.None, (type, argument) => type?.Or(Summed(argument.Type))),
            Run = Sum,
        },
    ];

    /// <summary>Major units with exactly the currency's digits: 1000 USD is 10.00, 1000 JPY is 1000.</summary>
    private static decimal Major(Money money)
    {
        var size = (ulong)Math.Abs((decimal)money.MinorUnits);
        return new decimal((int)(uint)size, (int)(uint)(size >> 32), 0, money.MinorUnits < 0, (byte)money.Currency.Exponent);
    }

    private static Value Minor(Value input, BoundArguments arguments, in Scope scope)
    {
        var code = arguments.Expressions[0].Evaluate(scope);
        if (code.IsFault)
        {
            return code;
        }

        if (!Currency.TryParse(code.AsText()?.ToUpperInvariant(), out var currency))
        {
            return new Value.Failed("minor needs an ISO 4217 currency");
        }

        var amount = ((Value.Number)input).Exact;
        var vendorDigits =
            arguments.Lookup?.Values.TryGetValue(currency.Code, out var digits) == true ? digits[0] - '0' : currency.Exponent;
        for (var digit = vendorDigits; digit < currency.Exponent; digit++)
        {
            if (Math.Abs(amount) > long.MaxValue)
            {
                break;
            }

            amount *= 10;
        }

        for (var digit = vendorDigits; digit > currency.Exponent; digit--)
        {
            amount /= 10;
        }

        return amount != decimal.Truncate(amount) ? new Value.Failed($"not a whole number of minor units of {currency.Code}")
            : Math.Abs(amount) > long.MaxValue ? new Value.Failed("the amount is too large")
            : new Value.Amount(new Money((long)amount, currency));
    }

    private static FieldType Summed(FieldType type) =>
        type switch
        {
            { Kind: Kind.List, Element: { } element } => element,
            { Kind: Kind.Any } => FieldType.Number,
            _ => type,
        }
            is { Kind: Kind.Number or Kind.Money } known
            ? known with
            {
                Required = false,
            }
            : FieldType.Text;

    private static Value Sum(Value input, BoundArguments arguments, in Scope scope)
    {
        var isMoney = arguments.Expressions.Any(argument => Summed(argument.Type).Kind == Kind.Money);
        var total = isMoney ? Value.Absent : new Value.Number(0);
        foreach (var argument in arguments.Expressions)
        {
            var value = argument.Evaluate(scope);
            var kind = argument.Type.Element?.Kind ?? argument.Type.Kind;
            var items = value is Value.Json { IsList: true } list
                ? list.Elements.Select(element => PathExpression.Read(element, kind))
                : [value];
            foreach (var item in items.Where(item => item is not (Value.Nothing or Value.Cleared)))
            {
                total = total is Value.Nothing ? item : Combine(total, item, 1);
                if (total.IsFault)
                {
                    return total;
                }
            }
        }

        return total;
    }

    private static Value Combine(Value left, Value right, int sign)
    {
        switch (left, right)
        {
            case (_, { IsFault: true }):
                return right;
            case (_, Value.Nothing or Value.Cleared):
                return left;
            case (Value.Number one, Value.Number other):
                return sign < 0 ? ExactNumber.Subtract(one.Exact, other.Exact) : ExactNumber.Add(one.Exact, other.Exact);
            case (Value.Amount one, Value.Amount other) when one.Money.Currency == other.Money.Currency:
                var units = (decimal)one.Money.MinorUnits + (sign * (decimal)other.Money.MinorUnits);
                return Math.Abs(units) > long.MaxValue
                    ? new Value.Failed("the amount is too large")
                    : new Value.Amount(one.Money with { MinorUnits = (long)units });
            default:
                return new Value.Failed("numbers go with numbers, and money with money of the same currency");
        }
    }
}
