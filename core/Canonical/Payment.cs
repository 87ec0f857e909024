namespace QtcHub.Canonical;

/// <summary>Money received and what it pays. Applied + unapplied = amount.</summary>
[OwnedBy("payments")]
public sealed record Payment : CanonicalRecord
{
    internal const string Makers = "billing processor bank";
    private const string Statuses = "pending succeeded failed canceled";

    /// <inheritdoc />
    public override RecordType Type => RecordType.Payment;

    /// <summary>Who paid.</summary>
    public required CanonicalId Account { get; init; }

    /// <summary>What was received, minor units.</summary>
    public required Money Amount { get; init; }

    /// <summary>When it was received, in the entity's calendar.</summary>
    public required DateOnly ReceivedOn { get; init; }

    /// <summary>How it was paid, e.g. <c>card</c>, <c>sepa_debit</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The processor's own reference of the movement.</summary>
    [Identifies]
    public required string ProcessorReference { get; init; }

    /// <summary>How it went.</summary>
    [OneOf(Statuses)]
    public required string Status { get; init; }

    /// <summary>
    /// What it pays, one entry per invoice or debit memo; never more than <see cref="Amount"/>. Empty says that it pays nothing; absent says nothing of that:
    /// its applications are records of their own.
    /// </summary>
    [OwnedBy("billing"), RequiredWhereMapped]
    public IReadOnlyList<PaymentApplication>? Applications { get; init; }

    /// <summary>What the payer wrote on it.</summary>
    public string? RemittanceText { get; init; }

    /// <summary>The code of the account that it was paid into.</summary>
    [OwnedBy("erp")]
    public string? DepositAccount { get; init; }

    /// <summary>Who made it; absent means the processor.</summary>
    [OneOf(Makers)]
    public string? MadeBy { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status is "failed" or "canceled";

    /// <summary>Applications to one document become one: their sum, on the latest day. Ledgers keep one line per document paid.</summary>
    public override CanonicalRecord Normalize() =>
        Applications is null || Applications.Any(application => application.Amount.Currency != Amount.Currency) || !CanBeAdded
            ? this
            : this with
            {
                Applications =
                [
                    .. Applications
                        .GroupBy(application => (application.Invoice, application.DebitMemo))
                        .Select(group => new PaymentApplication
                        {
                            Invoice = group.Key.Invoice,
                            DebitMemo = group.Key.DebitMemo,
                            Amount = group.Aggregate(Money.Zero(Amount.Currency), (sum, one) => sum + one.Amount),
                            AppliedOn = group.Max(one => one.AppliedOn),
                        }),
                ],
            };

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "canceled" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"payment {ProcessorReference}", Amount);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Holds("amount", Amount.MinorUnits >= 0, "a payment is not negative")
        ?? Rules.OneOf("status", Status, Statuses)
        ?? Rules.OneOf("madeBy", MadeBy, Makers)
        ?? Rules.Holds(
            "applications",
            Told.All(application => application.Amount.Currency == Amount.Currency),
            "an application is in the payment's currency"
        )
        ?? Rules.Holds("applications", Applied <= Amount.MinorUnits && CanBeAdded, "applied ≤ amount")
        ?? Rules.Each("applications", Applications, one => one.Validate());

    private IReadOnlyList<PaymentApplication> Told => Applications ?? [];

    private Int128 Applied => Rules.Sum(Told.Select(application => application.Amount));

    // Whichever of them come first, their sum is an amount.
    private bool CanBeAdded =>
        Rules.Sum(Told.Where(one => one.Amount.MinorUnits > 0).Select(one => one.Amount)) <= long.MaxValue
        && Rules.Sum(Told.Where(one => one.Amount.MinorUnits < 0).Select(one => one.Amount)) >= long.MinValue;
}

/// <summary>One application of a payment to an invoice or debit memo, where its source knows applications only as part of payments.</summary>
public sealed record PaymentApplication
{
    /// <summary>The invoice that is paid.</summary>
    public CanonicalId? Invoice { get; init; }

    /// <summary>The debit memo that is paid.</summary>
    public CanonicalId? DebitMemo { get; init; }

    /// <summary>How much of it, minor units of the payment's currency.</summary>
    public required Money Amount { get; init; }

    /// <summary>When it was applied, in the entity's calendar.</summary>
    public required DateOnly AppliedOn { get; init; }

    /// <summary>Its rules' first breach, with its path.</summary>
    internal Fault.Invalid? Validate() =>
        Rules.ExactlyOne("invoice", "an application goes to one invoice or debit memo", Invoice is not null, DebitMemo is not null);
}
