namespace QtcHub.Mapping;

internal static class LogicFunctions
{
    private static readonly IReadOnlyList<Kind> Scalars = [Kind.Text, Kind.Currency, Kind.Number, Kind.Flag, Kind.Date];

    public static readonly IReadOnlyList<Function> All =
    [
        new Function
        {
            Name = "default",
            Signature = "anything → the same",
            Does = "The argument where there is no value; `default(null)` clears the field.",
            Examples =
            [
                new("email | default('none')", """{"email":null}""", "\"none\""),
                new("email | default(null)", "{}", "null"),
                new("email | default('none')", """{"email":"a@b.example"}""", "\"a@b.example\""),
            ],
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
            Signature = "begins an expression → the same",
            Does = "The first of its arguments that has a value.",
            Examples =
            [
                new("first(name, email, 'nobody')", """{"email":"a@b.example"}""", "\"a@b.example\""),
                new("first(name, email)", "{}", "left out"),
            ],
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
            Signature = "flag → flag",
            Does = "True for false, false for true.",
            Examples = [new("closed | not", """{"closed":true}""", "false"), new("closed | not", "{}", "left out")],
            Takes = [Kind.Flag],
            InFilters = true,
            Gives = Functions.Always(FieldType.Flag),
            Run = static (Value input, BoundArguments _, in Scope _) => input is Value.Flag flag ? Value.Of(!flag.IsTrue) : input,
        },
        new Function
        {
            Name = "one-of",
            Signature = "scalar → flag",
            Does = "Whether the value is one of these words; false where it is absent.",
            Examples =
            [
                new("status | one-of(open, paid)", """{"status":"paid"}""", "true"),
                new("status | one-of(open, paid)", "{}", "false"),
            ],
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
            Signature = "scalar → flag",
            Does = "Whether two values are the same, numbers by value and all else as text; false where the value is absent.",
            Examples =
            [
                new("paid | equals(total)", """{"paid":1.0,"total":1}""", "true"),
                new("kind | equals('vat')", """{"kind":"gst"}""", "false"),
            ],
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
            Signature = "anything → flag",
            Does = "Whether there is a value, neither absent nor cleared.",
            Examples = [new("email | present", """{"email":""}""", "true"), new("email | present", """{"email":null}""", "false")],
            SeesAbsent = true,
            InFilters = true,
            Gives = Functions.Always(FieldType.Flag),
            Run = static (Value input, BoundArguments _, in Scope _) => Value.Of(input is not (Value.Nothing or Value.Cleared)),
        },
        new Function
        {
            Name = "is-zero",
            Signature = "number, money → flag",
            Does = "Whether it is zero.",
            Examples = [new("tax | is-zero", """{"tax":0.00}""", "true"), new("tax | is-zero", """{"tax":-1}""", "false")],
            Takes = [Kind.Number, Kind.Money],
            InFilters = true,
            Gives = Functions.Always(FieldType.Flag),
            Run = static (Value input, BoundArguments _, in Scope _) => Value.Of(IsZero(input)),
        },
        new Function
        {
            Name = "if-zero",
            Signature = "number, money → the same",
            Does = "The argument in place of zero.",
            Examples =
            [
                new("received | if-zero(asked)", """{"received":0,"asked":700}""", "700"),
                new("received | if-zero(asked)", """{"received":500,"asked":700}""", "500"),
            ],
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
