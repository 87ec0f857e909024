namespace QtcHub.Canonical;

/// <summary>What a customer has, as one version of it says.</summary>
[OwnedBy("billing")]
public sealed record Subscription : CanonicalRecord
{
    private const string Statuses = "draft pending active suspended canceled expired";

    /// <inheritdoc />
    public override RecordType Type => RecordType.Subscription;

    /// <summary>The number its owner gave it; the same for all its versions.</summary>
    [Identifies]
    public required string Number { get; init; }

    /// <summary>The owner's count of its versions, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>The billing account that owes.</summary>
    public required CanonicalId Account { get; init; }

    /// <summary>How it stands.</summary>
    [OneOf(Statuses)]
    public required string Status { get; init; }

    /// <summary>For how long it is agreed.</summary>
    public required Term Term { get; init; }

    /// <summary>The number of the order that made this version, carried.</summary>
    public string? OrderNumber { get; init; }

    /// <summary>When a cancellation takes effect, in the entity's calendar.</summary>
    public DateOnly? CanceledOn { get; init; }

    /// <summary>Its rate-plan lines.</summary>
    [AnyOrder]
    public required IReadOnlyList<SubscriptionLine> Lines { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status is "canceled" or "expired";

    /// <inheritdoc />
    public override CanonicalRecord Normalize() => this with { Lines = Rules.Sorted(Lines, line => line.Id) };

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "canceled" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"subscription {Number}", null);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("number", Number, "a subscription has a number")
        ?? Rules.Holds("version", Version >= 1, "versions begin at 1")
        ?? Rules.OneOf("status", Status, Statuses)
        ?? Canonical.Term.Validate("term", Term)
        ?? Rules.Each("lines", Lines, line => line.Validate())
        ?? Rules.Unique("lines", Lines, line => line.Id, "no two lines have the same id");
}

/// <summary>One rate-plan line of a subscription.</summary>
public sealed record SubscriptionLine
{
    /// <summary>The owner's id of the line.</summary>
    public required string Id { get; init; }

    /// <summary>The SKU of the product.</summary>
    public required string Sku { get; init; }

    /// <summary>The rate plan it belongs to.</summary>
    public string? RatePlan { get; init; }

    /// <summary>What is charged, as printed.</summary>
    public string? Description { get; init; }

    /// <summary>How the amount follows from the quantity.</summary>
    [OneOf(Price.Models)]
    public string? Model { get; init; }

    /// <summary>How many; exact decimal.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Of one, major units, exact decimal.</summary>
    [Unit("major units, exact decimal")]
    public decimal? UnitPrice { get; init; }

    /// <summary>The currency of the price.</summary>
    public Currency? Currency { get; init; }

    /// <summary>How long one charge lasts.</summary>
    [OneOf(Price.Periods)]
    public string? Period { get; init; }

    /// <summary>Whether it is charged before or after its period.</summary>
    [OneOf(Price.Timings)]
    public string? Timing { get; init; }

    /// <summary>First day of the line, in the entity's calendar.</summary>
    public DateOnly? StartsOn { get; init; }

    /// <summary>Last day of the line, in the entity's calendar.</summary>
    public DateOnly? EndsOn { get; init; }

    internal Fault.Invalid? Validate() =>
        Rules.Filled("id", Id, "a subscription line has an id")
        ?? Rules.Filled("sku", Sku, "a subscription line has a SKU")
        ?? Rules.OneOf("model", Model, Price.Models)
        ?? Rules.OneOf("period", Period, Price.Periods)
        ?? Rules.OneOf("timing", Timing, Price.Timings)
        ?? Rules.NotNegative("quantity", Quantity)
        ?? Rules.Holds("currency", UnitPrice is null || Currency is not null, "a price has a currency")
        ?? Rules.Period("endsOn", StartsOn, EndsOn);
}
