using System.Text.RegularExpressions;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// What is asked for of each object: the fields that the mappings read. An org that has not one of them leaves it out by <c>withoutFields</c>, one whose own
/// mapping reads more adds it by <c>withFields</c>: <c>Account.Region__c, OrderItem.Product2.Family</c>.
/// </summary>
internal sealed partial class SalesforceFields
{
    public const string Currency = "CurrencyIsoCode";

    private const string Fix = "write the object and the field, e.g. Account.Region__c, with a comma between two";

    private static readonly string[] Selling = ["Action__c", "TermMonths__c", "SubscriptionNumber__c", "SubscriptionVersion__c"];

    private static readonly string[] Sold =
    [
        "Quantity",
        "ListPrice",
        "UnitPrice",
        "ServiceDate",
        "Description",
        "Product2.Name",
        "Product2.StockKeepingUnit",
        "Product2.ProductCode",
    ];

    private static readonly Dictionary<string, string[]> Shipped = new(StringComparer.Ordinal)
    {
        ["Account"] =
        [
            "Name",
            "AccountNumber",
            "ParentId",
            Currency,
            "Phone",
            .. Address("Billing"),
            .. Address("Shipping"),
            "Entity__c",
            "TaxStatus__c",
            "VatNumber__c",
            "PaymentTerms__c",
            "InvoiceEmail__c",
        ],
        ["Contact"] = ["Name", "AccountId", "Email", "Phone", .. Address("Mailing"), "Account.Entity__c"],
        ["Product2"] = ["Name", "ProductCode", "StockKeepingUnit", "Description", "IsActive", "QuantityUnitOfMeasure"],
        ["PricebookEntry"] = ["UnitPrice", Currency],
        ["Order"] = ["OrderNumber", "AccountId", "QuoteId", "PoNumber", "EffectiveDate", "StatusCode", Currency, "Account.Entity__c"],
        ["OrderItem"] =
        [
            .. Sold,
            "EndDate",
            .. Selling,
            "OriginalOrderItem.Product2.StockKeepingUnit",
            "OriginalOrderItem.Product2.ProductCode",
        ],
        ["Opportunity"] = ["OrderNumber__c", "AccountId", "SyncedQuoteId", "CloseDate", "IsWon", Currency, "Account.Entity__c"],
        ["OpportunityLineItem"] = [.. Sold, .. Selling],
    };

    private readonly Dictionary<string, string[]> fields;

    private SalesforceFields(Dictionary<string, string[]> fields) => this.fields = fields;

    /// <summary>The objects that anything is asked for of.</summary>
    public static IReadOnlyCollection<string> Objects => Shipped.Keys;

    /// <summary>What ships, less and more what the settings say.</summary>
    public static SalesforceFields Of(SalesforceSettings settings)
    {
        var without = settings.ReadWords("withoutFields", IsField, Fix).ToHashSet(StringComparer.Ordinal);
        if (settings.OnlyCurrency is not null)
        {
            without.UnionWith(Shipped.Keys.Select(name => $"{name}.{Currency}"));
        }

        var more = settings.ReadWords("withFields", IsField, Fix).ToLookup(ObjectOf, FieldOf, StringComparer.Ordinal);
        return new SalesforceFields(
            Shipped.ToDictionary(
                known => known.Key,
                known =>
                    known
                        .Value.Concat(more[known.Key])
                        .Distinct(StringComparer.Ordinal)
                        .Where(field => !without.Contains($"{known.Key}.{field}"))
                        .ToArray(),
                StringComparer.Ordinal
            )
        );
    }

    /// <summary>The fields of an object, by which a query asks for them.</summary>
    public IReadOnlyList<string> this[string name] => fields[name];

    private static string[] Address(string of) =>
        [$"{of}Street", $"{of}City", $"{of}State", $"{of}PostalCode", $"{of}Country", $"{of}CountryCode"];

    private static bool IsField(string word) => Field().IsMatch(word) && Shipped.ContainsKey(ObjectOf(word));

    private static string ObjectOf(string word) => word[..word.IndexOf('.', StringComparison.Ordinal)];

    private static string FieldOf(string word) => word[(word.IndexOf('.', StringComparison.Ordinal) + 1)..];

    // Words alone, for they become part of a query.
    [GeneratedRegex(
        @"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){1,5}$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Field();
}
