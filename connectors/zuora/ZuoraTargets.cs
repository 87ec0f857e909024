using QtcHub.Canonical;

namespace QtcHub.Connectors.Zuora;

/// <summary>What Zuora is a target of, and how writing each behaves. An external type is called as its source is, so that one claim serves both ways.</summary>
internal static class ZuoraTargets
{
    // Zuora keeps a key for 24 hours. A minute less, so that none ends while a call is repeated under it.
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1);

    // The gateway gives a request up after 120 seconds, and Zuora may carry it out all the same (README, "Lost answers").
    private static readonly TimeSpan LongestWork = TimeSpan.FromMinutes(10);

    public static IReadOnlyDictionary<RecordType, TargetFacts> Facts { get; } =
        new Dictionary<RecordType, TargetFacts>
        {
            [RecordType.BillingAccount] = Keyed(ZuoraKind.Account, ["number"], ["number", "currency", "terms"]),
            [RecordType.Product] = Keyed(ZuoraKind.Product, ["sku"], []),
            [RecordType.Order] = Keyed("order", [], ["number", "account", "customerPo", "currency", "orderedOn", "lines"]),
            [RecordType.Payment] = Keyed(
                ZuoraKind.Payment,
                ["processorReference"],
                ["account", "amount", "receivedOn", "processorReference"]
            ) with
            {
                WriteOff = Keyed("write-off", [], ["invoice", "amount", "appliedOn", "reason"]),
            },
            [RecordType.Refund] = Settled(
                ZuoraKind.Refund,
                ["account", "payment", "creditNote", "amount", "refundedOn", "processorReference"]
            ),
            [RecordType.Dispute] = Settled("chargeback", ["payment", "amount", "processorReference"]),
        };

    /// <summary>Made by one call under a key. A PUT takes none, and one that is carried out late would undo what was said after it.</summary>
    private static TargetFacts Keyed(string type, IReadOnlyList<string> matchedBy, IReadOnlyList<string> posted) =>
        new()
        {
            ExternalType = type,
            Part = type,
            Idempotency = Idempotency.KeyHeaderOnCreate,
            KeyLife = KeyLife,
            Replay = Replay.StoredAnswer,
            LongestWork = LongestWork,
            ConsistentLookup = true,
            MatchedBy = matchedBy,
            PostedFields = posted,
        };

    /// <summary>
    /// A refund, before which the payment may have to be unapplied: a PUT, which takes no key and would unapply twice. So the hub looks before it sends
    /// again, and waits until nothing can be at work any more; the refund itself goes under a key all the same.
    /// </summary>
    private static TargetFacts Settled(string part, IReadOnlyList<string> posted) =>
        new()
        {
            ExternalType = ZuoraKind.Refund,
            Part = part,
            Idempotency = Idempotency.None,
            LongestWork = LongestWork,
            ConsistentLookup = true,
            MatchedBy = ["processorReference"],
            PostedFields = posted,
        };
}

/// <summary>Where a target's records are: the collection of their operations, the object of queries, and the field that holds what they are matched by.</summary>
internal sealed record ZuoraPlace(string Collection, string Object, string Match)
{
    public static readonly ZuoraPlace Accounts = new("accounts", "Account", "AccountNumber");
    public static readonly ZuoraPlace Orders = new("orders", "Order", "OrderNumber");
    public static readonly ZuoraPlace Products = new("products", "Product", "SKU");
    public static readonly ZuoraPlace Payments = new("payments", "Payment", "ReferenceId");
    public static readonly ZuoraPlace CreditMemos = new("creditmemos", "CreditMemo", "Comment");
    public static readonly ZuoraPlace Refunds = new("refunds", "Refund", "ReferenceID");
}
