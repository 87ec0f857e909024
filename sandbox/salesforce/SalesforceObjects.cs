using static QtcHub.Sandbox.Salesforce.SalesforceFields;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>The objects of the org: the standard ones that sales works with, and those that the company deployed for what billing tells.</summary>
internal static class SalesforceObjects
{
    private const string Actions = "new add remove swap renew cancel suspend";

    // What an order's line cannot say by itself about a subscription.
    private static readonly Field[] Selling =
    [
        Pick("Action__c", Actions),
        Whole("TermMonths__c", 4),
        Text("SubscriptionNumber__c", 80),
        Whole("SubscriptionVersion__c", 9),
    ];

    private static readonly SObject[] Standard =
    [
        new("Account", "001", AccountFields())
        {
            Canonical = "BillingAccount",
            Told = ["Name", "AccountNumber", "ParentId", "SystemModstamp"],
        },
        new("Contact", "003", ContactFields()) { Told = ["AccountId", "FirstName", "LastName", "Email", "SystemModstamp"] },
        new("Product2", "01t", ProductFields()) { Canonical = "Product", Told = ["Name", "ProductCode", "IsActive", "SystemModstamp"] },
        new("Pricebook2", "01s", [Text("Name", 255).Required(), Flag("IsActive"), Flag("IsStandard").Counted(), Text("Description", 255)]),
        // No rule can watch a price-book entry: a price that changes is not told, and only a query finds it.
        new("PricebookEntry", "01u", PriceFields()),
        new("Quote", "0Q0", QuoteFields()),
        new("Order", "801", OrderFields()) { Told = ["OrderNumber", "AccountId", "Status", "QuoteId", "SystemModstamp"] },
        new("OrderItem", "802", OrderItemFields()) { Told = ["OrderId", "OrderItemNumber", "Quantity", "SystemModstamp"] },
        new("Opportunity", "006", OpportunityFields()) { Told = ["Name", "AccountId", "StageName", "SystemModstamp"] },
        new("OpportunityLineItem", "00k", OpportunityLineFields()) { Told = ["OpportunityId", "Quantity", "SystemModstamp"] },
    ];

    /// <summary>Every object.</summary>
    public static IReadOnlyList<SObject> All { get; } = [.. Standard, .. SalesforceDeployed.Objects];

    private static readonly Dictionary<string, SObject> ByName = All.ToDictionary(known => known.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>An object by its name, in any case.</summary>
    public static SObject? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>An object that is known to exist.</summary>
    public static SObject Get(string name) => ByName[name];

    /// <summary>The fields that point to an object, with the object that has them.</summary>
    public static IEnumerable<(SObject Of, Field Field)> PointingTo(SObject target) =>
        All.SelectMany(known => known.Fields.Where(field => field.To == target.Name).Select(field => (known, field)));

    private static IEnumerable<Field> AccountFields() =>
        [
            Text("Name", 255).Required(),
            Text("AccountNumber", 40),
            Lookup("ParentId", "Account"),
            Currency(),
            Text("Type", 255),
            Text("Industry", 255),
            Text("Phone", 40),
            Text("Website", 255),
            LongText("Description", 32000),
            .. Address("Billing"),
            .. Address("Shipping"),
            Text("Entity__c", 80),
            Pick("TaxStatus__c", "taxable exempt reverse-charge"),
            Text("VatNumber__c", 40),
            Text("PaymentTerms__c", 80),
            Text("InvoiceEmail__c", 80),
            Reference(),
        ];

    private static IEnumerable<Field> ContactFields() =>
        [
            Text("Name", 121).Counted(),
            Text("Salutation", 40),
            Text("FirstName", 40),
            Text("LastName", 80).Required(),
            Lookup("AccountId", "Account").Along(),
            Currency(),
            Text("Email", 80),
            Text("Phone", 40),
            Text("MobilePhone", 40),
            Text("Title", 128),
            Text("Department", 80),
            .. Address("Mailing"),
            Reference(),
        ];

    private static IEnumerable<Field> ProductFields() =>
        [
            Text("Name", 255).Required(),
            Text("ProductCode", 255),
            Text("StockKeepingUnit", 180),
            LongText("Description", 4000),
            Flag("IsActive"),
            Text("Family", 255),
            Text("QuantityUnitOfMeasure", 255),
            Currency(),
            Reference(),
        ];

    private static IEnumerable<Field> PriceFields() =>
        [
            Text("Name", 255).Counted(),
            Text("ProductCode", 255).Counted(),
            Lookup("Pricebook2Id", "Pricebook2").Required().Once().Along(),
            Lookup("Product2Id", "Product2").Required().Once().Along(),
            Money("UnitPrice").Required(),
            Flag("IsActive"),
            Flag("UseStandardPrice"),
            Currency().Once(),
        ];

    private static IEnumerable<Field> QuoteFields() =>
        [
            Text("Name", 255).Required(),
            Text("QuoteNumber", 30).Counted(),
            Lookup("AccountId", "Account").Along(),
            Text("Status", 255),
            Currency(),
        ];

    private static IEnumerable<Field> OrderFields() =>
        [
            Text("OrderNumber", 30).Counted(),
            Text("Name", 80),
            Lookup("AccountId", "Account").Required().Along(),
            Lookup("Pricebook2Id", "Pricebook2"),
            Lookup("OpportunityId", "Opportunity"),
            Lookup("QuoteId", "Quote"),
            Lookup("OriginalOrderId", "Order").Once(),
            Flag("IsReductionOrder").Once(),
            Pick("Status", "Draft Activated").Required(),
            Pick("StatusCode", "D A").Counted(),
            Text("Type", 255),
            Day("EffectiveDate").Required(),
            Day("EndDate"),
            Text("PoNumber", 80),
            Day("PoDate"),
            Text("OrderReferenceNumber", 80),
            LongText("Description", 32000),
            Lookup("BillToContactId", "Contact"),
            Lookup("ShipToContactId", "Contact"),
            .. Address("Billing"),
            .. Address("Shipping"),
            Money("TotalAmount").Counted(),
            Instant("ActivatedDate").Counted(),
            Currency().Once(),
        ];

    private static IEnumerable<Field> OrderItemFields() =>
        [
            Text("OrderItemNumber", 30).Counted(),
            Lookup("OrderId", "Order").Required().Once().Along(),
            Lookup("PricebookEntryId", "PricebookEntry").Required().Once().Blocking(),
            Lookup("Product2Id", "Product2").Counted().Blocking(),
            Lookup("OriginalOrderItemId", "OrderItem").Once(),
            Number("Quantity", 18, 2).Required(),
            Number("AvailableQuantity", 18, 2).Counted(),
            Money("UnitPrice").Required(),
            Money("ListPrice").Counted(),
            Money("TotalPrice").Counted(),
            Day("ServiceDate"),
            Day("EndDate"),
            Text("Description", 255),
            Currency().Counted(),
            .. Selling,
        ];

    private static IEnumerable<Field> OpportunityFields() =>
        [
            Text("Name", 120).Required(),
            Lookup("AccountId", "Account").Along(),
            Text("StageName", 255).Required(),
            Day("CloseDate").Required(),
            Money("Amount"),
            Flag("IsClosed").Counted(),
            Flag("IsWon").Counted(),
            Lookup("Pricebook2Id", "Pricebook2"),
            Lookup("SyncedQuoteId", "Quote"),
            Text("Type", 255),
            Text("OrderNumber__c", 30),
            LongText("Description", 32000),
            Currency(),
        ];

    private static IEnumerable<Field> OpportunityLineFields() =>
        [
            Lookup("OpportunityId", "Opportunity").Required().Once().Along(),
            Lookup("PricebookEntryId", "PricebookEntry").Required().Once().Blocking(),
            Lookup("Product2Id", "Product2").Counted().Blocking(),
            Text("Name", 376).Counted(),
            Text("ProductCode", 255).Counted(),
            Number("Quantity", 12, 2).Required(),
            Money("UnitPrice").Required(),
            Money("ListPrice").Counted(),
            Money("TotalPrice").Counted(),
            Number("Discount", 5, 2),
            Day("ServiceDate"),
            Text("Description", 255),
            Currency().Counted(),
            .. Selling,
        ];
}

/// <summary>Says a field in as many words as it needs.</summary>
internal static class SalesforceFields
{
    public static Field Text(string name, int length) => new(name, FieldKind.Text) { Length = length };

