namespace QtcHub.Canonical;

/// <summary>One line of an invoice, debit memo or credit note.</summary>
public sealed record InvoiceLine
{
    private const string Kinds = "charge discount tax-only rounding";

    /// <summary>The owner's id of the line.</summary>
    public required string Id { get; init; }

    /// <summary>What is charged, as printed.</summary>
    public required string Description { get; init; }

    /// <summary>How many; exact decimal.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Net amount of the line, minor units, after discounts, before tax.</summary>
    public required Money Amount { get; init; }

    /// <summary>First day of the service period, in the entity's calendar.</summary>
    public DateOnly? ServiceStart { get; init; }

    /// <summary>Last day of the service period, in the entity's calendar.</summary>
    public DateOnly? ServiceEnd { get; init; }

    /// <summary>What the line is; absent means a charge.</summary>
    [OneOf(Kinds)]
    public string? Kind { get; init; }

    /// <summary>The SKU of the product.</summary>
    [OwnedBy("crm")]
    public string? Sku { get; init; }

    /// <summary>The id of the order line it comes from, carried.</summary>
    public string? OrderLine { get; init; }

    /// <summary>Of one, major units, exact decimal.</summary>
    [Unit("major units, exact decimal")]
    public decimal? UnitPrice { get; init; }

    /// <summary>Amount before the discounts that <see cref="Amount"/> is after, minor units.</summary>
    public Money? Gross { get; init; }

    /// <summary>Of a discount: the id of the charge line it lowers.</summary>
    public string? AppliesTo { get; init; }

    /// <summary>The rule by which its revenue is recognised, as its owner codes it.</summary>
    [OwnedBy("erp")]
    public string? RecognitionRule { get; init; }

    /// <summary>The code of the account that it is booked to.</summary>
    [OwnedBy("erp")]
    public string? AccountingCode { get; init; }

    /// <summary>The code of the account that it is deferred on.</summary>
    [OwnedBy("erp")]
    public string? DeferralCode { get; init; }

    /// <summary>What it is booked under.</summary>
    [AnyOrder, OwnedBy("erp")]
    public IReadOnlyList<Dimension>? Dimensions { get; init; }

    /// <summary>Its tax, where it is told line by line.</summary>
    [AnyOrder]
    public IReadOnlyList<TaxLine>? Taxes { get; init; }

    internal bool IsCharge => Kind is null or "charge";

    internal bool IsSortable => Dimensions is { Count: > 1 } || Taxes is { Count: > 1 };

    internal IEnumerable<Money> Amounts =>
        (Taxes ?? []).SelectMany(tax => (IEnumerable<Money>)[tax.Amount, .. One(tax.Base)]).Append(Amount).Concat(One(Gross));

    internal InvoiceLine Normalize() =>
        this with
        {
            Dimensions = Dimension.Sorted(Dimensions),
            Taxes = Rules.Sorted(Taxes, tax => tax.Jurisdiction),
        };

    internal Fault.Invalid? Validate() =>
        Rules.OneOf("kind", Kind, Kinds)
        ?? Rules.Holds(
            "appliesTo",
            (Kind == "discount") == AppliesTo is not null,
            "a discount, and nothing else, names the charge it lowers"
        )
        ?? Rules.Holds("amount", Kind != "tax-only" || Amount.MinorUnits == 0, "a tax-only line has no net amount")
        ?? Rules.Holds("taxes", Kind != "rounding" || Taxes is null, "a rounding line has no tax")
        ?? Rules.Period("serviceEnd", ServiceStart, ServiceEnd)
        ?? Rules.Each("taxes", Taxes, tax => tax.Validate())
        ?? Dimension.Validate(Dimensions);

    private static IEnumerable<Money> One(Money? amount) => amount is { } money ? [money] : [];
}

/// <summary>One tax of one line.</summary>
public sealed record TaxLine
{
    private const string Treatments = "exempt reverse-charge zero-rated";

    /// <summary>Whose tax: a country, or a country and its part, e.g. <c>US-CA</c>.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>The code of the tax, as its owner codes it.</summary>
    public string? Code { get; init; }

    /// <summary>Part of the base, exact decimal: 0.19 is 19 per cent.</summary>
    public decimal? Rate { get; init; }

    /// <summary>The amount that is taxed, minor units.</summary>
    public Money? Base { get; init; }

    /// <summary>The tax, minor units.</summary>
    public required Money Amount { get; init; }

    /// <summary>Whether the price held the tax.</summary>
    public bool? Inclusive { get; init; }

    /// <summary>Why there is no tax; absent where there is.</summary>
    [OneOf(Treatments)]
    public string? Treatment { get; init; }

    /// <summary>The words that say so on the document, e.g. the number of a certificate.</summary>
    public string? Reason { get; init; }

    internal Fault.Invalid? Validate() =>
        Rules.Filled("jurisdiction", Jurisdiction, "a tax has a jurisdiction")
        ?? Rules.OneOf("treatment", Treatment, Treatments)
        ?? Rules.NotNegative("rate", Rate)
        ?? Rules.Holds("amount", Treatment is null || Amount.MinorUnits == 0, "what is not taxed has no tax");
}

/// <summary>A rate of exchange, with where it comes from.</summary>
public sealed record ExchangeRate
{
    /// <summary>The currency it leads to.</summary>
    public required Currency To { get; init; }

    /// <summary>How much of it one unit of the document's currency is, exact decimal.</summary>
    public required decimal Rate { get; init; }

    /// <summary>Who says so, e.g. <c>ECB</c>.</summary>
    public string? Source { get; init; }

    /// <summary>The day it is of, in the entity's calendar.</summary>
    public DateOnly? On { get; init; }

    internal Fault.Invalid? Validate(Currency from) =>
        Rules.Holds("exchangeRate.rate", Rate > 0, "a rate is more than zero")
        ?? Rules.Holds("exchangeRate.rate", To != from || Rate == 1, "the rate of a currency to itself is 1");
}
