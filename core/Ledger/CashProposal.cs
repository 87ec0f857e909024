using System.Collections.Immutable;
using System.Text.Json.Serialization;
using QtcHub.Canonical;

namespace QtcHub.Ledger;

/// <summary>What cash application has proposed that a payment pays, kept in its lane: ids and amounts, nothing of what the payer wrote.</summary>
public sealed record CashProposal(CashVerdict Verdict)
{
    /// <summary>What it pays, each document once; together never more than the payment.</summary>
    public ImmutableArray<ProposedApplication> Applications { get; init; } = [];

    /// <summary>What it lacks and is given up, once it is made; null where nothing is.</summary>
    public ProposedWriteOff? WriteOff { get; init; }

    /// <summary>What its text names and it does not pay.</summary>
    public ImmutableArray<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Whether money is left and the text holds what may be the number of a document that is not known yet.</summary>
    [JsonIgnore]
    public bool MayNameMore { get; init; }

    /// <summary>As the trace and the audit tell it, e.g. <c>PaidInFull</c>, or <c>NothingPayable: inv_… NothingOwed</c>.</summary>
    public override string ToString() =>
        LeftOut.IsEmpty ? $"{Verdict}" : $"{Verdict}: {string.Join(", ", LeftOut.Select(one => $"{one.Document} {one.Why}"))}";
}

/// <summary>One application that is proposed: to an invoice or debit memo, minor units of the payment's currency.</summary>
public sealed record ProposedApplication(CanonicalId Document, Money Amount);

/// <summary>What is given up of an invoice that is paid but for little, minor units of the payment's currency, and under which reason code.</summary>
public sealed record ProposedWriteOff(CanonicalId Document, Money Amount, string Reason);

/// <summary>A document that a text names and that is not paid, and why.</summary>
public sealed record LeftOut(CanonicalId Document, CashObjection Why);

/// <summary>What came of matching a payment by its remittance text.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CashVerdict>))]
public enum CashVerdict
{
    /// <summary>What it names is paid to the cent.</summary>
    PaidInFull,

    /// <summary>What it names is paid, and the rest stays unapplied.</summary>
    Overpaid,

    /// <summary>What it names is paid as far as it goes, the earliest due first; the rest stays owed.</summary>
    Underpaid,

    /// <summary>It lacks so little that the policy gives it up: what it names is paid, and the rest of one invoice is written off.</summary>
    ShortPaid,

    /// <summary>It is less than what it names, and the policy leaves that to a person: unapplied.</summary>
    LeftUnderpaid,

    /// <summary>Its text names no document that is known: unapplied.</summary>
    NamesNothing,

    /// <summary>A number in its text may be one of several open documents: unapplied.</summary>
    Ambiguous,

    /// <summary>It names documents, and none that it can pay: unapplied.</summary>
    NothingPayable,

    /// <summary>Its text holds more numbers than are looked for: unapplied.</summary>
    TooManyNumbers,

    /// <summary>The system that owns applications has refused twice to pay what is named: unapplied.</summary>
    Refused,
}

/// <summary>Why a document that is named is not paid.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CashObjection>))]
public enum CashObjection
{
    /// <summary>It is not the payer's.</summary>
    AnotherCustomer,

    /// <summary>It is owed to another legal entity.</summary>
    AnotherEntity,

    /// <summary>It is in another currency.</summary>
    AnotherCurrency,

    /// <summary>It is a draft, paid, void or given up.</summary>
    NotOpen,

    /// <summary>Nothing is owed of it any more, or nobody knows how much.</summary>
    NothingOwed,

    /// <summary>The same number may be another document's.</summary>
    OneOfSeveral,
}
