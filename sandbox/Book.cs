namespace QtcHub.Sandbox;

/// <summary>What a vendor holds, in one vocabulary, so that two vendors can be compared without any mapping of the hub's.</summary>
public sealed record Book(IReadOnlyList<BookAccount> Accounts, IReadOnlyList<BookInvoice> Invoices, IReadOnlyList<BookPayment> Payments)
{
    /// <summary>The customers that accounts belong to, where the vendor groups them.</summary>
    public IReadOnlyList<BookCustomer> Customers { get; init; } = [];

    /// <summary>Credit and debit memos, where the vendor has them.</summary>
    public IReadOnlyList<BookMemo> Memos { get; init; } = [];

    /// <summary>Refunds, where the vendor has them.</summary>
    public IReadOnlyList<BookRefund> Refunds { get; init; } = [];

    /// <summary>Disputes, where the vendor has them.</summary>
    public IReadOnlyList<BookDispute> Disputes { get; init; } = [];

    /// <summary>Movements of the processor's balance, where the vendor keeps one.</summary>
    public IReadOnlyList<BookSettlementItem> SettlementItems { get; init; } = [];

    /// <summary>Payouts of the processor's balance, where the vendor keeps one.</summary>
    public IReadOnlyList<BookPayout> Payouts { get; init; } = [];

    /// <summary>What the processor's balance is in each currency, by code.</summary>
    public IReadOnlyList<BookBalance> ProcessorBalances { get; init; } = [];

    /// <summary>Totals per entity, currency and kind of record, where the vendor keeps entities apart.</summary>
    public IReadOnlyList<BookTotal> Totals { get; init; } = [];

    /// <summary>The ledger of accounts, where the vendor keeps one: its trial balance.</summary>
    public IReadOnlyList<BookLedgerBalance> Ledger { get; init; } = [];

    /// <summary>What is sold, where the vendor has a catalogue that a hub may keep.</summary>
    public IReadOnlyList<BookProduct> Products { get; init; } = [];

    /// <summary>Subscriptions at their latest version, where the vendor knows them.</summary>
    public IReadOnlyList<BookSubscription> Subscriptions { get; init; } = [];

    /// <summary>What has been ordered and stands, where the vendor takes orders.</summary>
    public IReadOnlyList<BookSale> Sales { get; init; } = [];

    /// <summary>What each document leaves owed, or of a credit memo unapplied, where the vendor says so of each.</summary>
    public IReadOnlyList<BookStanding> Standings { get; init; } = [];
}

/// <summary>A product of a catalogue.</summary>
public sealed record BookProduct(string Id, string Sku, string Name, bool Active);

/// <summary>A subscription; <paramref name="OrderNumber"/> is that of the order that made its latest version.</summary>
public sealed record BookSubscription(string Id, string Number, string AccountNumber, string OrderNumber, int Version, bool Active);

/// <summary>
/// How many of a product an order has left, with all that amends it; <paramref name="OrderNumber"/> is that of the first order, <paramref name="Id"/> the
/// vendor's name for what bears them all.
/// </summary>
public sealed record BookSale(string Id, string OrderNumber, string AccountNumber, string Sku, decimal Quantity);

/// <summary>What a document, by its number, leaves: minor units.</summary>
public sealed record BookStanding(string Number, string Currency, long Balance)
{
    /// <summary>When it is due by now, where it is.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>The day that it was put off to after it had been posted, where the vendor says so.</summary>
    public DateOnly? PutOffTo { get; init; }
}

/// <summary>What an entity has debited and credited to one account of the ledger in one currency: minor units. Over all accounts debits = credits.</summary>
/// <param name="Entity">The entity's code.</param>
/// <param name="Account">The account's number.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Debit">The sum of its debits.</param>
/// <param name="Credit">The sum of its credits.</param>
public sealed record BookLedgerBalance(string Entity, string Account, string Currency, long Debit, long Credit)
{
    /// <summary>Debits less credits.</summary>
    public long Balance => checked(Debit - Credit);
}

