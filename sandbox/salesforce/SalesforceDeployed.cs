using static QtcHub.Sandbox.Salesforce.SalesforceFields;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>The company's own objects, as the metadata that ships with the hub deploys them: what billing and the processor know, for sales to see.</summary>
internal static class SalesforceDeployed
{
    private const string DocumentStatuses = "draft open paid uncollectible void";
    private const string MoneyStatuses = "pending succeeded failed canceled";
    private const string Makers = "billing processor bank";

    public static IReadOnlyList<SObject> Objects { get; } =
    [
        new("Invoice__c", "a00", Document()) { Canonical = "Invoice" },
        new("DebitMemo__c", "a01", Memo()) { Canonical = "DebitMemo" },
        new("CreditNote__c", "a02", Memo()) { Canonical = "CreditNote" },
        new("Payment__c", "a03", Payment()) { Canonical = "Payment", NameCountedBy = "P-" },
        new("Refund__c", "a04", Refund()) { Canonical = "Refund", NameCountedBy = "R-" },
        new("Dispute__c", "a05", Dispute()) { Canonical = "Dispute", NameCountedBy = "D-" },
        new("Subscription__c", "a06", Subscription()) { Canonical = "Subscription" },
        new("DocumentState__c", "a07", DocumentState()) { Canonical = "DocumentState", NameCountedBy = "S-" },
    ];

    private static IEnumerable<Field> Document() =>
        [
            Name(),
            Currency(),
            Reference(),
            Lookup("Account__c", "Account").Blocking(),
            Text("CustomerPo__c", 255),
            Day("DueOn__c"),
            Text("Entity__c", 80).Required(),
            Text("ExternalNumber__c", 255),
            Day("IssuedOn__c").Required(),
            LongText("Memo__c", 32768),
            Text("Number__c", 255).Required(),
            Pick("Status__c", DocumentStatuses).Required(),
            Money("Tax__c").Required(),
            Text("Terms__c", 80),
            Money("Total__c").Required(),
        ];

    private static IEnumerable<Field> Memo() => [.. Document(), Lookup("Invoice__c", "Invoice__c").Blocking(), Text("Reason__c", 255)];

    private static IEnumerable<Field> Payment() =>
        [
            Name().Counted(),
            Currency(),
            Reference(),
            Lookup("Account__c", "Account").Blocking(),
            Money("Amount__c").Required(),
            Text("Entity__c", 80).Required(),
            Pick("MadeBy__c", Makers),
            Text("Method__c", 80),
            Day("ReceivedOn__c").Required(),
            Text("Reference__c", 255).Required(),
            LongText("Remittance__c", 32768),
            Pick("Status__c", MoneyStatuses).Required(),
        ];

    private static IEnumerable<Field> Refund() =>
        [
            Name().Counted(),
            Currency(),
            Reference(),
            Lookup("Account__c", "Account").Blocking(),
            Money("Amount__c").Required(),
            Lookup("CreditNote__c", "CreditNote__c").Blocking(),
            Text("Entity__c", 80).Required(),
            Pick("MadeBy__c", Makers),
            Text("Method__c", 80),
            Lookup("Payment__c", "Payment__c").Blocking(),
            Text("Reason__c", 255),
            Text("Reference__c", 255),
            Day("RefundedOn__c").Required(),
            Pick("Status__c", MoneyStatuses).Required(),
        ];

    private static IEnumerable<Field> Dispute() =>
        [
            Name().Counted(),
            Currency(),
            Reference(),
            Money("Amount__c").Required(),
            Text("Entity__c", 80).Required(),
            Day("EvidenceDueOn__c"),
            Day("OpenedOn__c").Required(),
            Lookup("Payment__c", "Payment__c").Blocking(),
            Text("Reason__c", 255),
            Text("Reference__c", 255).Required(),
            Pick("Status__c", "inquiry open won lost").Required(),
        ];

    private static IEnumerable<Field> Subscription() =>
        [
            Name(),
            Currency(),
            Reference(),
            Lookup("Account__c", "Account").Blocking(),
            Day("CanceledOn__c"),
            Day("EndsOn__c"),
            Text("Entity__c", 80).Required(),
            Text("Number__c", 255).Required(),
            Text("OrderNumber__c", 255),
            Flag("RenewsItself__c"),
            Day("StartsOn__c"),
            Pick("Status__c", "draft pending active suspended canceled expired").Required(),
            Pick("TermKind__c", "termed evergreen").Required(),
            Whole("TermLength__c", 9),
            Pick("TermUnit__c", "day week month year"),
            Whole("Version__c", 9).Required(),
        ];

    private static IEnumerable<Field> DocumentState() =>
        [
            Name().Counted(),
            Currency(),
            Reference(),
            Money("Balance__c").Required(),
            Lookup("CreditNote__c", "CreditNote__c").Blocking(),
            Lookup("DebitMemo__c", "DebitMemo__c").Blocking(),
            Day("DueOn__c"),
            Text("DunningStage__c", 80),
            Text("Entity__c", 80).Required(),
            Day("ExtendedDueOn__c"),
            Lookup("Invoice__c", "Invoice__c").Blocking(),
            Pick("Status__c", "unpaid partly-paid paid uncollectible").Required(),
        ];

    private static Field Name() => Text("Name", 80);
}
