using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>A legal person that buys; billing accounts are its.</summary>
[OwnedBy("crm")]
public sealed record Customer : CanonicalRecord
{
    /// <inheritdoc />
    public override RecordType Type => RecordType.Customer;

    /// <summary>The number its owner knows it by.</summary>
    [Identifies]
    public required string Number { get; init; }

    /// <summary>Legal name.</summary>
    public required string Name { get; init; }

    /// <summary>The customer it belongs to.</summary>
    [Refers(RecordType.Customer)]
    public CanonicalId? Parent { get; init; }

    /// <summary>Where it is registered for tax.</summary>
    [AnyOrder]
    public IReadOnlyList<TaxRegistration>? TaxRegistrations { get; init; }

    /// <summary>What frees it from tax.</summary>
    [AnyOrder]
    public IReadOnlyList<TaxExemption>? Exemptions { get; init; }

    /// <summary>False once the owner has deleted or closed it; true where its source does not say.</summary>
    /// <remarks>Not <c>init</c>: reading JSON would then set what is absent to false.</remarks>
    [JsonInclude]
    public bool Active { get; internal set; } = true;

    /// <inheritdoc />
    public override bool HasEnded => !Active;

    /// <inheritdoc />
    public override CanonicalRecord Normalize() =>
        this with
        {
            TaxRegistrations = Rules.Sorted(TaxRegistrations, one => one.Country),
            Exemptions = Rules.Sorted(Exemptions, one => one.Jurisdiction),
        };

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Active = false };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"customer {Number}", null);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("number", Number, "a customer has a number")
        ?? Rules.Filled("name", Name, "a customer has a name")
        ?? Rules.Each("taxRegistrations", TaxRegistrations, one => one.Validate())
        ?? Rules.Each("exemptions", Exemptions, one => one.Validate());
}

/// <summary>A registration for tax in one country.</summary>
public sealed record TaxRegistration
{
    /// <summary>ISO 3166-1 alpha-2 country code, upper case.</summary>
    public required string Country { get; init; }

    /// <summary>The number of the registration, as printed on documents.</summary>
    public required string Number { get; init; }

    internal Fault.Invalid? Validate() =>
        Rules.Holds("country", Country is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'], "a country has two upper-case letters")
        ?? Rules.Filled("number", Number, "a tax registration has a number");
}

/// <summary>What frees a customer from the tax of one jurisdiction.</summary>
public sealed record TaxExemption
{
    /// <summary>Where it holds: a country, or a country and its part, e.g. <c>US-CA</c>.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>The number of the certificate.</summary>
    public string? Certificate { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>The first day it holds, in the entity's calendar.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>The last day it holds, in the entity's calendar.</summary>
    public DateOnly? ValidUntil { get; init; }

    internal Fault.Invalid? Validate() =>
        Rules.Filled("jurisdiction", Jurisdiction, "an exemption has a jurisdiction") ?? Rules.Period("validUntil", ValidFrom, ValidUntil);
}
