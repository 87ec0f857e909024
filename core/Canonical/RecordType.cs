using System.Text.Json.Serialization;

namespace QtcHub.Canonical;

/// <summary>The kinds of canonical record, in the order in which they depend on each other.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordType>))]
public enum RecordType
{
    /// <summary>Who is billed: name, entity, currency, addresses, terms.</summary>
    BillingAccount,

    /// <summary>A finalised claim for money, with lines and tax.</summary>
    Invoice,

    /// <summary>Money received, with what it pays.</summary>
    Payment,
}
