using System.Globalization;
using System.Text;
using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>Reads a place of the input; a list on the way gives a list.</summary>
internal sealed class PathExpression(FieldType type, PathSyntax path, string? top) : Expression(type)
{
    private readonly byte[][] names = [.. path.Segments.Select(segment => Encoding.UTF8.GetBytes(segment.Name))];
    private readonly bool hasChoice = path.Segments.Any(segment => segment is not { Filter: null, Index: null });

    public override string Text => path.Text;

    public PathSyntax Path => path;

    public override IEnumerable<string> Feeds => top is null ? [] : [top];

    public override Value Evaluate(in Scope scope)
    {
        if (TryFollow(scope, out var one))
        {
            return one is { } element ? Read(element, Type.Kind) : Value.Absent;
        }

        var found = Elements(scope, out var isList);
        return isList ? new Value.Json(found, IsList: true)
            : found.Count == 0 ? Value.Absent
            : Read(found[0], Type.Kind);
    }

    /// <summary>The value of one element; JSON null is none.</summary>
    public static Value Read(JsonElement element, Kind expected) =>
        element.ValueKind switch
        {
            JsonValueKind.String when expected is Kind.Date => Date(element.GetString()!),
            JsonValueKind.String => new Value.Text(element.GetString()!),
            JsonValueKind.Number => ExactNumber.Read(element.GetRawText()),
            JsonValueKind.True => Value.Of(true),
            JsonValueKind.False => Value.Of(false),
            JsonValueKind.Object when expected is Kind.Money => Money(element),
            JsonValueKind.Object => new Value.Json([element], IsList: false),
            _ => Value.Absent,
        };

    /// <summary>The one element at the end of a path; false where a list is met, or may be.</summary>
    private bool TryFollow(in Scope scope, out JsonElement? found)
    {
        found = null;
        if (hasChoice)
        {
            return false;
        }

        var current = path.FromRoot ? scope.Root : scope.Current;
        foreach (var name in names)
        {
            if (current.ValueKind != JsonValueKind.Object || !current.TryGetProperty(name, out current))
            {
                return true;
            }

            if (current.ValueKind is JsonValueKind.Array or JsonValueKind.Null)
            {
                return current.ValueKind == JsonValueKind.Null;
            }
        }

        found = current;
        return true;
    }

    private List<JsonElement> Elements(in Scope scope, out bool isList)
    {
        isList = false;
        var current = new List<JsonElement> { path.FromRoot ? scope.Root : scope.Current };
        foreach (var segment in path.Segments)
        {
            var next = new List<JsonElement>();
            foreach (var element in current)
            {
                if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(segment.Name, out var child))
                {
                    isList |= Step(segment, child, next);
                }
            }

            current = next;
        }

        return current;
    }

    private static bool Step(Segment segment, JsonElement child, List<JsonElement> next)
    {
        if (child.ValueKind != JsonValueKind.Array)
        {
            if (child.ValueKind is not JsonValueKind.Null && segment is { Filter: null, Index: null })
            {
                next.Add(child);
            }

            return false;
        }

        if (segment.Index is { } index)
        {
            if (index < child.GetArrayLength())
            {
                next.Add(child[index]);
            }

            return false;
        }

        next.AddRange(child.EnumerateArray().Where(element => segment.Filter is not { } filter || Passes(element, filter)));
        return true;
    }

    private static bool Passes(JsonElement element, SegmentFilter filter) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(filter.Field, out var value)
        && Read(value, Kind.Any).AsText() == filter.Value;

    private static Value Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new Value.Day(day)
            : new Value.Failed("this text is not a date (yyyy-MM-dd)");

    private static Value Money(JsonElement element) =>
        element.TryGetProperty("minorUnits", out var minor)
        && minor.ValueKind == JsonValueKind.Number
        && minor.TryGetInt64(out var units)
        && element.TryGetProperty("currency", out var code)
        && code.ValueKind == JsonValueKind.String
        && Currency.TryParse(code.GetString(), out var currency)
            ? new Value.Amount(new Money(units, currency))
            : new Value.Failed("this object is not money (minorUnits, currency)");
}
