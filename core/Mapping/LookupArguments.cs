using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>What a lookup is asked: a table with periods takes a date and no other does, and a key that is written out is in the table.</summary>
internal static class LookupArguments
{
    public static SyntaxError? Mistake(CallSyntax call, BoundArguments arguments)
    {
        var table = arguments.Lookup!;
        if (arguments.Key is Literal { Value: var key } && !table.Keys.Contains(key.AsText() ?? "", StringComparer.Ordinal))
        {
            var fix = Nearest.Fix(key.AsText() ?? "", table.Keys);
            return new SyntaxError(call.Arguments[1].At, $"{arguments.Key.Text} is not in the lookup {table.Name}", fix);
        }

        var asked = arguments.Key is { } written ? $"lookup({table.Name}, {written.Text}" : $"lookup({table.Name}";
        return arguments.Date switch
        {
            null when table.IsDated => new SyntaxError(
                call.At,
                $"the lookup {table.Name} has periods, and no date chooses one",
                $"write {asked}, path) with the date that counts"
            ),
            { } when !table.IsDated => new SyntaxError(
                call.Arguments[^1].At,
                $"the lookup {table.Name} has no periods to choose from",
                $"write {asked})"
            ),
            { } date when !IsDate(date) => new SyntaxError(
                call.Arguments[^1].At,
                $"a date chooses the period, and this is {date.Type.Name}",
                "give it a date, e.g. issuedOn or created | unix-date"
            ),
            _ => null,
        };
    }

    private static bool IsDate(Expression date) =>
        date is Literal { Value: var literal }
            ? literal is Value.Text text && CalendarDate.TryRead(text.Content, out _)
            : date.Type.Kind is Kind.Date or Kind.Text or Kind.Any;
}