/// <summary>A memo as posted: minor units; applications of a credit memo by document number, in that order.</summary>
public sealed record BookMemo(
    string Id,
    string Number,
    bool IsCredit,
    string AccountNumber,
    DateOnly IssuedOn,
    string Currency,
    long Tax,
    long Total,
    string Status,
    IReadOnlyList<BookApplication> Applications
)
{
    /// <summary>When a debit memo is due, as far as the vendor's own document says.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>Why, in the vendor's own code, where it keeps one.</summary>
    public string? Reason { get; init; }
}

/// <summary>A refund of a payment: minor units.</summary>
public sealed record BookRefund(
    string Id,
    string Reference,
    string PaymentId,
    DateOnly RefundedOn,
    string Currency,
    long Amount,
    string Status
);

/// <summary>A payment in dispute: minor units; what was taken and given back in the balance's currency, zero where nothing moved.</summary>
public sealed record BookDispute(
    string Id,
    string PaymentId,
    DateOnly OpenedOn,
    string Currency,
    long Amount,
    string Status,
    string BalanceCurrency,
    long Withdrawn,
    long Reinstated
)
{
    /// <summary>The processor's reference, where the vendor is not the processor itself.</summary>
    public string Reference { get; init; } = "";
}

/// <summary>
/// A movement of the processor's balance: minor units, negative where money leaves. Net = gross − fee. Kinds are those of the books: charge, refund,
/// dispute, fee, adjustment, reserve, payout. <paramref name="PayoutId"/> is the payout that holds it, where one is known to.
/// </summary>
public sealed record BookSettlementItem(
    string Id,
    string Kind,
    DateOnly CreatedOn,
    string Currency,
    long Gross,
    long Fee,
    long Net,
    string? PayoutId
)
{
    /// <summary>The payment, refund, dispute or payout that it moved for; else its own id.</summary>
    public string Of { get; init; } = Id;
}

/// <summary>A transfer to the bank: minor units, negative where the processor takes money from it; the items only of an automatic one.</summary>
public sealed record BookPayout(
    string Id,
    DateOnly ArrivesOn,
    string Currency,
    long Amount,
    string Status,
    bool IsAutomatic,
    int? ItemCount
);

/// <summary>What a processor owes in one currency: minor units.</summary>
public sealed record BookBalance(string Currency, long Amount);

/// <summary>
/// What an entity has of one kind (<c>Invoice</c>, <c>CreditMemo</c>, <c>DebitMemo</c>, <c>Payment</c>) in one currency: minor units. For each,
/// <paramref name="Amount"/> = <paramref name="Applied"/> + <paramref name="Refunded"/> + <paramref name="Balance"/>; what a payment or credit memo has left is its balance.
/// </summary>
public sealed record BookTotal(
    string Entity,
    string Currency,
    string Kind,
    int Count,
    long Amount,
    long Tax,
    long Applied,
    long Refunded,
    long Balance
);

/// <summary>A customer of several accounts; <paramref name="Group"/> is the number of the one that it belongs to itself, if any.</summary>
public sealed record BookCustomer(string Id, string Number, string Name, bool Active, string? Group);

/// <summary>An account. <paramref name="Number"/> is the source's account number in every vendor.</summary>
public sealed record BookAccount(string Id, string Number, string Name, string? Email, bool Active)
{
    /// <summary>The number of the customer that it belongs to, where the vendor groups accounts.</summary>
    public string? Customer { get; init; }

    /// <summary>Whether it is gone because it was merged into another.</summary>
    public bool IsMerged { get; init; }
}

/// <summary>An invoice as posted: minor units; lines in order with their net amounts.</summary>
public sealed record BookInvoice(
    string Id,
    string Number,
    string AccountNumber,
    DateOnly IssuedOn,
    string Currency,
    long Tax,
    long Total,
    string? Memo,
    string Status,
    IReadOnlyList<long> LineAmounts
)
{
    /// <summary>When it is due, as far as the vendor's own document says.</summary>
    public DateOnly? DueOn { get; init; }
}

/// <summary>A payment: minor units; <paramref name="Reference"/> is the processor's reference; applications by invoice number, in that order.</summary>
public sealed record BookPayment(
    string Id,
    string Reference,
    string AccountNumber,
    DateOnly ReceivedOn,
    string Currency,
    long Amount,
    string Status,
    IReadOnlyList<BookApplication> Applications
);

/// <summary>An application in a book: invoice number and minor units.</summary>
public sealed record BookApplication(string InvoiceNumber, long Amount);
