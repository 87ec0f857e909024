namespace QtcHub.Canonical;

/// <summary>One movement of a processor's balance. Net = gross − fees.</summary>
[OwnedBy("payments")]
public sealed record SettlementItem : CanonicalRecord
{
    private const string Kinds = "charge refund dispute fee adjustment fx reserve payout";

    /// <inheritdoc />
    public override RecordType Type => RecordType.SettlementItem;

    /// <summary>The processor's account whose balance moved; the clearing account follows from it and the currency.</summary>
    public required string ProcessorAccount { get; init; }

    /// <summary>The processor's own reference of the movement.</summary>
    [Identifies]
    public required string ProcessorReference { get; init; }

    /// <summary>Why the balance moved.</summary>
    [OneOf(Kinds)]
    public required string Kind { get; init; }

    /// <summary>The payment behind it.</summary>
    public CanonicalId? Payment { get; init; }

    /// <summary>The refund behind it.</summary>
    public CanonicalId? Refund { get; init; }

    /// <summary>The dispute behind it.</summary>
    public CanonicalId? Dispute { get; init; }

    /// <summary>What it is, in the processor's words.</summary>
    public string? Description { get; init; }

    /// <summary>Before fees, minor units of the balance; negative where money leaves.</summary>
    public required Money Gross { get; init; }

    /// <summary>What the processor kept, by kind.</summary>
    [AnyOrder]
    public required IReadOnlyList<SettlementFee> Fees { get; init; }

    /// <summary>After fees, minor units of the balance.</summary>
    public required Money Net { get; init; }

    /// <summary>The amount in the currency of the record behind it, where that is another; minor units.</summary>
    public Money? Original { get; init; }

    /// <summary>How much of the balance's currency one unit of <see cref="Original"/> became, exact decimal.</summary>
    public decimal? Rate { get; init; }

    /// <summary>When the balance moved, in the entity's calendar.</summary>
    public required DateOnly CreatedOn { get; init; }

    /// <summary>When the money can be paid out, in the entity's calendar.</summary>
    public required DateOnly AvailableOn { get; init; }

    /// <summary>The processor's reference of the payout that holds it. Not a reference to the record: a movement is booked before its payout exists.</summary>
    public string? PayoutReference { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => false;

    /// <inheritdoc />
    public override CanonicalRecord Normalize() => this with { Fees = Rules.Sorted(Fees, fee => fee.Kind) };

    /// <summary>A movement has happened; nothing takes it back but another movement.</summary>
    public override CanonicalRecord End() => this;

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"settlement item {ProcessorReference}", Net);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("processorAccount", ProcessorAccount, "a settlement item belongs to a processor account")
        ?? Rules.Filled("processorReference", ProcessorReference, "a settlement item has the processor's reference")
        ?? Rules.OneOf("kind", Kind, Kinds)
        ?? Rules.AtMostOne(
            "payment",
            "a settlement item has one record behind it",
            Payment is not null,
            Refund is not null,
            Dispute is not null
        )
        ?? Rules.Each("fees", Fees, fee => fee.Validate(Gross.Currency))
        ?? Rules.In("net", Gross.Currency, Net, "every amount of a settlement item but the original is in the balance's currency")
        ?? Rules.Holds("net", (Int128)Gross.MinorUnits - Rules.Sum(Fees.Select(fee => fee.Amount)) == Net.MinorUnits, "gross − fees = net")
        ?? Rules.Holds("rate", Rate is not <= 0, "a rate is more than zero")
        ?? Rules.Holds(
            "rate",
            Original is null || Original.Value.Currency == Gross.Currency || Rate is not null,
            "an original in another currency has a rate"
        );
}

/// <summary>What a processor kept of one movement, of one kind.</summary>
public sealed record SettlementFee
{
    private const string Kinds = "processing platform network tax withheld-tax";

    /// <summary>What for.</summary>
    [OneOf(Kinds)]
    public required string Kind { get; init; }

    /// <summary>How much, minor units of the balance; negative where it is given back.</summary>
    public required Money Amount { get; init; }

    internal Fault.Invalid? Validate(Currency currency) =>
        Rules.OneOf("kind", Kind, Kinds) ?? Rules.In("amount", currency, Amount, "a fee is in the balance's currency");
}