    public static Field LongText(string name, int length) => new(name, FieldKind.LongText) { Length = length };

    public static Field Flag(string name) => new(name, FieldKind.Flag) { Default = false };

    public static Field Day(string name) => new(name, FieldKind.Day);

    public static Field Instant(string name) => new(name, FieldKind.Instant);

    public static Field Number(string name, int digits, int scale) => new(name, FieldKind.Number) { Length = digits, Scale = scale };

    public static Field Whole(string name, int digits) => Number(name, digits, 0);

    /// <summary>Eighteen digits, three of them after the point: what the smallest unit of any active currency needs.</summary>
    public static Field Money(string name) => new(name, FieldKind.Currency) { Length = 18, Scale = 3 };

    /// <summary>A restricted picklist of these values.</summary>
    public static Field Pick(string name, string values) => new(name, FieldKind.Picklist) { Length = 255, Values = values.Split(' ') };

    public static Field Lookup(string name, string to) => new(name, FieldKind.Lookup) { To = to };

    /// <summary>The hub's own reference.</summary>
    public static Field Reference() => new("QtcHub_Id__c", FieldKind.Text) { Length = 64, IsExternalId = true };

    public static Field Currency() =>
        new("CurrencyIsoCode", FieldKind.Picklist)
        {
            Length = 3,
            Values = SalesforceCurrencies.Active,
            Default = SalesforceCurrencies.Corporate,
        };

    public static IEnumerable<Field> Address(string of) =>
        [
            Text($"{of}Street", 255),
            Text($"{of}City", 40),
            Text($"{of}State", 80),
            Text($"{of}PostalCode", 20),
            Text($"{of}Country", 80),
            new($"{of}CountryCode", FieldKind.Picklist) { Length = 10, Values = SalesforceCountries.Codes },
        ];

    public static Field Required(this Field field) => field with { IsRequired = true };

    /// <summary>The org fills it in.</summary>
    public static Field Counted(this Field field) => field with { IsReadOnly = true };

    /// <summary>It is given once and stays.</summary>
    public static Field Once(this Field field) => field with { IsCreateOnly = true };

    /// <summary>The record goes when what it points to goes.</summary>
    public static Field Along(this Field field) => field with { IsCascading = true };

    /// <summary>What it points to stays as long as the record does.</summary>
    public static Field Blocking(this Field field) => field with { IsRestricting = true };
}
