using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>What a value is, as far as it is known before anything runs.</summary>
internal enum Kind
{
    Any,
    None,
    Text,
    Number,
    Flag,
    Money,
    Date,
    Currency,
    Id,
    List,
    Object,
}

/// <summary>The type of a field or expression: its kind, and what belongs to it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Required">Whether an output must have it.</param>
/// <param name="Fields">The fields of an object (or of money); null where they are not known.</param>
/// <param name="Element">The type of a list's elements.</param>
/// <param name="Refers">What an id points to.</param>
/// <param name="CustomOf">The record whose custom fields these are.</param>
internal sealed record FieldType(
    Kind Kind,
    bool Required = false,
    IReadOnlyDictionary<string, FieldType>? Fields = null,
    FieldType? Element = null,
    RecordType? Refers = null,
    RecordType? CustomOf = null
)
{
    public static readonly FieldType Any = new(Kind.Any);

    /// <summary>Whether a mapping may leave out what has to be there where it does not.</summary>
    public bool MayBeUnmapped { get; init; }

    /// <summary>Whether every mapping has to name it.</summary>
    public bool HasToBeMapped => Required && !MayBeUnmapped;

    /// <summary>The literal <c>null</c>.</summary>
    public static readonly FieldType None = new(Kind.None);

    public static readonly FieldType Text = new(Kind.Text);
    public static readonly FieldType Number = new(Kind.Number);
    public static readonly FieldType Flag = new(Kind.Flag);
    public static readonly FieldType Date = new(Kind.Date);
    public static readonly FieldType Currency = new(Kind.Currency);

    public static readonly FieldType Money = new(
        Kind.Money,
        Fields: new Dictionary<string, FieldType>(StringComparer.Ordinal) { ["minorUnits"] = Number, ["currency"] = Currency }
    );

    /// <summary>How a person would call it.</summary>
    public string Name =>
        Kind switch
        {
            Kind.Any => "anything",
            Kind.None => "null",
            Kind.Text => "text",
            Kind.Number => "a number",
            Kind.Flag => "true or false",
            Kind.Money => "money",
            Kind.Date => "a date",
            Kind.Currency => "a currency",
            Kind.Id => $"a reference to {Refers}",
            Kind.List => "a list",
            _ => "an object",
        };

    /// <summary>What to tell about a field that this object does not have.</summary>
    /// <param name="called">What such a field is called where it stands.</param>
    /// <param name="name">The name that was written.</param>
    public (string Message, string Fix) Unknown(string called, string name)
    {
        var fix = Nearest.Fix(name, Fields?.Keys ?? []);
        return CustomOf is not { } record ? ($"unknown {called} {name}", fix)
            : fix.StartsWith("did you mean", StringComparison.Ordinal) ? ($"{record} has no custom field {name}", fix)
            : ($"{record} has no custom field {name}", $"declare it in hub.yaml: customFields: {{{record}: {{{name}: text}}}}");
    }

    /// <summary>Whether a value of this type may stand where <paramref name="target"/> is asked for; what is not known is checked when it runs.</summary>
    public bool Fits(FieldType target) =>
        (Kind, target.Kind) switch
        {
            (Kind.None, _) => true,
            (Kind.Id, Kind.Id) => Refers == target.Refers,
            (_, Kind.Id) => false,
            (Kind.Any, _) => true,
            (Kind.Money or Kind.Id or Kind.List or Kind.Object, Kind.Any) => false,
            (_, Kind.Any) => true,
            (Kind.Text, Kind.Currency or Kind.Date) or (Kind.Currency or Kind.Date, Kind.Text) => true,
            var (from, to) => from == to,
        };

    /// <summary>The type of a value that may be either; null where the two do not go together.</summary>
    public FieldType? Or(FieldType other) =>
        Kind == Kind.None ? other
        : other.Kind == Kind.None || this == other || Kind == Kind.Any ? this
        : other.Kind == Kind.Any ? other
        : Kind == other.Kind && Refers == other.Refers ? this with { Required = false }
        : (Kind, other.Kind) is (Kind.Text, Kind.Currency) or (Kind.Currency, Kind.Text) ? Text
        : null;
}
