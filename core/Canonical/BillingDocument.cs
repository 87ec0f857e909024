namespace QtcHub.Canonical;

/// <summary>What invoices, debit memos and credit notes have in common. Net + tax = total, and rounding is a line of the net.</summary>
/// <remarks>All of it is declared here, for JSON keeps the order of declaration and stored documents keep their bytes.</remarks>
[OwnedBy("billing")]
public abstract record BillingDocument : CanonicalRecord
{
    private const string Statuses = "draft open paid uncollectible void";

    /// <summary>The document number its owner gave it; unique within (system, entity, kind).</summary>
    [Identifies]
    public required string Number { get; init; }

    /// <summary>The billing account whose document it is.</summary>
    public required CanonicalId Account { get; init; }

    /// <summary>Document date in the entity's calendar.</summary>
    public required DateOnly IssuedOn { get; init; }

    /// <summary>When payment is due, in the entity's calendar. Where it stands as posted it does not change; its state has the day that counts now.</summary>
    [OfItsState]
    public DateOnly? DueOn { get; init; }

    /// <summary>Document currency.</summary>
    public required Currency Currency { get; init; }

    /// <summary>The charges, net of tax, minor units of <see cref="Currency"/>.</summary>
    public required IReadOnlyList<InvoiceLine> Lines { get; init; }

    /// <summary>All tax of the document, minor units.</summary>
    public required Money Tax { get; init; }

    /// <summary>Net + tax, minor units.</summary>
    public required Money Total { get; init; }

    /// <summary>How it stands at its owner.</summary>
    [OneOf(Statuses)]
    public required string Status { get; init; }

    /// <summary>Free text of the document.</summary>
    public string? Memo { get; init; }

    /// <summary>The number it bears elsewhere, e.g. one given by a tax authority.</summary>
    [Identifies]
    public string? ExternalNumber { get; init; }

    /// <summary>The customer's purchase order.</summary>
    public string? CustomerPo { get; init; }

    /// <summary>The day that decides tax, in the entity's calendar.</summary>
    public DateOnly? TaxPointOn { get; init; }

    /// <summary>The day it is booked on, in the entity's calendar.</summary>
    public DateOnly? AccountingOn { get; init; }

    /// <summary>The code of its payment terms.</summary>
    public string? Terms { get; init; }

    /// <summary>From its currency to the entity's base currency.</summary>
    public ExchangeRate? ExchangeRate { get; init; }

    /// <summary>The number of the bill run that made it, carried.</summary>
    public string? BillRun { get; init; }

    /// <summary>What it is booked under as a whole.</summary>
    [AnyOrder, OwnedBy("erp")]
    public IReadOnlyList<Dimension>? Dimensions { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status == "void";

    /// <summary>How a person calls it.</summary>
    protected abstract string Called { get; }

    /// <inheritdoc />
    public override CanonicalRecord Normalize() =>
        this with
        {
            Lines = Lines.Any(line => line.IsSortable) ? [.. Lines.Select(line => line.Normalize())] : Lines,
            Dimensions = Dimension.Sorted(Dimensions),
        };

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "void" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"{Called} {Number}", Total);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("number", Number, "a document has a number")
        ?? Rules.OneOf("status", Status, Statuses)
        ?? Rules.Holds("currency", Amounts.All(amount => amount.Currency == Currency), "every amount of a document is in its currency")
        ?? Rules.Holds(
            "total",
            Rules.Sum(Lines.Select(line => line.Amount)) + Tax.MinorUnits == Total.MinorUnits,
            "net of lines + tax = total"
        )
        ?? Rules.Each("lines", Lines, line => line.Validate())
        ?? Rules.Each(
            "lines",
            Lines,
            line => Rules.Holds("appliesTo", ChargeExists(line), "a discount names the charge of the document it lowers")
        )
        ?? Rules.Holds(
            "tax",
            Lines.All(line => line.Taxes is null) || Rules.Sum(TaxLines) == Tax.MinorUnits,
            "tax lines, where there are any, add up to the tax"
        )
        ?? ExchangeRate?.Validate(Currency)
        ?? Dimension.Validate(Dimensions);

    private IEnumerable<Money> TaxLines => Lines.SelectMany(line => line.Taxes ?? []).Select(tax => tax.Amount);

    private IEnumerable<Money> Amounts => Lines.SelectMany(line => line.Amounts).Append(Tax).Append(Total);

    private bool ChargeExists(InvoiceLine line) =>
        line.AppliesTo is not { } charge || Lines.Count(other => other.Id == charge && other.IsCharge) == 1;
}
