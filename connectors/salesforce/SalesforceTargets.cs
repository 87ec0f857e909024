using System.Collections.Frozen;
using System.Text.RegularExpressions;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Salesforce;

/// <summary>How one record type is written to an org, and found there.</summary>
/// <param name="Object">What the sample metadata calls its object, which is its external type whatever an org calls it.</param>
/// <param name="Part">The hub's part.</param>
/// <param name="Setting">The setting that names another object.</param>
/// <param name="Posted">Top-level canonical fields that never change.</param>
internal sealed record SalesforceTarget(string Object, string Part, string Setting, params IReadOnlyList<string> Posted)
{
    /// <summary>What a record that was there before is found by: canonical field and column; null where nothing tells two apart.</summary>
    public (string Field, string Column)? Match { get; init; }
}

/// <summary>What an org is a target of, and how writing each behaves. The objects are custom ones, as <c>infra/salesforce</c> has them.</summary>
internal static class SalesforceTargets
{
    // A REST call is cut off after 10 minutes; until then a lost one may still commit (README, "Lost answers").
    private static readonly TimeSpan LongestWork = TimeSpan.FromMinutes(10);

    private static readonly (string, string) Number = ("number", "Number__c");
    private static readonly (string, string) Reference = ("processorReference", "Reference__c");

    // Lines are not carried, so they cannot differ here.
    private static readonly string[] Document = ["number", "account", "issuedOn", "currency", "tax", "total"];

    public static readonly FrozenDictionary<RecordType, SalesforceTarget> All = new Dictionary<RecordType, SalesforceTarget>
    {
        [RecordType.Subscription] = new("Subscription__c", "subscription", "subscriptionObject") { Match = Number },
        [RecordType.Invoice] = new("Invoice__c", "invoice", "invoiceObject", Document) { Match = Number },
        [RecordType.DebitMemo] = new("DebitMemo__c", "debit-memo", "debitMemoObject", Document) { Match = Number },
        [RecordType.CreditNote] = new("CreditNote__c", "credit-note", "creditNoteObject", Document) { Match = Number },
        [RecordType.Payment] = new("Payment__c", "payment", "paymentObject", "account", "amount", "receivedOn", "processorReference")
        {
            Match = Reference,
        },
        [RecordType.Refund] = new(
            "Refund__c",
            "refund",
            "refundObject",
            "account",
            "payment",
            "creditNote",
            "amount",
            "refundedOn",
            "processorReference"
        )
        {
            Match = Reference,
        },
        [RecordType.Dispute] = new("Dispute__c", "dispute", "disputeObject", "payment", "amount", "openedOn", "processorReference")
        {
            Match = Reference,
        },
        [RecordType.DocumentState] = new("DocumentState__c", "document-state", "documentStateObject"),
    }.ToFrozenDictionary();

    public static readonly IReadOnlyDictionary<RecordType, TargetFacts> Facts = All.ToFrozenDictionary(
        pair => pair.Key,
        pair => FactsOf(pair.Value)
    );

    private static TargetFacts FactsOf(SalesforceTarget target) =>
        new()
        {
            ExternalType = target.Object,
            Part = target.Part,
            Idempotency = Idempotency.UpsertByExternalId,
            LongestWork = LongestWork,
            ConsistentLookup = true,
            MatchedBy = target.Match is { } match ? [match.Field] : [],
            PostedFields = target.Posted,
        };
}

/// <summary>What one org calls the objects that the hub writes, and the field of each that bears the hub's reference.</summary>
internal sealed partial class SalesforceObjects
{
    private readonly FrozenDictionary<RecordType, string> names;

    private SalesforceObjects(FrozenDictionary<RecordType, string> names) => this.names = names;

    /// <summary>The external id of every one of them.</summary>
    public required string ReferenceField { get; init; }

    /// <summary>The code of an org's only currency: its rows have no currency of their own. Null where they have.</summary>
    public required string? OnlyCurrency { get; init; }

    /// <summary>The object of a record type.</summary>
    public string this[RecordType type] => names[type];

    /// <summary>Reads the settings of a system; a wrong one names its path and the fix.</summary>
    public static SalesforceObjects Of(SalesforceSettings settings) =>
        new(
            SalesforceTargets.All.ToFrozenDictionary(
                pair => pair.Key,
                pair =>
                    settings.Read(
                        pair.Value.Setting,
                        pair.Value.Object,
                        Custom().IsMatch,
                        $"write an object's API name, as {pair.Value.Object}"
                    )
            )
        )
        {
            ReferenceField = settings.Read(
                "referenceField",
                "QtcHub_Id__c",
                Custom().IsMatch,
                "write the API name of the field that is the external id of every object the hub writes, as QtcHub_Id__c"
            ),
            OnlyCurrency = settings.OnlyCurrency,
        };

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,79}__c$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Custom();
}
