namespace QtcHub.Canonical;

/// <summary>Who is billed.</summary>
public sealed record BillingAccount : CanonicalRecord
{
    /// <summary>An account, active unless it says otherwise.</summary>
    // The JSON reader gives every init-only property that is absent its type's zero: only a parameter's default survives it.
    [System.Text.Json.Serialization.JsonConstructor]
    public BillingAccount(bool active = true) => Active = active;

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

    /// <summary>False once the owner has deleted or closed the account.</summary>
    public bool Active { get; init; }

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
