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
            Takes = [Kind.Text, Kind.Currency, Kind.Number, Kind.Flag],
            Arguments = [Argument.Lookup, Argument.Expression],
            Optional = 1,
            Position = Position.Either,
            Gives = Functions.Always(FieldType.Text),
            Run = Look,
        },
        new Function
        {
            Name = "ref",
            Takes = [Kind.Text],
            Arguments = [Argument.RecordType],
            Only = Direction.In,
            Gives = static (_, arguments) => new FieldType(Kind.Id, Refers: arguments.Reference),
            Run = Resolve,
        },
        new Function
        {
            Name = "xref",
            Takes = [Kind.Id, Kind.Text],
            Only = Direction.Out,
            Gives = static (input, _) => input.Kind == Kind.Id ? FieldType.Text : null,
            Run = Resolve,
        },
    ];

    private static Value Look(Value input, BoundArguments arguments, in Scope scope)
    {
        var key = arguments.Expressions is [var literal] ? literal.Evaluate(scope) : input;
        return key.AsText() is { } text ? arguments.Lookup!.Find(text) : key;
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
