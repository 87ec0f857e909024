using System.Collections.Frozen;
using QtcHub.Canonical;

namespace QtcHub.Connectors.NetSuite;

/// <summary>
/// Oracle NetSuite over its REST web services: a target of customers, of the documents of receivables and what is applied to them, of journals and items; and a
/// source of what the bank received.
/// </summary>
public sealed class NetSuiteKind : IConnectorKind
{
    // A synchronous REST call is cut off by NetSuite after 15 minutes; until then a lost one may still commit (README, "Limits").
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(15);

    private static readonly string[] Document = ["number", "account", "issuedOn", "currency", "lines", "tax", "total"];

    /// <inheritdoc />
    public string Name => "netsuite";

    /// <inheritdoc />
    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["erp"],
            CredentialSets = [NetSuiteAuth.TokenBased, NetSuiteAuth.ClientCredentials],
            Sources = new Dictionary<RecordType, string> { [RecordType.Payment] = NetSuiteChanges.Receipt }.ToFrozenDictionary(),
            Targets = new Dictionary<RecordType, TargetFacts>
            {
                [RecordType.Customer] = Target(RecordType.Customer, []),
                [RecordType.BillingAccount] = Target(RecordType.BillingAccount, []),
                [RecordType.Invoice] = Target(RecordType.Invoice, Document),
                [RecordType.DebitMemo] = Target(RecordType.DebitMemo, Document),
                [RecordType.CreditNote] = Target(RecordType.CreditNote, Document),
                [RecordType.Payment] = Target(RecordType.Payment, ["account", "amount", "receivedOn", "processorReference"]),
                [RecordType.Application] = Target(RecordType.Application, ["payment", "creditNote", "writeOff", "invoice", "debitMemo"]),
                [RecordType.Refund] = Target(
                    RecordType.Refund,
                    ["account", "payment", "creditNote", "amount", "refundedOn", "processorReference"]
                ),
                [RecordType.Dispute] = Target(RecordType.Dispute, ["payment", "amount", "processorReference"]),
                [RecordType.SettlementItem] = Target(
                    RecordType.SettlementItem,
                    ["processorAccount", "kind", "gross", "fees", "net", "original", "createdOn"]
                ),
                [RecordType.Payout] = Target(RecordType.Payout, ["processorAccount", "amount", "arrivesOn"]),
                [RecordType.JournalEntry] = Target(RecordType.JournalEntry, ["number", "postedOn", "lines"]),
                [RecordType.Product] = Target(RecordType.Product, []),
            }.ToFrozenDictionary(),
        };

    /// <inheritdoc />
    public IConnector Create(ConnectorContext context) => new NetSuiteConnector(context, NetSuiteOptions.Of(context.System));

    private static TargetFacts Target(RecordType type, IReadOnlyList<string> posted)
    {
        var target = NetSuiteRecords.Of(type);
        return new TargetFacts
        {
            ExternalType = target.ExternalType,
            Part = target.Part,
            Idempotency = Idempotency.UpsertByExternalId,
            LongestWork = LongestCall,
            ConsistentLookup = true,
            PostedFields = posted,
            MatchedBy = NetSuiteRecords.MatchOf(type) is { } match ? [match.Field] : [],
        };
    }
}
