namespace QtcHub.Canonical;

/// <summary>A payment that the payer's bank questions.</summary>
[OwnedBy("payments")]
public sealed record Dispute : CanonicalRecord
{
    private const string Statuses = "inquiry open won lost";

    /// <inheritdoc />
    public override RecordType Type => RecordType.Dispute;

    /// <summary>The payment in question.</summary>
    public required CanonicalId Payment { get; init; }

    /// <summary>How much of it, minor units.</summary>
    public required Money Amount { get; init; }

    /// <summary>When it began, in the entity's calendar.</summary>
    public required DateOnly OpenedOn { get; init; }

    /// <summary>The processor's own reference of it.</summary>
    [Identifies]
    public required string ProcessorReference { get; init; }

    /// <summary>How it stands. An inquiry that comes to nothing is won.</summary>
    [OneOf(Statuses)]
    public required string Status { get; init; }

    /// <summary>Why, in the processor's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What was taken from the balance, minor units of the balance.</summary>
    public Money? Withdrawn { get; init; }

    /// <summary>When it was taken, in the entity's calendar.</summary>
    public DateOnly? WithdrawnOn { get; init; }

    /// <summary>What was given back to the balance, minor units of the balance.</summary>
    public Money? Reinstated { get; init; }

    /// <summary>When it was given back, in the entity's calendar.</summary>
    public DateOnly? ReinstatedOn { get; init; }

    /// <summary>The last day to answer, in the entity's calendar.</summary>
    public DateOnly? EvidenceDueOn { get; init; }

    /// <summary>Won before any money moved: nobody needs to know of it. A lost one is a fact of the books.</summary>
    public override bool HasEnded => Status == "won" && Withdrawn is null;

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "won" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"dispute {ProcessorReference}", Amount);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("processorReference", ProcessorReference, "a dispute has the processor's reference")
        ?? Rules.OneOf("status", Status, Statuses)
        ?? Rules.NotNegative("amount", Amount)
        ?? Rules.NotNegative("withdrawn", Withdrawn)
        ?? Rules.NotNegative("reinstated", Reinstated)
        ?? Rules.Holds("withdrawnOn", Withdrawn is null == WithdrawnOn is null, "money withdrawn has a day, and the day an amount")
        ?? Rules.Holds("reinstatedOn", Reinstated is null == ReinstatedOn is null, "money reinstated has a day, and the day an amount")
        ?? Rules.Holds("reinstated", Reinstated is null || Withdrawn is not null, "only what was withdrawn is reinstated");
}
