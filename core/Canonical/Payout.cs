namespace QtcHub.Canonical;

/// <summary>A processor's transfer to the bank: the sum of its settlement items.</summary>
[OwnedBy("payments")]
public sealed record Payout : CanonicalRecord
{
    private const string Statuses = "pending in-transit paid failed canceled";
    private const string Initiations = "automatic manual";

    /// <inheritdoc />
    public override RecordType Type => RecordType.Payout;

    /// <summary>The processor's account whose balance is paid out.</summary>
    public required string ProcessorAccount { get; init; }

    /// <summary>The processor's own reference of it.</summary>
    [Identifies]
    public required string ProcessorReference { get; init; }

    /// <summary>What goes to the bank, minor units; negative where the processor takes money from it.</summary>
    public required Money Amount { get; init; }

    /// <summary>When it is at the bank, in the entity's calendar.</summary>
    public required DateOnly ArrivesOn { get; init; }

    /// <summary>How it went.</summary>
    [OneOf(Statuses)]
    public required string Status { get; init; }

    /// <summary>Whether the processor's schedule or a person made it.</summary>
    [OneOf(Initiations)]
    public required string Initiation { get; init; }

    /// <summary>The code of the account that it is paid into.</summary>
    [OwnedBy("erp")]
    public string? DepositAccount { get; init; }

    /// <summary>How many settlement items it holds, where known.</summary>
    public long? ItemCount { get; init; }

    /// <summary>The sum of their nets, where known; minor units.</summary>
    public Money? ItemTotal { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status is "failed" or "canceled";

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "canceled" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"payout {ProcessorReference}", Amount);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("processorAccount", ProcessorAccount, "a payout belongs to a processor account")
        ?? Rules.Filled("processorReference", ProcessorReference, "a payout has the processor's reference")
        ?? Rules.OneOf("status", Status, Statuses)
        ?? Rules.OneOf("initiation", Initiation, Initiations)
        ?? Rules.NotNegative("itemCount", ItemCount)
        ?? Rules.Holds("itemTotal", ItemTotal is null || ItemTotal == Amount, "a payout is the sum of its items");
}
