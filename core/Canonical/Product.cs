using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>What is sold, with its prices.</summary>
[OwnedBy("crm")]
public sealed record Product : CanonicalRecord
{
    /// <inheritdoc />
    public override RecordType Type => RecordType.Product;

    /// <summary>Stock keeping unit: the code everyone knows it by.</summary>
    [Identifies]
    public required string Sku { get; init; }

    /// <summary>Name, as printed.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public string? Description { get; init; }

    /// <summary>What it costs.</summary>
    [AnyOrder, OwnedBy("billing")]
    public required IReadOnlyList<Price> Prices { get; init; }

    /// <summary>The rule by which its revenue is recognised.</summary>
    [OwnedBy("erp")]
    public string? RecognitionRule { get; init; }

    /// <summary>The code of the account that its revenue is booked to.</summary>
    [OwnedBy("erp")]
    public string? AccountingCode { get; init; }

    /// <summary>The code that its tax is found by.</summary>
    [OwnedBy("erp")]
    public string? TaxCode { get; init; }

    /// <summary>False once the owner no longer sells it; true where its source does not say.</summary>
    /// <remarks>Not <c>init</c>: reading JSON would then set what is absent to false.</remarks>
    [JsonInclude]
    public bool Active { get; internal set; } = true;

    /// <inheritdoc />
    public override bool HasEnded => !Active;

    /// <inheritdoc />
    public override CanonicalRecord Normalize() =>
        this with
        {
            Prices = Rules.Sorted([.. Prices.Select(price => price.Normalize())], price => price.Id),
        };

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Active = false };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"product {Sku}", null);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("sku", Sku, "a product has a SKU")
        ?? Rules.Filled("name", Name, "a product has a name")
        ?? Rules.Each("prices", Prices, price => price.Validate())
        ?? Rules.Unique("prices", Prices, price => price.Id, "no two prices have the same id");
}

/// <summary>One price of a product.</summary>
public sealed record Price
{
    internal const string Models = "flat per-unit tiered volume usage";
    internal const string Periods = "once day week month quarter half-year year";
    internal const string Timings = "advance arrears";

    /// <summary>The owner's id of the price.</summary>
    public required string Id { get; init; }

    /// <summary>The currency it is in.</summary>
    public required Currency Currency { get; init; }

    /// <summary>How the amount follows from the quantity.</summary>
    [OneOf(Models)]
    public required string Model { get; init; }

    /// <summary>Flat: the whole amount. Else: of one unit. Major units, exact decimal.</summary>
    [Unit("major units, exact decimal")]
    public decimal? Amount { get; init; }

    /// <summary>What the quantity counts.</summary>
    public string? Unit { get; init; }

    /// <summary>Amounts that change with the quantity.</summary>
    [AnyOrder]
    public IReadOnlyList<PriceTier>? Tiers { get; init; }

    /// <summary>How long one charge lasts.</summary>
    [OneOf(Periods)]
    public required string Period { get; init; }

    /// <summary>How many periods one charge lasts; absent means one.</summary>
    public int? PeriodCount { get; init; }

    /// <summary>Whether it is charged before or after its period.</summary>
    [OneOf(Timings)]
    public required string Timing { get; init; }

    // Tiers are told apart by where they end, and no two end at the same quantity.
    internal Price Normalize() =>
        Tiers is null ? this : this with { Tiers = [.. Rules.Sorted(Tiers, _ => "").OrderBy(tier => tier.UpTo ?? decimal.MaxValue)] };

    internal Fault.Invalid? Validate() =>
        Rules.Filled("id", Id, "a price has an id")
        ?? Rules.OneOf("model", Model, Models)
        ?? Rules.OneOf("period", Period, Periods)
        ?? Rules.OneOf("timing", Timing, Timings)
        ?? Rules.Holds("periodCount", PeriodCount is not < 1, "at least one period")
        ?? Rules.NotNegative("amount", Amount)
        ?? Rules.Holds(
            "tiers",
            (Tiers is { Count: > 0 }) == NeedsTiers,
            "a tiered or volume price has tiers, a usage price may, no other has"
        )
        ?? Rules.Holds("amount", Amount is not null == Tiers is null, "a price has an amount or tiers")
        ?? Rules.Each("tiers", Tiers, tier => tier.Validate())
        ?? Rules.Holds("tiers", Tiers is null || Tiers.DistinctBy(tier => tier.UpTo).Count() == Tiers.Count, "each tier ends elsewhere")
        ?? Rules.Holds("tiers", Tiers is null || Tiers.Any(tier => tier.UpTo is null), "the last tier has no end");

    private bool NeedsTiers => Model is "tiered" or "volume" || (Model == "usage" && Amount is null);
}

/// <summary>One tier of a price: it begins where the one before ends.</summary>
public sealed record PriceTier
{
    /// <summary>The last quantity in it, exact decimal; absent in the last tier.</summary>
    public decimal? UpTo { get; init; }

    /// <summary>Of one unit, major units, exact decimal.</summary>
    [Unit("major units, exact decimal")]
    public decimal? UnitPrice { get; init; }

    /// <summary>Of the tier as a whole, major units, exact decimal.</summary>
    [Unit("major units, exact decimal")]
    public decimal? FlatPrice { get; init; }

    internal Fault.Invalid? Validate() =>
        Rules.Holds("upTo", UpTo is not <= 0, "a tier ends above zero")
        ?? Rules.Holds("unitPrice", UnitPrice is not null || FlatPrice is not null, "a tier has a unit price or a flat price")
        ?? Rules.NotNegative("unitPrice", UnitPrice)
        ?? Rules.NotNegative("flatPrice", FlatPrice);
}
