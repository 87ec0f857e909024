using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Salesforce;

/// <summary>An object whose rows can be asked for by when they changed.</summary>
/// <param name="Object">The object.</param>
/// <param name="Parent">The field that holds the row which it is part of here; null where it is that row itself.</param>
/// <param name="Told">What a change of a row is told as: the object of its parent, or its own.</param>
/// <param name="Records">The records that a row is, or is part of.</param>
internal sealed record SalesforceSource(string Object, string? Parent, string Told, params RecordType[] Records)
{
    // In the order in which the records depend on each other. A change of a part does not surely touch what it is part of.
    private static readonly SalesforceSource[] All =
    [
        new("Account", null, "Account", RecordType.Customer, RecordType.BillingAccount),
        new("Contact", null, "Contact", RecordType.Contact),
        new("Product2", null, "Product2", RecordType.Product),
        new("PricebookEntry", "Product2Id", "Product2", RecordType.Product),
        new("Order", null, "Order", RecordType.Order),
        new("OrderItem", "OrderId", "Order", RecordType.Order),
        new(SalesforceKind.Opportunity, null, SalesforceKind.Opportunity, RecordType.Order),
        new("OpportunityLineItem", "OpportunityId", SalesforceKind.Opportunity, RecordType.Order),
    ];

    /// <summary>By which a query follows the lookup to the parent.</summary>
    public string? Relationship => Parent?[..^2];

    /// <summary>The objects that are asked for what changed: those of which a route takes records.</summary>
    public static SalesforceSource[] Of(SalesforceOptions options) =>
        [.. All.Where(source => source.IsTaken(options) && source.Records.Any(options.Takes))];

    /// <summary>The objects whose rows are, or are part of, records of a type.</summary>
    public static SalesforceSource[] Of(SalesforceOptions options, string externalType) =>
        [.. All.Where(source => source.IsTaken(options) && source.Records.Any(record => SalesforceKind.TypeOf(record) == externalType))];

    /// <summary>The row that a change is told of.</summary>
    public string? IdIn(JsonElement row) => row.Text(Parent ?? "Id");

    private bool IsTaken(SalesforceOptions options) =>
        Told switch
        {
            "Order" => options.TakesOrders,
            SalesforceKind.Opportunity => options.TakesOpportunities,
            _ => true,
        };
}
