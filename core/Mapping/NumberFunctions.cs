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
            Signature = "text → number",
            Does = "Reads a number from text, with its digits.",
            Examples =
            [
                new("quantity | decimal", """{"quantity":"12.50"}""", "12.50"),
                new("quantity | decimal", """{"quantity":"1,000"}""", "fails: this text is not a number"),
            ],
            Takes = [Kind.Text, Kind.Number],
            Gives = Functions.Always(FieldType.Number),
            Run = static (Value input, BoundArguments _, in Scope _) => input is Value.Text text ? ExactNumber.Read(text.Content) : input,
        },
        new Function
        {
            Name = "minor",
            Signature = "number → money",
            Does =
                "Takes whole minor units: by ISO 4217, or by a lookup of the digits of the currencies in which the vendor differs. What is no whole minor unit is a fault; nothing is rounded.",
            Examples =
            [
                new("total | minor(currency)", """{"total":1000,"currency":"usd"}""", """{"minorUnits":1000,"currency":"USD"}"""),
                new("total | minor(currency, digits)", """{"total":10000,"currency":"isk"}""", """{"minorUnits":100,"currency":"ISK"}"""),
                new("total | minor(currency)", """{"total":0.5,"currency":"usd"}""", "fails: not a whole number of minor units of USD"),
            ],
            Takes = [Kind.Number],
            Arguments = [Argument.Expression, Argument.Lookup],
            Optional = 1,
            LooksUpDigits = true,
            Gives = static (_, arguments) => arguments.Expressions[0].Type.Fits(FieldType.Currency) ? FieldType.Money : null,
            Run = Minor,
        },
        new Function
        {
            Name = "from-major",
            Signature = "number → money",
            Does =
                "Takes an amount in major units, with at most the currency's digits. What is no whole minor unit is a fault; nothing is rounded.",
            Examples =
            [
                new("total | from-major(currency)", """{"total":10.5,"currency":"usd"}""", """{"minorUnits":1050,"currency":"USD"}"""),
                new("total | from-major(currency)", """{"total":1000,"currency":"JPY"}""", """{"minorUnits":1000,"currency":"JPY"}"""),
                new(
                    "total | from-major(currency)",
                    """{"total":0.005,"currency":"EUR"}""",
                    "fails: not a whole number of minor units of EUR"
                ),
            ],
            Takes = [Kind.Number],
            Arguments = [Argument.Expression],
            Gives = static (_, arguments) => arguments.Expressions[0].Type.Fits(FieldType.Currency) ? FieldType.Money : null,
            Run = static (Value input, BoundArguments arguments, in Scope scope) => ToMoney(input, arguments, scope, isMajor: true),
        },
        new Function
        {
            Name = "major",
            Signature = "money → number",
            Does = "Major units with exactly the currency's digits.",
            Examples =
            [
                new("total | minor('USD') | major", """{"total":1000}""", "10.00"),
                new("total | minor('JPY') | major", """{"total":1000}""", "1000"),
                new("total | minor('KWD') | major", """{"total":-1}""", "-0.001"),
            ],
            Takes = [Kind.Money],
            Gives = Functions.Always(FieldType.Number),
            Run = static (Value input, BoundArguments _, in Scope _) =>
                input is Value.Amount amount ? new Value.Number(Major(amount.Money)) : input,
        },
        new Function
        {
            Name = "minor-to-major",
            Signature = "number → number",
            Does =
                "Takes minor units with any part of them, as a unit price has, and gives major units with every digit: by ISO 4217, or by a lookup of the digits of the currencies in which the vendor differs. Nothing is rounded.",
            Examples =
            [
                new("price | minor-to-major(currency)", """{"price":1050.5,"currency":"usd"}""", "10.505"),
                new("price | decimal | minor-to-major(currency)", """{"price":"0.000000000001","currency":"JPY"}""", "0.000000000001"),
                new("price | minor-to-major(currency, digits)", """{"price":12345,"currency":"isk"}""", "123.45"),
                new(
                    "price | minor-to-major(currency)",
                    """{"price":0.0000000000000000000000000001,"currency":"USD"}""",
                    "fails: the number has more digits than can be carried exactly"
                ),
            ],
            Takes = [Kind.Number],
            Arguments = [Argument.Expression, Argument.Lookup],
            Optional = 1,
            LooksUpDigits = true,
            Gives = static (_, arguments) => arguments.Expressions[0].Type.Fits(FieldType.Currency) ? FieldType.Number : null,
            Run = MinorToMajor,
        },
        new Function
        {
            Name = "minus",
            Signature = "number, money → the same",
            Does = "Takes the argument off; an absent one is nothing.",
            Examples =
            [
                new("amount | minus(discount)", """{"amount":10,"discount":0.3}""", "9.7"),
                new("amount | minus(discount)", """{"amount":10}""", "10"),
            ],
            Takes = [Kind.Number, Kind.Money],
            Arguments = [Argument.Expression],
            Gives = Functions.Same,
            Run = static (Value input, BoundArguments arguments, in Scope scope) =>
                Combine(input, arguments.Expressions[0].Evaluate(scope), -1),
        },
        new Function
        {
            Name = "debit",
            Signature = "number, money → the same",
            Does = "What of it is a debit: the amount where it is more than zero, else absent.",
            Examples =
            [
                new("gross | debit", """{"gross":10.5}""", "10.5"),
                new("gross | debit", """{"gross":-10.5}""", "left out"),
                new("gross | debit", """{"gross":0}""", "left out"),
            ],
            Takes = [Kind.Number, Kind.Money],
            Gives = static (input, _) => input with { Required = false },
            Run = static (Value input, BoundArguments _, in Scope _) => Side(input, 1),
        },
        new Function
        {
            Name = "credit",
            Signature = "number, money → the same",
            Does = "What of it is a credit: the amount without its sign where it is less than zero, else absent.",
            Examples =
            [
                new("gross | credit", """{"gross":-10.5}""", "10.5"),
                new("gross | minor('USD') | credit", """{"gross":-7}""", """{"minorUnits":7,"currency":"USD"}"""),
                new("gross | credit", """{"gross":10.5}""", "left out"),
            ],
            Takes = [Kind.Number, Kind.Money],
            Gives = static (input, _) => input with { Required = false },
            Run = static (Value input, BoundArguments _, in Scope _) => Side(input, -1),
        },
        new Function
        {
            Name = "sum",
            Signature = "begins an expression → number, money",
            Does = "Adds up, through lists: numbers from 0, money of one currency and absent where there is none.",
            Examples =
            [
                new("sum(taxes.amount)", """{"taxes":[{"amount":1.5},{"amount":null},{"amount":2}]}""", "3.5"),
                new("sum(taxes[kind=vat].amount)", """{"taxes":[{"kind":"vat","amount":1},{"kind":"city","amount":2}]}""", "1"),
                new("sum(taxes.amount)", "{}", "0"),
            ],
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

    /// <summary>The size of an amount whose sign is <paramref name="sign"/>; absent where it is of the other side, or nothing.</summary>
    private static Value Side(Value input, int sign) =>
        input switch
        {
            Value.Number number => Math.Sign(number.Exact) == sign ? new Value.Number(Math.Abs(number.Exact)) : Value.Absent,
            Value.Amount { Money.MinorUnits: long.MinValue } => new Value.Failed("the amount is too large"),
            Value.Amount { Money: var money } => Math.Sign(money.MinorUnits) == sign
                ? new Value.Amount(money with { MinorUnits = Math.Abs(money.MinorUnits) })
                : Value.Absent,
            _ => input,
        };

    private static Value Minor(Value input, BoundArguments arguments, in Scope scope) => ToMoney(input, arguments, scope, isMajor: false);

    private static Value ToMoney(Value input, BoundArguments arguments, in Scope scope, bool isMajor)
    {
        if (FailsOf(isMajor ? "from-major" : "minor", arguments, scope, out var currency) is { } failed)
        {
            return failed;
        }

        var amount = ((Value.Number)input).Exact;
        var vendorDigits = isMajor ? 0 : VendorDigits(arguments, currency);
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

    private static Value MinorToMajor(Value input, BoundArguments arguments, in Scope scope)
    {
        if (FailsOf("minor-to-major", arguments, scope, out var currency) is { } failed)
        {
            return failed;
        }

        var parts = 1m;
        for (var digit = 0; digit < VendorDigits(arguments, currency); digit++)
        {
            parts *= 10;
        }

        return ExactNumber.Divide(((Value.Number)input).Exact, parts);
    }

    /// <summary>The currency that a function's first argument names, or why it names none.</summary>
    private static Value? FailsOf(string function, BoundArguments arguments, in Scope scope, out Currency currency)
    {
        var code = arguments.Expressions[0].Evaluate(scope);
        currency = default;
        return code.IsFault ? code
            : Currency.TryParse(code.AsText()?.ToUpperInvariant(), out currency) ? null
            : new Value.Failed($"{function} needs an ISO 4217 currency");
    }

    private static int VendorDigits(BoundArguments arguments, Currency currency) =>
        arguments.Lookup?.Values.TryGetValue(currency.Code, out var digits) == true ? digits[0] - '0' : currency.Exponent;

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
