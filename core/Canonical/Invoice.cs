namespace QtcHub.Canonical;

/// <summary>A finalised claim for money. Its balance is not part of it.</summary>
public sealed record Invoice : CanonicalRecord
{
    /// <inheritdoc />
    public override RecordType Type => RecordType.Invoice;

    /// <summary>The document number its owner gave it; unique within (system, entity, kind).</summary>
    public required string Number { get; init; }

    /// <summary>The billing account that owes.</summary>
    public required CanonicalId Account { get; init; }

    /// <summary>Document date in the entity's calendar.</summary>
    public required DateOnly IssuedOn { get; init; }

    /// <summary>When payment is due, in the entity's calendar.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>Document currency.</summary>
    public required Currency Currency { get; init; }

    /// <summary>The charges, net of tax, minor units of <see cref="Currency"/>.</summary>
    public required IReadOnlyList<InvoiceLine> Lines { get; init; }

    /// <summary>All tax of the document, minor units.</summary>
    public required Money Tax { get; init; }

    /// <summary>Net + tax, minor units.</summary>
    public required Money Total { get; init; }

    /// <summary><c>draft</c>, <c>open</c>, <c>paid</c>, <c>uncollectible</c> or <c>void</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Free text of the document.</summary>
    public string? Memo { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status == "void";

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "void" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"invoice {Number}", Total);

    /// <inheritdoc />
    public override Fault.Invalid? Validate()
    {
        if (string.IsNullOrWhiteSpace(Number))
        {
            return new Fault.Invalid("number", "an invoice has a number");
        }

        if (Lines.Any(line => line.Amount.Currency != Currency) || Tax.Currency != Currency || Total.Currency != Currency)
        {
            return new Fault.Invalid("currency", "every amount of an invoice is in its currency");
        }

        var net = Lines.Aggregate(Money.Zero(Currency), (sum, line) => sum + line.Amount);
        return net + Tax == Total ? null : new Fault.Invalid("total", "net of lines + tax = total");
    }
}

/// <summary>One charge of an invoice.</summary>
public sealed record InvoiceLine
{
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
}
