namespace QtcHub.Mapping;

internal static class LogicFunctions
{
    private static readonly IReadOnlyList<Kind> Scalars = [Kind.Text, Kind.Currency, Kind.Number, Kind.Flag, Kind.Date];

    public static readonly IReadOnlyList<Function> All =
    [
        new Function
        {
            Name = "default",
            Arguments = [Argument.Expression],
            SeesAbsent = true,
            InFilters = true,
            Gives = Functions.Same,
            Run = static (Value input, BoundArguments arguments, in Scope scope) =>
                input is Value.Nothing ? arguments.Expressions[0].Evaluate(scope) : input,
        },
        new Function
        {
            Name = "first",
            Arguments = [Argument.Expression],
            Repeats = true,
            Position = Position.Head,
            InFilters = true,
            Gives = static (_, arguments) => Functions.Same(FieldType.None, arguments),
            Run = First,
        },
        new Function
        {
            Name = "not",
            Takes = [Kind.Flag],
            InFilters = true,
            Gives = Functions.Always(FieldType.Flag),
            Run = static (Value input, BoundArguments _, in Scope _) => input is Value.Flag flag ? Value.Of(!flag.IsTrue) : input,
        },
        new Function
        {
            Name = "one-of",
            Takes = Scalars,
            Arguments = [Argument.Word],
            Repeats = true,
            SeesAbsent = true,
            InFilters = true,
            Gives = Functions.Always(FieldType.Flag),
            Run = static (Value input, BoundArguments arguments, in Scope _) =>
                Value.Of(input.AsText() is { } text && arguments.Words.Contains(text, StringComparer.Ordinal)),
        },
        new Function
        {
            Name = "equals",
            Takes = Scalars,
            Arguments = [Argument.Expression],
            SeesAbsent = true,
            InFilters = true,
            Gives = static (input, arguments) => Functions.Same(input, arguments) is null ? null : FieldType.Flag,
            Run = static (Value input, BoundArguments arguments, in Scope scope) => Same(input, arguments.Expressions[0].Evaluate(scope)),
        },
        new Function
        {
            Name = "present",
            SeesAbsent = true,
            InFilters = true,
            Gives = Functions.Always(FieldType.Flag),
            Run = static (Value input, BoundArguments _, in Scope _) => Value.Of(input is not (Value.Nothing or Value.Cleared)),
        },
        new Function
        {
            Name = "is-zero",
            Takes = [Kind.Number, Kind.Money],
            InFilters = true,
            Gives = Functions.Always(FieldType.Flag),
            Run = static (Value input, BoundArguments _, in Scope _) => Value.Of(IsZero(input)),
        },
        new Function
        {
            Name = "if-zero",
            Takes = [Kind.Number, Kind.Money],
            Arguments = [Argument.Expression],
            Gives = Functions.Same,
            Run = static (Value input, BoundArguments arguments, in Scope scope) =>
                IsZero(input) ? arguments.Expressions[0].Evaluate(scope) : input,
        },
    ];

    public static bool IsZero(Value value) => value is Value.Number { Exact: 0 } or Value.Amount { Money.MinorUnits: 0 };

    private static Value First(Value input, BoundArguments arguments, in Scope scope)
    {
        foreach (var candidate in arguments.Expressions)
        {
            var value = candidate.Evaluate(scope);
            if (value is not Value.Nothing)
            {
                return value;
            }
        }

        return Value.Absent;
    }

    private static Value Same(Value left, Value right) =>
        right.IsFault
            ? right
            : Value.Of(
                (left, right) switch
                {
                    (Value.Number one, Value.Number other) => one.Exact == other.Exact,
                    _ => left.AsText() is { } text && text == right.AsText(),
                }
            );
}
