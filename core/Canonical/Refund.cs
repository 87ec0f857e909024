namespace QtcHub.Canonical;

/// <summary>Money given back: of a payment, of a credit note, or of an account's unapplied money.</summary>
[OwnedBy("payments")]
public sealed record Refund : CanonicalRecord
{
    private const string Statuses = "pending succeeded failed canceled";

    /// <inheritdoc />
    public override RecordType Type => RecordType.Refund;

    /// <summary>Who gets it; needed where it is of unapplied money.</summary>
    public CanonicalId? Account { get; init; }

    /// <summary>The payment that it is of.</summary>
    public CanonicalId? Payment { get; init; }

    /// <summary>The credit note that it pays out.</summary>
    public CanonicalId? CreditNote { get; init; }

    /// <summary>What is given back, minor units.</summary>
    public required Money Amount { get; init; }

    /// <summary>When, in the entity's calendar.</summary>
    public required DateOnly RefundedOn { get; init; }

    /// <summary>How, e.g. <c>card</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The processor's own reference of the movement.</summary>
    [Identifies]
    public string? ProcessorReference { get; init; }

    /// <summary>How it went.</summary>
    [OneOf(Statuses)]
    public required string Status { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Who made it; absent means the processor.</summary>
    [OneOf(Canonical.Payment.Makers)]
    public string? MadeBy { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status is "failed" or "canceled";

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "canceled" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"refund {ProcessorReference}", Amount);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.NotNegative("amount", Amount)
        ?? Rules.OneOf("status", Status, Statuses)
        ?? Rules.OneOf("madeBy", MadeBy, Canonical.Payment.Makers)
        ?? Rules.AtMostOne("payment", "a refund is of a payment or of a credit note", Payment is not null, CreditNote is not null)
        ?? Rules.Holds(
            "account",
            Account is not null || Payment is not null || CreditNote is not null,
            "a refund of unapplied money names the account"
        );
}
