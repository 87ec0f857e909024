namespace QtcHub.Canonical;

/// <summary>A finalised claim for money. Its balance is not part of it.</summary>
public sealed record Invoice : BillingDocument
{
    /// <inheritdoc />
    public override RecordType Type => RecordType.Invoice;

    /// <inheritdoc />
    protected override string Called => "invoice";
}

/// <summary>A claim for more money after an invoice.</summary>
public sealed record DebitMemo : BillingDocument
{
    /// <inheritdoc />
    public override RecordType Type => RecordType.DebitMemo;

    /// <summary>The invoice it adds to.</summary>
    public CanonicalId? Invoice { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc />
    protected override string Called => "debit memo";
}

/// <summary>A claim given up, in whole or in part; its amounts are positive where the invoice's were.</summary>
public sealed record CreditNote : BillingDocument
{
    /// <inheritdoc />
    public override RecordType Type => RecordType.CreditNote;

    /// <summary>The invoice it takes from; absent where it stands for itself.</summary>
    public CanonicalId? Invoice { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc />
    protected override string Called => "credit note";

    /// <inheritdoc />
    public override Fault.Invalid? Validate() => base.Validate() ?? Rules.NotNegative("total", Total);
}
