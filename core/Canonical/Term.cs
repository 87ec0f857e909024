namespace QtcHub.Canonical;

/// <summary>How long something is agreed for.</summary>
public sealed record Term
{
    private const string Kinds = "termed evergreen";
    private const string Units = "day week month year";

    /// <summary>For a time, or until it is cancelled.</summary>
    [OneOf(Kinds)]
    public required string Kind { get; init; }

    /// <summary>How many <see cref="Unit"/>s a termed one lasts.</summary>
    public int? Length { get; init; }

    /// <summary>What <see cref="Length"/> counts.</summary>
    [OneOf(Units)]
    public string? Unit { get; init; }

    /// <summary>The first day, in the entity's calendar.</summary>
    public DateOnly? StartsOn { get; init; }

    /// <summary>The last day, in the entity's calendar.</summary>
    public DateOnly? EndsOn { get; init; }

    /// <summary>Whether another term follows by itself.</summary>
    public bool? RenewsItself { get; init; }

    internal Fault.Invalid? Validate() =>
        Rules.OneOf("kind", Kind, Kinds)
        ?? Rules.OneOf("unit", Unit, Units)
        ?? Rules.Holds("length", Length is not < 1, "a term lasts at least one unit")
        ?? Rules.Holds("unit", Length is null == Unit is null, "a length has a unit, and a unit a length")
        ?? Rules.Holds("length", Kind != "evergreen" || (Length is null && EndsOn is null), "an evergreen term has no end")
        ?? Rules.Period("endsOn", StartsOn, EndsOn);

    /// <summary>The rules of a term that may be absent.</summary>
    internal static Fault.Invalid? Validate(string path, Term? term) =>
        term?.Validate() is { } breach ? breach with { Path = $"{path}.{breach.Path}" } : null;
}
