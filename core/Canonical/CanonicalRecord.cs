using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>A record in the hub's own typed form: immutable, validated, currency-correct.</summary>
public abstract record CanonicalRecord
{
    /// <summary>The kind of record.</summary>
    [JsonIgnore]
    public abstract RecordType Type { get; }

    /// <summary>The code of the legal entity (company) that the record belongs to.</summary>
    public required string Entity { get; init; }

    /// <summary>What the company keeps on it besides, or null where there is nothing of that.</summary>
    public CustomFields? Custom { get; init; }

    /// <summary>Whether the record has ended at its source: closed, void, failed. What never reached a target then need not.</summary>
    [JsonIgnore]
    public abstract bool HasEnded { get; }

    /// <summary>The record in its one normal form, so that equal facts are equal records.</summary>
    public virtual CanonicalRecord Normalize() => this;

    /// <summary>The record as it stands once its source has deleted it.</summary>
    public abstract CanonicalRecord End();

    /// <summary>Who is affected and how much money is at stake, for dead letters.</summary>
    public abstract (string Affected, Money? Amount) Stake();

    /// <summary>What is wrong with the record by its own rules: path and rule of the first breach, or nothing.</summary>
    public abstract Fault.Invalid? Validate();
}

/// <summary>A postal address as its owner gives it.</summary>
public sealed record Address
{
    /// <summary>First line.</summary>
    public string? Line1 { get; init; }

    /// <summary>Second line.</summary>
    public string? Line2 { get; init; }

    /// <summary>City.</summary>
    public string? City { get; init; }

    /// <summary>State, province or region.</summary>
    public string? State { get; init; }

    /// <summary>Postal code.</summary>
    public string? PostalCode { get; init; }

    /// <summary>ISO 3166-1 alpha-2 country code, upper case.</summary>
    public string? Country { get; init; }
}
