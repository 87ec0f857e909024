namespace QtcHub.Canonical;

/// <summary>What one payment, credit note or write-off settles of one document.</summary>
[OwnedBy("billing")]
public sealed record Application : CanonicalRecord
{
    /// <inheritdoc />
    public override RecordType Type => RecordType.Application;

    /// <summary>The payment that it comes from.</summary>
    public CanonicalId? Payment { get; init; }

    /// <summary>The credit note that it comes from.</summary>
    public CanonicalId? CreditNote { get; init; }

    /// <summary>Whether it comes from no money and no document, but from giving up.</summary>
    public bool? WriteOff { get; init; }

    /// <summary>The invoice that it goes to.</summary>
    public CanonicalId? Invoice { get; init; }

    /// <summary>The debit memo that it goes to.</summary>
    public CanonicalId? DebitMemo { get; init; }

    /// <summary>How much is settled, minor units of the document's currency.</summary>
    public required Money Amount { get; init; }

    /// <summary>When, in the entity's calendar.</summary>
    public required DateOnly AppliedOn { get; init; }

    /// <summary>What was given up besides, e.g. for early payment; minor units.</summary>
    public Money? Discount { get; init; }

    /// <summary>Why something was given up.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it was taken back; absent means not.</summary>
    public bool? Reversed { get; init; }

    /// <summary>When it was taken back, in the entity's calendar.</summary>
    public DateOnly? ReversedOn { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Reversed == true;

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Reversed = true };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"an application to {Invoice ?? DebitMemo}", Amount);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.ExactlyOne(
            "payment",
            "an application comes from one payment, credit note or write-off",
            Payment is not null,
            CreditNote is not null,
            WriteOff == true
        )
        ?? Rules.ExactlyOne("invoice", "an application goes to one invoice or debit memo", Invoice is not null, DebitMemo is not null)
        ?? Rules.NotNegative("amount", Amount)
        ?? Rules.NotNegative("discount", Discount)
        ?? Rules.In("discount", Amount.Currency, Discount, "a discount is in the application's currency")
        ?? Rules.Holds(
            "reason",
            (WriteOff != true && Discount is not { MinorUnits: > 0 }) || !string.IsNullOrWhiteSpace(Reason),
            "what is given up has a reason"
        )
        ?? Rules.Holds("reversedOn", ReversedOn is null || Reversed == true, "only what is reversed has a day of reversal");
}
