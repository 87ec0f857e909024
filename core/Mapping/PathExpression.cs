using System.Globalization;
using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>Reads a place of the input; a list on the way gives a list.</summary>
internal sealed class PathExpression(FieldType type, PathSyntax path, string? top, FieldNames names) : Expression(type)
{
    private readonly Step[] steps = [.. path.Segments.Select(segment => Step.Of(segment, names))];
    private readonly bool hasChoice = path.Segments.Any(segment => segment is not { Filter: null, Index: null });

    public override string Text => path.Text;

    public PathSyntax Path => path;

    // A custom field may have an owner of its own, so it feeds under its own name as well.
    public override IEnumerable<string> Feeds =>
        top is null ? []
        : top == CanonicalShapes.Custom && path.Segments.Count > 1 ? [top, $"{top}.{path.Segments[1].Name}"]
        : [top];

    public override Value Evaluate(in Scope scope)
    {
        if (TryFollow(scope, out var one))
        {
            return one is { } node ? Read(node, Type.Kind) : Value.Absent;
        }

        var found = Elements(scope, out var isList);
        return isList ? new Value.Json(found, IsList: true)
            : found.Count == 0 ? Value.Absent
            : Read(found[0], Type.Kind);
    }

    /// <summary>The value of one element; JSON null is none.</summary>
    public static Value Read(InputNode node, Kind expected) =>
        node.Kind switch
        {
            JsonValueKind.Object when expected is Kind.Money => Money(node),
            JsonValueKind.Object => new Value.Json([node], IsList: false),
            JsonValueKind.String when expected is Kind.Date => Date(node.Text),
            JsonValueKind.String => new Value.Text(node),
            JsonValueKind.Number => ExactNumber.Read(node.Text),
            JsonValueKind.True => Value.Of(true),
            JsonValueKind.False => Value.Of(false),
            _ => Value.Absent,
        };

    /// <summary>The one element at the end of a path; false where a list is met, or may be.</summary>
    private bool TryFollow(in Scope scope, out InputNode? found)
    {
        found = null;
        if (hasChoice)
        {
            return false;
        }

        var current = path.FromRoot ? scope.Root : scope.Current;
        foreach (var step in steps)
        {
            if (!current.IsObject || !current.TryGetField(step.Name, out current))
            {
                return true;
            }

            if (current.Kind is JsonValueKind.Array or JsonValueKind.Null)
            {
                return current.Kind == JsonValueKind.Null;
            }
        }

        found = current;
        return true;
    }

    private List<InputNode> Elements(in Scope scope, out bool isList)
    {
        isList = false;
        var current = new List<InputNode> { path.FromRoot ? scope.Root : scope.Current };
        foreach (var step in steps)
        {
            var next = new List<InputNode>();
            foreach (var node in current)
            {
                if (node.IsObject && node.TryGetField(step.Name, out var child))
                {
                    isList |= Take(step, child, next);
                }
            }

            current = next;
        }

        return current;
    }

    private static bool Take(Step step, InputNode child, List<InputNode> next)
    {
        if (child.Kind != JsonValueKind.Array)
        {
            if (child.Kind is not JsonValueKind.Null && step is { Filter: null, Index: null })
            {
                next.Add(child);
            }

            return false;
        }

        var elements = child.Elements();
        if (step.Index is { } index)
        {
            if (index < elements.Count)
            {
                next.Add(elements[index]);
            }

            return false;
        }

        next.AddRange(elements.Where(element => step.Filter is not { } filter || Passes(element, filter)));
        return true;
    }

    private static bool Passes(InputNode element, (int Field, string Value) filter) =>
        element.IsObject && element.TryGetField(filter.Field, out var value) && Read(value, Kind.Any).AsText() == filter.Value;

    private static Value Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new Value.Day(day)
            : new Value.Failed("this text is not a date (yyyy-MM-dd)");

    private static Value Money(InputNode node) =>
        node.TryGetField(node.Document.Names.MinorUnits, out var minor)
        && minor.Kind == JsonValueKind.Number
        && long.TryParse(minor.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var units)
        && node.TryGetField(node.Document.Names.Currency, out var code)
        && code.Kind == JsonValueKind.String
        && Currency.TryParse(code.Text, out var currency)
            ? new Value.Amount(new Money(units, currency))
            : new Value.Failed("this object is not money (minorUnits, currency)");

    /// <summary>A segment with the numbers of its names.</summary>
    private sealed record Step(int Name, (int Field, string Value)? Filter, int? Index)
    {
        public static Step Of(Segment segment, FieldNames names) =>
            new(
                names.Number(segment.Name),
                segment.Filter is { } filter ? (names.Number(filter.Field), filter.Value) : null,
                segment.Index
            );
    }
}
