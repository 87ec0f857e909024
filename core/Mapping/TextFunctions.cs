namespace QtcHub.Mapping;

internal static class TextFunctions
{
    private const string PriorPeriod = "Prior period";

    public static readonly IReadOnlyList<Function> All =
    [
        OfText(
            "upper",
            "In capital letters, whatever the culture.",
            new("code | upper", """{"code":"usd"}""", "\"USD\""),
            text => text.ToUpperInvariant()
        ),
        OfText(
            "lower",
            "In small letters, whatever the culture.",
            new("code | lower", """{"code":"USD"}""", "\"usd\""),
            text => text.ToLowerInvariant()
        ),
        OfText("trim", "Without white space at both ends.", new("name | trim", """{"name":" One "}""", "\"One\""), text => text.Trim()),
        new Function
        {
            Name = "truncate",
            Signature = "text → text",
            Does = "The first n UTF-16 units, never half a character; for a target's limit.",
            Examples = [new("name | truncate(3)", """{"name":"Example Inc."}""", "\"Exa\"")],
            Takes = [Kind.Text],
            Arguments = [Argument.Count],
            Gives = Functions.Always(FieldType.Text),
            Run = Truncate,
        },
        new Function
        {
            Name = "text",
            Signature = "number, flag, date → text",
            Does = "As it is written; dates as `yyyy-MM-dd`.",
            Examples =
            [
                new("quantity | text", """{"quantity":1.50}""", "\"1.50\""),
                new("created | unix-date | text", """{"created":1767229200}""", "\"2025-12-31\""),
            ],
            Takes = [Kind.Text, Kind.Currency, Kind.Number, Kind.Flag, Kind.Date],
            Gives = Functions.Always(FieldType.Text),
            Run = static (Value input, BoundArguments _, in Scope _) => input.AsText() is { } text ? new Value.Text(text) : input,
        },
        new Function
        {
            Name = "join",
            Signature = "begins an expression → text",
            Does = "Texts and numbers that are present, with the first word between them; absent if none is.",
            Examples =
            [
                new("join(' ', given, family)", """{"given":"Ada","family":"Byron"}""", "\"Ada Byron\""),
                new("join(', ', city, state)", """{"city":"Rome"}""", "\"Rome\""),
                new("join(' ', given, family)", "{}", "left out"),
            ],
            Arguments = [Argument.Word, Argument.Expression],
            Repeats = true,
            Position = Position.Head,
            Gives = Functions.Always(FieldType.Text),
            Run = Join,
        },
        new Function
        {
            Name = "mark-prior-period",
            Signature = "text → text",
            Does = "Puts `Prior period` before a document's text where it is posted into a later period than its own. Only on the way out.",
            Examples =
            [
                new("memo | mark-prior-period", """{"memo":"Thank you"}""", "\"Prior period: Thank you\""),
                new("memo | mark-prior-period", "{}", "\"Prior period\""),
            ],
            Takes = [Kind.Text],
            SeesAbsent = true,
            NeedsContext = true,
            Only = Direction.Out,
            Gives = Functions.Always(FieldType.Text),
            Run = Mark,
        },
    ];

    private static Function OfText(string name, string does, FunctionExample example, Func<string, string> change) =>
        new()
        {
            Name = name,
            Signature = "text → text",
            Does = does,
            Examples = [example],
            Takes = [Kind.Text, Kind.Currency],
            InFilters = true,
            Gives = Functions.Always(FieldType.Text),
            Run = (Value input, BoundArguments _, in Scope _) => input is Value.Text text ? new Value.Text(change(text.Content)) : input,
        };

    private static Value Truncate(Value input, BoundArguments arguments, in Scope scope)
    {
        // Text has no more characters than bytes: what is short enough as it stands need not be decoded.
        if (
            input is not Value.Text given
            || (given.TryGetBytes(out var utf8) && utf8.Length <= arguments.Count)
            || given.Content is not { } text
            || text.Length <= arguments.Count
        )
        {
            return input;
        }

        // A character of two halves is kept whole or left out.
        var length = char.IsHighSurrogate(text[arguments.Count - 1]) ? arguments.Count - 1 : arguments.Count;
        return new Value.Text(text[..length]);
    }

    private static Value Join(Value input, BoundArguments arguments, in Scope scope)
    {
        var parts = new List<string>();
        foreach (var part in arguments.Expressions)
        {
            var value = part.Evaluate(scope);
            if (value.IsFault)
            {
                return value;
            }

            if (value.AsText() is { } text)
            {
                parts.Add(text);
            }
            else if (value is not (Value.Nothing or Value.Cleared))
            {
                return new Value.Failed($"join takes text, not {new FieldType(value.Kind).Name}");
            }
        }

        return parts.Count == 0 ? Value.Absent : new Value.Text(string.Join(arguments.Words[0], parts));
    }

    private static Value Mark(Value input, BoundArguments arguments, in Scope scope) =>
        scope.Context?.PostingPeriod is null ? input
        : input is Value.Text { Content.Length: > 0 } text ? new Value.Text($"{PriorPeriod}: {text.Content}")
        : new Value.Text(PriorPeriod);
}
