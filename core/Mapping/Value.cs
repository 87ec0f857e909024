using System.Globalization;
using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Mapping;

/// <summary>What an expression gives when it runs.</summary>
internal abstract record Value
{
    private Value() { }

    /// <summary>There is none: an output is left out.</summary>
    public static readonly Value Absent = new Nothing();

    /// <summary>Explicitly empty: an output is cleared.</summary>
    public static readonly Value Clear = new Cleared();

    public sealed record Nothing : Value;

    public sealed record Cleared : Value;

    public sealed record Text(string Content) : Value;

    public sealed record Number(decimal Exact) : Value;

    public sealed record Flag(bool IsTrue) : Value;

    public sealed record Amount(Money Money) : Value;

    public sealed record Day(DateOnly Date) : Value;

    /// <summary>An object, or a list of elements that a path went through.</summary>
    public sealed record Json(IReadOnlyList<JsonElement> Elements, bool IsList) : Value;

    public sealed record Failed(string Rule) : Value;

    public sealed record Unresolved(Reference Reference) : Value;

    public bool IsFault => this is Failed or Unresolved;

    public static Value Of(bool flag) => new Flag(flag);

    /// <summary>The text of a scalar, e.g. to look it up; null where it has none.</summary>
    public string? AsText() =>
        this switch
        {
            Text text => text.Content,
            Number number => number.Exact.ToString(CultureInfo.InvariantCulture),
            Flag flag => flag.IsTrue ? "true" : "false",
            Day day => CalendarDate.Write(day.Date),
            _ => null,
        };

    /// <summary>The kind it turned out to be.</summary>
    public Kind Kind =>
        this switch
        {
            Text => Kind.Text,
            Number => Kind.Number,
            Flag => Kind.Flag,
            Amount => Kind.Money,
            Day => Kind.Date,
            Json json => json.IsList ? Kind.List : Kind.Object,
            _ => Kind.Any,
        };
}
