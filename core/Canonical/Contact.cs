using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>A person at a customer.</summary>
[OwnedBy("crm")]
public sealed record Contact : CanonicalRecord
{
    private const string Roles = "billing sold-to ship-to purchasing signatory";

    /// <inheritdoc />
    public override RecordType Type => RecordType.Contact;

    /// <summary>Full name.</summary>
    public required string Name { get; init; }

    /// <summary>The customer whom the person stands for.</summary>
    public CanonicalId? Customer { get; init; }

    /// <summary>The billing account that the person is asked about.</summary>
    public CanonicalId? Account { get; init; }

    /// <summary>What the person is asked about.</summary>
    [OneOf(Roles)]
    public string? Role { get; init; }

    /// <summary>Email address.</summary>
    [Identifies]
    public string? Email { get; init; }

    /// <summary>Telephone number as given.</summary>
    public string? Phone { get; init; }

    /// <summary>Postal address.</summary>
    public Address? Address { get; init; }

    /// <summary>False once the owner has deleted the contact; true where its source does not say.</summary>
    /// <remarks>Not <c>init</c>: reading JSON would then set what is absent to false.</remarks>
    [JsonInclude]
    public bool Active { get; internal set; } = true;

    /// <inheritdoc />
    public override bool HasEnded => !Active;

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Active = false };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ("a contact", null);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("name", Name, "a contact has a name")
        ?? Rules.Holds("customer", Customer is not null || Account is not null, "a contact belongs to a customer or a billing account")
        ?? Rules.OneOf("role", Role, Roles);
}
