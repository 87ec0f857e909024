namespace QtcHub.Canonical;

/// <summary>One run that makes invoices.</summary>
[OwnedBy("billing")]
public sealed record BillRun : CanonicalRecord
{
    private const string Statuses = "pending running completed posted failed canceled";

    /// <inheritdoc />
    public override RecordType Type => RecordType.BillRun;

    /// <summary>The number its owner gave it.</summary>
    [Identifies]
    public required string Number { get; init; }

    /// <summary>First day of the period that is billed, in the entity's calendar.</summary>
    public required DateOnly PeriodStart { get; init; }

    /// <summary>Last day of it.</summary>
    public required DateOnly PeriodEnd { get; init; }

    /// <summary>How many documents it makes.</summary>
    public required long ExpectedCount { get; init; }

    /// <summary>What they add up to, one entry per currency.</summary>
    [AnyOrder]
    public required IReadOnlyList<BillRunTotal> ExpectedTotals { get; init; }

    /// <summary>How far it is.</summary>
    [OneOf(Statuses)]
    public required string Status { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status is "failed" or "canceled";

    /// <inheritdoc />
    public override CanonicalRecord Normalize() =>
        this with
        {
            ExpectedTotals = Rules.Sorted(ExpectedTotals, one => one.Total.Currency.Code),
        };

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "canceled" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"bill run {Number}", ExpectedTotals is [var only] ? only.Total : null);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("number", Number, "a bill run has a number")
        ?? Rules.OneOf("status", Status, Statuses)
        ?? Rules.Period("periodEnd", PeriodStart, PeriodEnd)
        ?? Rules.NotNegative("expectedCount", ExpectedCount)
        ?? Rules.Unique("expectedTotals", ExpectedTotals, one => one.Total.Currency.Code, "a currency has one total");
}

/// <summary>What the documents of a bill run add up to in one currency.</summary>
public sealed record BillRunTotal
{
    /// <summary>Minor units.</summary>
    public required Money Total { get; init; }
}
