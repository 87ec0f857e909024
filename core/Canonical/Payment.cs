namespace QtcHub.Canonical;

/// <summary>Money received and what it pays. Applied + unapplied = amount.</summary>
public sealed record Payment : CanonicalRecord
{
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
    public required string ProcessorReference { get; init; }

    /// <summary><c>pending</c>, <c>succeeded</c>, <c>failed</c> or <c>canceled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What it pays, one entry per invoice; never more than <see cref="Amount"/>.</summary>
    public required IReadOnlyList<Application> Applications { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status is "failed" or "canceled";

    /// <summary>Applications to one invoice become one: their sum, on the latest day. Ledgers keep one line per invoice paid.</summary>
    public override CanonicalRecord Normalize() =>
        Applications.Any(application => application.Amount.Currency != Amount.Currency)
            ? this
            : this with
            {
                Applications =
                [
                    .. Applications
                        .GroupBy(application => application.Invoice)
                        .Select(group => new Application
                        {
                            Invoice = group.Key,
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
    public override Fault.Invalid? Validate()
    {
        if (Amount.MinorUnits < 0)
        {
            return new Fault.Invalid("amount", "a payment is not negative");
        }

        if (Applications.Any(application => application.Amount.Currency != Amount.Currency))
        {
            return new Fault.Invalid("applications", "an application is in the payment's currency");
        }

        var applied = Applications.Aggregate(Money.Zero(Amount.Currency), (sum, application) => sum + application.Amount);
        return applied.MinorUnits <= Amount.MinorUnits ? null : new Fault.Invalid("applications", "applied ≤ amount");
    }
}

/// <summary>One application of a payment to an invoice.</summary>
public sealed record Application
{
    /// <summary>The invoice that is paid.</summary>
    public required CanonicalId Invoice { get; init; }

    /// <summary>How much of it, minor units of the payment's currency.</summary>
    public required Money Amount { get; init; }

    /// <summary>When it was applied, in the entity's calendar.</summary>
    public required DateOnly AppliedOn { get; init; }
}
