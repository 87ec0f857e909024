namespace QtcHub.Sandbox.Zuora;

/// <summary>The kinds of document; the value is also the kind of its items and numbers.</summary>
internal enum DocumentKind
{
    Invoice,
    DebitMemo,
    CreditMemo,
}

/// <summary>An invoice, debit memo or credit memo. Every amount is positive but a discount's.</summary>
internal sealed class Document : ZuoraRecord
{
    public required DocumentKind Kind { get; init; }

    public required string Number { get; init; }

    public required Account Account { get; init; }

    public required DateOnly Day { get; init; }

    public DateOnly? Due { get; set; }

    public DateOnly? TargetDate { get; init; }

    public string Status { get; set; } = "Draft";

    public string? Comment { get; set; }

    public string? Reason { get; init; }

    /// <summary>The invoice that a memo is about.</summary>
    public Document? Referred { get; init; }

    /// <summary>What made it: a bill run, an order, or somebody by hand.</summary>
    public string Source { get; init; } = "AdhocFromInvoice";

    public string? SourceId { get; init; }

    public DateTimeOffset? Posted { get; set; }

    public DateTimeOffset? Cancelled { get; set; }

    public List<DocumentItem> Items { get; } = [];

    /// <summary>What somebody added to the total by hand, so that it no longer is the sum of its items.</summary>
    public decimal Miscount { get; set; }

    /// <summary>What was applied to it or, of a credit memo, what it was applied.</summary>
    public decimal Applied { get; set; }

    public decimal Refunded { get; set; }

    public decimal Net => Items.Sum(item => item.Net);

    public decimal Tax => Items.Sum(item => item.Taxes.Sum(tax => tax.Amount));

    public decimal Exempt => Items.Sum(item => item.Taxes.Sum(tax => tax.Exempt));

    public decimal Total => Net + Tax + Miscount;

    public bool Stands => Status is "Posted" or "Reversed";

    /// <summary>What it still owes or, of a credit memo, what of it is not applied yet.</summary>
    public decimal Balance => Stands ? Total - Applied - Refunded : 0;

    public string Currency => Account.Currency;
}

/// <summary>An item: a charge, or a discount that names the item it is about.</summary>
internal sealed class DocumentItem : ZuoraRecord
{
    public required string Name { get; init; }

    public required decimal Net { get; set; }

    public decimal Quantity { get; init; } = 1;

    public decimal UnitPrice { get; init; }

    public CatalogCharge? Catalog { get; init; }

    public string? ChargeId { get; init; }

    public string? Subscription { get; init; }

    public string? SubscriptionId { get; init; }

    public DateOnly ServiceStart { get; init; }

    public DateOnly ServiceEnd { get; init; }

    public string? AppliedTo { get; init; }

    /// <summary>The item of an invoice that a memo's item is about.</summary>
    public string? SourceItem { get; init; }

    public bool TaxInclusive { get; init; }

    public List<TaxItem> Taxes { get; } = [];
}

/// <summary>A tax on an item. Exempt is what would have been due.</summary>
internal sealed record TaxItem(string Id, TaxRule Rule, decimal Amount, decimal Exempt, DateOnly Day);

/// <summary>A tax that Zuora computes: rate 0 with a code of its own is reverse charge.</summary>
internal sealed record TaxRule(string Name, string Jurisdiction, string LocationCode, string Code, decimal Rate, bool Inclusive);

/// <summary>A payment.</summary>
internal sealed class Payment : ZuoraRecord
{
    public required string Number { get; init; }

    public required string AccountId { get; init; }

    public required string Currency { get; init; }

    public required decimal Amount { get; init; }

    public required DateOnly Day { get; init; }

    /// <summary>External, or Electronic where Zuora's own gateway took it.</summary>
    public required string Type { get; init; }

    public string? MethodId { get; init; }

    public string? Reference { get; init; }

    public string? Comment { get; set; }

    public string Status { get; set; } = "Processed";

    public DateTimeOffset? Cancelled { get; set; }

    public decimal Applied { get; set; }

    public decimal Refunded { get; set; }

    public decimal Unapplied => Status == "Processed" ? Amount - Applied - Refunded : 0;
}

/// <summary>A refund of a payment.</summary>
internal sealed class Refund : ZuoraRecord
{
    public required string Number { get; init; }

    public required Payment Payment { get; init; }

    public required decimal Amount { get; init; }

    public required DateOnly Day { get; init; }

    public required string Type { get; init; }

    public string? MethodType { get; init; }

    public string? Reference { get; init; }

    public string? Comment { get; set; }

    public string? Reason { get; init; }

    public string Status { get; set; } = "Processed";

    public DateTimeOffset? Cancelled { get; set; }
}

/// <summary>A part: what of a payment or credit memo stands applied to one document.</summary>
internal sealed class Part : ZuoraRecord
{
    /// <summary>The payment or credit memo.</summary>
    public required string From { get; init; }

    public required bool FromPayment { get; init; }

    public required Document To { get; init; }

    public decimal Amount { get; set; }
}
