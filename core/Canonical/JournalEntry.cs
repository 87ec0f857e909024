namespace QtcHub.Canonical;

/// <summary>A balanced entry of the general ledger: in each currency debits = credits.</summary>
[OwnedBy("erp")]
public sealed record JournalEntry : CanonicalRecord
{
    private const string Statuses = "draft posted void";

    /// <inheritdoc />
    public override RecordType Type => RecordType.JournalEntry;

    /// <summary>The number its owner gave it.</summary>
    [Identifies]
    public required string Number { get; init; }

    /// <summary>The day it is booked on, in the entity's calendar.</summary>
    public required DateOnly PostedOn { get; init; }

    /// <summary>How it stands.</summary>
    [OneOf(Statuses)]
    public required string Status { get; init; }

    /// <summary>What it is for.</summary>
    public string? Memo { get; init; }

    /// <summary>Its lines.</summary>
    [AnyOrder]
    public required IReadOnlyList<JournalLine> Lines { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status == "void";

    /// <inheritdoc />
    public override CanonicalRecord Normalize() =>
        this with
        {
            Lines = Rules.Sorted([.. Lines.Select(line => line.Normalize())], line => line.Id),
        };

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "void" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() =>
        ($"journal entry {Number}", Lines.Select(line => line.Debit).FirstOrDefault(debit => debit is not null));

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("number", Number, "a journal entry has a number")
        ?? Rules.OneOf("status", Status, Statuses)
        ?? Rules.Each("lines", Lines, line => line.Validate())
        ?? Rules.Unique("lines", Lines, line => line.Id, "no two lines have the same id")
        ?? Rules.Holds("lines", Lines.Select(line => line.Currency).Distinct().All(Balances), "debits = credits in each currency");

    private bool Balances(Currency currency) =>
        Rules.Sum(Lines.Select(line => line.Debit).OfType<Money>().Where(amount => amount.Currency == currency))
        == Rules.Sum(Lines.Select(line => line.Credit).OfType<Money>().Where(amount => amount.Currency == currency));
}

/// <summary>One line of a journal entry.</summary>
public sealed record JournalLine
{
    /// <summary>The owner's id of the line.</summary>
    public required string Id { get; init; }

    /// <summary>The code of the account.</summary>
    public required string GlAccount { get; init; }

    /// <summary>What is debited, minor units.</summary>
    public Money? Debit { get; init; }

    /// <summary>What is credited, minor units.</summary>
    public Money? Credit { get; init; }

    /// <summary>What it is for.</summary>
    public string? Memo { get; init; }

    /// <summary>What it is booked under.</summary>
    [AnyOrder]
    public IReadOnlyList<Dimension>? Dimensions { get; init; }

    internal Currency Currency => (Debit ?? Credit)?.Currency ?? default;

    internal JournalLine Normalize() => this with { Dimensions = Dimension.Sorted(Dimensions) };

    internal Fault.Invalid? Validate() =>
        Rules.Filled("id", Id, "a journal line has an id")
        ?? Rules.Filled("glAccount", GlAccount, "a journal line has an account")
        ?? Rules.ExactlyOne("debit", "a journal line is a debit or a credit", Debit is not null, Credit is not null)
        ?? Rules.NotNegative("debit", Debit)
        ?? Rules.NotNegative("credit", Credit)
        ?? Dimension.Validate(Dimensions);
}
