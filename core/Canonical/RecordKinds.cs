using System.Collections.Frozen;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace QtcHub.Canonical;

/// <summary>One kind of canonical record: the prefix of its ids and its written form.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Prefix">Three letters that begin its ids.</param>
/// <param name="Json">How it is written.</param>
internal sealed record RecordKind(RecordType Type, string Prefix, JsonTypeInfo Json);

/// <summary>Every kind of canonical record: a new record is a line here, and one below for its JSON.</summary>
internal static class RecordKinds
{
    public static readonly IReadOnlyList<RecordKind> All =
    [
        new(RecordType.Customer, "cus", CanonicalJsonContext.Default.Customer),
        new(RecordType.BillingAccount, "acc", CanonicalJsonContext.Default.BillingAccount),
        new(RecordType.Contact, "con", CanonicalJsonContext.Default.Contact),
        new(RecordType.Product, "prd", CanonicalJsonContext.Default.Product),
        new(RecordType.Order, "ord", CanonicalJsonContext.Default.Order),
        new(RecordType.Subscription, "sub", CanonicalJsonContext.Default.Subscription),
        new(RecordType.Invoice, "inv", CanonicalJsonContext.Default.Invoice),
        new(RecordType.DebitMemo, "dbm", CanonicalJsonContext.Default.DebitMemo),
        new(RecordType.CreditNote, "crn", CanonicalJsonContext.Default.CreditNote),
        new(RecordType.Payment, "pay", CanonicalJsonContext.Default.Payment),
        new(RecordType.Application, "app", CanonicalJsonContext.Default.Application),
        new(RecordType.Refund, "rfd", CanonicalJsonContext.Default.Refund),
        new(RecordType.Dispute, "dsp", CanonicalJsonContext.Default.Dispute),
        new(RecordType.SettlementItem, "sti", CanonicalJsonContext.Default.SettlementItem),
        new(RecordType.Payout, "pyo", CanonicalJsonContext.Default.Payout),
        new(RecordType.DocumentState, "dst", CanonicalJsonContext.Default.DocumentState),
        new(RecordType.JournalEntry, "jrn", CanonicalJsonContext.Default.JournalEntry),
        new(RecordType.BillRun, "run", CanonicalJsonContext.Default.BillRun),
        new(RecordType.UsageBatch, "usg", CanonicalJsonContext.Default.UsageBatch),
    ];

    private static readonly FrozenDictionary<RecordType, RecordKind> ByType = All.ToFrozenDictionary(kind => kind.Type);

    private static readonly FrozenDictionary<string, RecordKind>.AlternateLookup<ReadOnlySpan<char>> ByPrefix = All.ToFrozenDictionary(
            kind => kind.Prefix,
            StringComparer.Ordinal
        )
        .GetAlternateLookup<ReadOnlySpan<char>>();

    public static RecordKind Of(RecordType type)
    {
        Invariant.Holds(ByType.TryGetValue(type, out var kind), "a known record type");
        return kind;
    }

    /// <summary>The kind whose ids begin so; null for what is no prefix.</summary>
    public static RecordKind? OfPrefix(ReadOnlySpan<char> prefix) => ByPrefix.TryGetValue(prefix, out var kind) ? kind : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(Customer))]
[JsonSerializable(typeof(BillingAccount))]
[JsonSerializable(typeof(Contact))]
[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Subscription))]
[JsonSerializable(typeof(Invoice))]
[JsonSerializable(typeof(DebitMemo))]
[JsonSerializable(typeof(CreditNote))]
[JsonSerializable(typeof(Payment))]
[JsonSerializable(typeof(Application))]
[JsonSerializable(typeof(Refund))]
[JsonSerializable(typeof(Dispute))]
[JsonSerializable(typeof(SettlementItem))]
[JsonSerializable(typeof(Payout))]
[JsonSerializable(typeof(DocumentState))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(BillRun))]
[JsonSerializable(typeof(UsageBatch))]
[JsonSerializable(typeof(Money))]
internal sealed partial class CanonicalJsonContext : JsonSerializerContext;
