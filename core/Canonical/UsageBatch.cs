namespace QtcHub.Canonical;

/// <summary>The count of one batch of usage, so that no record of it is lost between meter and invoice.</summary>
[OwnedBy("billing")]
public sealed record UsageBatch : CanonicalRecord
{
    /// <inheritdoc />
    public override RecordType Type => RecordType.UsageBatch;

    /// <summary>The number its owner gave it.</summary>
    [Identifies]
    public required string Number { get; init; }

    /// <summary>First day of the usage, in the entity's calendar.</summary>
    public required DateOnly PeriodStart { get; init; }

    /// <summary>Last day of it.</summary>
    public required DateOnly PeriodEnd { get; init; }

    /// <summary>How many usage records the meter sent, where it says so.</summary>
    public long? Expected { get; init; }

    /// <summary>How many came in.</summary>
    public required long Received { get; init; }

    /// <summary>How many were rated.</summary>
    public required long Rated { get; init; }

    /// <summary>How many were refused.</summary>
    public required long Rejected { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => false;

    /// <summary>A count stands for what was counted, also when its batch is gone.</summary>
    public override CanonicalRecord End() => this;

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"usage batch {Number}", null);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("number", Number, "a usage batch has a number")
        ?? Rules.Period("periodEnd", PeriodStart, PeriodEnd)
        ?? Rules.NotNegative("expected", Expected)
        ?? Rules.NotNegative("received", Received)
        ?? Rules.NotNegative("rated", Rated)
        ?? Rules.NotNegative("rejected", Rejected)
        ?? Rules.Holds("rated", (Int128)Rated + Rejected <= Received, "rated + rejected ≤ received");
}
