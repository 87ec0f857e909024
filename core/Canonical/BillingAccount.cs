using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>Who is billed.</summary>
[OwnedBy("crm")]
public sealed record BillingAccount : CanonicalRecord
{
    private const string TaxStatuses = "taxable exempt reverse-charge";
    private const string PurchaseOrders = "none optional required";

    /// <inheritdoc />
    public override RecordType Type => RecordType.BillingAccount;

    /// <summary>The account number its owner knows it by.</summary>
    [Identifies]
    public required string Number { get; init; }

    /// <summary>Legal name, as printed on documents.</summary>
    public required string Name { get; init; }

    /// <summary>The currency invoices are made in, when the owner fixes one.</summary>
    public Currency? Currency { get; init; }

    /// <summary>Where invoices are sent.</summary>
    [Identifies]
    public string? Email { get; init; }

    /// <summary>Telephone number as given.</summary>
    public string? Phone { get; init; }

    /// <summary>Bill-to address.</summary>
    public Address? BillTo { get; init; }

    /// <summary>How its documents are taxed.</summary>
    [OneOf(TaxStatuses)]
    public required string TaxStatus { get; init; }

    /// <summary>False once the owner has deleted or closed the account; true where its source does not say.</summary>
    /// <remarks>Not <c>init</c>: reading JSON would then set what is absent to false.</remarks>
    [JsonInclude]
    public bool Active { get; internal set; } = true;

    /// <summary>The customer it belongs to.</summary>
    public CanonicalId? Customer { get; init; }

    /// <summary>The account that pays for it, or that it is grouped under.</summary>
    [Refers(RecordType.BillingAccount)]
    public CanonicalId? Parent { get; init; }

    /// <summary>The code of its payment terms, e.g. <c>net-30</c>.</summary>
    [OwnedBy("billing")]
    public string? Terms { get; init; }

    /// <summary>Sold-to address, which decides tax.</summary>
    public Address? SoldTo { get; init; }

    /// <summary>Ship-to address.</summary>
    public Address? ShipTo { get; init; }

    /// <summary>Who gets its invoices besides <see cref="Email"/>.</summary>
    [AnyOrder]
    public IReadOnlyList<InvoiceContact>? InvoiceContacts { get; init; }

    /// <summary>Whether its invoices bear the customer's purchase order.</summary>
    [OneOf(PurchaseOrders)]
    public string? PurchaseOrderRule { get; init; }

    /// <summary>The processor's or billing system's reference of the payment method; never a card number.</summary>
    [OwnedBy("billing")]
    public string? PaymentMethodReference { get; init; }

    /// <summary>The code of how it is reminded.</summary>
    [OwnedBy("billing")]
    public string? DunningProfile { get; init; }

    /// <summary>What its documents are booked under.</summary>
    [AnyOrder, OwnedBy("erp")]
    public IReadOnlyList<Dimension>? Dimensions { get; init; }

    /// <summary>Whether nothing more may be sold to it on credit.</summary>
    [OwnedBy("erp")]
    public bool? CreditHold { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => !Active;

    /// <inheritdoc />
    public override CanonicalRecord Normalize() =>
        this with
        {
            InvoiceContacts = Rules.Sorted(InvoiceContacts, contact => contact.Email),
            Dimensions = Dimension.Sorted(Dimensions),
        };

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Active = false };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"account {Number}", null);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("name", Name, "a billing account has a name")
        ?? Rules.OneOf("taxStatus", TaxStatus, TaxStatuses)
        ?? Rules.OneOf("purchaseOrderRule", PurchaseOrderRule, PurchaseOrders)
        ?? Rules.Each("invoiceContacts", InvoiceContacts, contact => contact.Validate())
        ?? Dimension.Validate(Dimensions);
}

/// <summary>Someone who gets invoices.</summary>
public sealed record InvoiceContact
{
    /// <summary>Where to.</summary>
    public required string Email { get; init; }

    /// <summary>Who it is.</summary>
    public string? Name { get; init; }

    internal Fault.Invalid? Validate() => Rules.Filled("email", Email, "an invoice contact has an email");
}
