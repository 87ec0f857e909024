namespace QtcHub.Canonical;

/// <summary>What is still owed of a document, and how it is pursued. It changes where the document does not.</summary>
[OwnedBy("billing")]
public sealed record DocumentState : CanonicalRecord
{
    private const string Statuses = "unpaid partly-paid paid uncollectible";

    /// <inheritdoc />
    public override RecordType Type => RecordType.DocumentState;

    /// <summary>The invoice whose state it is.</summary>
    public CanonicalId? Invoice { get; init; }

    /// <summary>The credit note whose state it is.</summary>
    public CanonicalId? CreditNote { get; init; }

    /// <summary>The debit memo whose state it is.</summary>
    public CanonicalId? DebitMemo { get; init; }

    /// <summary>Total less applications, minor units.</summary>
    public required Money Balance { get; init; }

    /// <summary>How far it is paid.</summary>
    [OneOf(Statuses)]
    public required string PaidStatus { get; init; }

    /// <summary>The code of the last reminder.</summary>
    public string? DunningStage { get; init; }

    /// <summary>The day that payment is put off to, in the entity's calendar. A target in which the document stands with an earlier day is told so by the hub.</summary>
    public DateOnly? ExtendedDueOn { get; init; }

    /// <summary>When payment is due by now, in the entity's calendar.</summary>
    public DateOnly? DueOn { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => false;

    /// <summary>A state ends with its document, which says so itself.</summary>
    public override CanonicalRecord End() => this;

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"the state of {Invoice ?? CreditNote ?? DebitMemo}", Balance);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.ExactlyOne(
            "invoice",
            "a state is of one invoice, credit note or debit memo",
            Invoice is not null,
            CreditNote is not null,
            DebitMemo is not null
        )
        ?? Rules.OneOf("paidStatus", PaidStatus, Statuses)
        ?? Rules.Holds("balance", PaidStatus != "paid" || Balance.MinorUnits == 0, "of what is paid nothing is owed");
}
