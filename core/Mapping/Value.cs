using System.Globalization;
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

    private static readonly Value True = new Flag(true);
    private static readonly Value False = new Flag(false);

    public sealed record Nothing : Value;

    public sealed record Cleared : Value;

    /// <summary>Text; what comes from the input is decoded when it is asked for, while its document is there.</summary>
    public sealed record Text : Value
    {
        private readonly InputNode node;
        private string? content;

        public Text(string content) => this.content = content;

        public Text(InputNode node) => this.node = node;

        public string Content => content ??= node.Text;

        /// <summary>Whether it stands in the input as it would be written: its bytes need no decoding.</summary>
        public bool TryGetBytes(out ReadOnlySpan<byte> utf8)
        {
            utf8 = default;
            return content is null && node.TryGetBytes(out utf8);
        }

        public bool Equals(Text? other) => other is not null && string.Equals(Content, other.Content, StringComparison.Ordinal);

        public override int GetHashCode() => Content.GetHashCode(StringComparison.Ordinal);
    }

    public sealed record Number(decimal Exact) : Value;

    public sealed record Flag(bool IsTrue) : Value;

    public sealed record Amount(Money Money) : Value;

    public sealed record Day(DateOnly Date) : Value;

    /// <summary>An object, or a list of elements that a path went through.</summary>
    public sealed record Json(IReadOnlyList<InputNode> Elements, bool IsList) : Value;

    public sealed record Failed(string Rule) : Value;

    public sealed record Unresolved(Reference Reference) : Value;

    public bool IsFault => this is Failed or Unresolved;

    public static Value Of(bool flag) => flag ? True : False;

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
