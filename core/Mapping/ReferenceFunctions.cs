using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>Names of one system for names of another.</summary>
internal static class ReferenceFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new Function
        {
            Name = "lookup",
            Signature = "scalar → text",
            Does =
                "What a lookup table says. A value that it does not hold is a fault, never a default. A table with periods takes the date that chooses one; before a key in quotes it begins an expression.",
            Examples =
            [
                new("state | lookup(states)", """{"state":"billed"}""", "\"open\""),
                new("state | lookup(states)", """{"state":"lost"}""", "fails: 'lost' is not in the lookup states"),
                new("lookup(states, 'settled')", "{}", "\"paid\""),
                new("code | lookup(tax-codes, issuedOn)", """{"code":"standard","issuedOn":"2026-06-30"}""", "\"S19\""),
                new("code | lookup(tax-codes, issuedOn)", """{"code":"standard","issuedOn":"2026-07-01"}""", "\"S21\""),
                new(
                    "lookup(tax-codes, 'reduced', created | unix-date)",
                    """{"created":1767229200}""",
                    "fails: 'reduced' has no value on 2025-12-31 in the lookup tax-codes"
                ),
            ],
            Takes = [Kind.Text, Kind.Currency, Kind.Number, Kind.Flag],
            Written = "lookup(table)",
            Arguments = [Argument.Lookup, Argument.Expression, Argument.Expression],
            Optional = 2,
            Position = Position.Either,
            Gives = Functions.Always(FieldType.Text),
            Run = Look,
        },
        new Function
        {
            Name = "ref",
            Signature = "text → reference",
            Does =
                "The canonical id of the record that this external id belongs to; `MissingReference` where there is none yet. Only on the way in.",
            Examples =
            [
                new("customer | ref(BillingAccount)", """{"customer":"cus_1"}""", "\"acc_AAAAAAAAAAAAAAAAAAAAAA\""),
                new("customer | ref(BillingAccount)", """{"customer":"cus_2"}""", "fails: BillingAccount cus_2 is not there yet"),
            ],
            Takes = [Kind.Text],
            Arguments = [Argument.RecordType],
            Only = Direction.In,
            Gives = static (_, arguments) => new FieldType(Kind.Id, Refers: arguments.Reference),
            Run = Resolve,
        },
        new Function
        {
            Name = "xref",
            Signature = "reference → text",
            Does = "The target's own id of a record; `MissingReference` where there is none yet. Only on the way out.",
            Examples =
            [
                new("account | xref", """{"account":"acc_AAAAAAAAAAAAAAAAAAAAAA"}""", "\"57\""),
                new(
                    "account | xref",
                    """{"account":"acc_BBBBBBBBBBBBBBBBBBBBBA"}""",
                    "fails: BillingAccount acc_BBBBBBBBBBBBBBBBBBBBBA is not there yet"
                ),
            ],
            Takes = [Kind.Id, Kind.Text],
            Only = Direction.Out,
            Gives = static (input, _) => input.Kind == Kind.Id ? FieldType.Text : null,
            Run = Resolve,
        },
    ];

    private static Value Look(Value input, BoundArguments arguments, in Scope scope)
    {
        var key = arguments.Key is { } other ? other.Evaluate(scope) : input;
        if (key.AsText() is not { } text)
        {
            return key;
        }

        var table = arguments.Lookup!;
        return arguments.Date is not { } date
            ? table.Find(text)
            : date.Evaluate(scope) switch
            {
                Value.Day day => table.Find(text, day.Date),
                Value.Text { Content: var written } when CalendarDate.TryRead(written, out var day) => table.Find(text, day),
                { IsFault: true } fault => fault,
                Value.Nothing or Value.Cleared => new Value.Failed($"the lookup {table.Name} needs a date, and {date.Text} has none"),
                _ => new Value.Failed($"{date.Text} is not a date (yyyy-MM-dd)"),
            };
    }

    private static Value Resolve(Value input, BoundArguments arguments, in Scope scope)
    {
        if (input is not Value.Text { Content: var id } || arguments.Reference is not { } type)
        {
            return new Value.Failed("a reference is text");
        }

        var reference = new Reference(type, id);
        return scope.Context?.Resolved.TryGetValue(reference, out var found) == true
            ? new Value.Text(found)
            : new Value.Unresolved(reference);
    }
}
