using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>The kinds of canonical record, in the order in which they depend on each other, which is the order of replay.</summary>
/// <remarks>Stored and hashed by name; the numbers mean nothing outside one process.</remarks>
[JsonConverter(typeof(JsonStringEnumConverter<RecordType>))]
public enum RecordType
{
    /// <summary>A legal person that buys.</summary>
    Customer,

    /// <summary>Who is billed: name, entity, currency, addresses, terms.</summary>
    BillingAccount,

    /// <summary>A person at a customer.</summary>
    Contact,

    /// <summary>What is sold, with its prices.</summary>
    Product,

    /// <summary>What a customer has agreed to buy or to change.</summary>
    Order,

    /// <summary>What a customer has, version by version.</summary>
    Subscription,

    /// <summary>A finalised claim for money, with lines and tax.</summary>
    Invoice,

    /// <summary>A claim for more money after an invoice.</summary>
    DebitMemo,

    /// <summary>A claim given up, in whole or in part.</summary>
    CreditNote,

    /// <summary>Money received, with what it pays.</summary>
    Payment,

    /// <summary>What a payment, credit note or write-off settles of a document.</summary>
    Application,

    /// <summary>Money given back.</summary>
    Refund,

    /// <summary>A payment that the payer's bank questions.</summary>
    Dispute,

    /// <summary>One movement of a processor's balance.</summary>
    SettlementItem,

    /// <summary>A processor's transfer to the bank.</summary>
    Payout,

    /// <summary>What is still owed of a document, and how it is pursued.</summary>
    DocumentState,

    /// <summary>A balanced entry of the general ledger.</summary>
    JournalEntry,

    /// <summary>One run that makes invoices.</summary>
    BillRun,

    /// <summary>The count of one batch of usage, from expected to rated.</summary>
    UsageBatch,
}

/// <summary>What kinds of record have in common.</summary>
internal static class RecordTypes
{
    /// <summary>Whether it is an order, a claim, money or a movement of it: what was once carried out stays, and another takes it back.</summary>
    public static bool IsDocument(this RecordType type) =>
        type
            is RecordType.Order
                or RecordType.Invoice
                or RecordType.DebitMemo
                or RecordType.CreditNote
                or RecordType.Payment
                or RecordType.Application
                or RecordType.Refund
                or RecordType.Dispute
                or RecordType.SettlementItem
                or RecordType.Payout
                or RecordType.JournalEntry;
}
