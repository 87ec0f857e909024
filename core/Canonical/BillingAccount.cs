using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>Who is billed.</summary>
public sealed record BillingAccount : CanonicalRecord
{
    /// <inheritdoc />
    public override RecordType Type => RecordType.BillingAccount;

    /// <summary>The account number its owner knows it by.</summary>
    public required string Number { get; init; }

    /// <summary>Legal name, as printed on documents.</summary>
    public required string Name { get; init; }

    /// <summary>The currency invoices are made in, when the owner fixes one.</summary>
    public Currency? Currency { get; init; }

    /// <summary>Where invoices are sent.</summary>
    public string? Email { get; init; }

    /// <summary>Telephone number as given.</summary>
    public string? Phone { get; init; }

    /// <summary>Bill-to address.</summary>
    public Address? BillTo { get; init; }

    /// <summary><c>taxable</c>, <c>exempt</c> or <c>reverse-charge</c>.</summary>
    public required string TaxStatus { get; init; }

    /// <summary>False once the owner has deleted or closed the account; true where its source does not say.</summary>
    /// <remarks>Not <c>init</c>: reading JSON would then set what is absent to false.</remarks>
    [JsonInclude]
    public bool Active { get; internal set; } = true;

    /// <inheritdoc />
    public override bool HasEnded => !Active;

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Active = false };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"account {Number}", null);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        string.IsNullOrWhiteSpace(Name) ? new Fault.Invalid("name", "a billing account has a name")
        : TaxStatus is not ("taxable" or "exempt" or "reverse-charge")
            ? new Fault.Invalid("taxStatus", "tax status is taxable, exempt or reverse-charge")
        : null;
}
