using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Core.Connectors;

/// <summary>A kind of system that only these tests know: it is both a source and a target, and what it promises as a target is chosen per test.</summary>
internal sealed class ScriptedKind(TargetPromise promise, ScriptedVendor vendor) : IConnectorKind
{
    public string Name => "scripted";

    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["billing", "erp"],
            CredentialSets =
            [
                ["token"],
            ],
            StableEventIds = vendor.NamesEvents,
            Acknowledgement = new Acknowledgement("text/plain", "taken"),
            Sources = new Dictionary<RecordType, string> { [RecordType.BillingAccount] = "account", [RecordType.Invoice] = "bill" },
            Lists = new Dictionary<string, string> { ["bills"] = "bill" },
            Targets = new Dictionary<RecordType, TargetFacts>
            {
                [RecordType.BillingAccount] = Target(promise, promise.SharesTypes ? "account" : "customer", []),
                [RecordType.Invoice] = Target(
                    promise,
                    promise.SharesTypes ? "bill" : "entry",
                    ["number", "account", "currency", "lines", "total"]
                ),
            },
        };

    public IConnector Create(ConnectorContext context) =>
        new ScriptedConnector(context.System.Name, vendor, new VendorHttp(context with { Handler = vendor.Wire }));

    private static TargetFacts Target(TargetPromise promise, string type, IReadOnlyList<string> posted) =>
        new()
        {
            ExternalType = type,
            Part = type,
            Idempotency = promise.Idempotency,
            KeyLife = promise.KeyLife,
            LongestWork = TimeSpan.FromSeconds(30),
            ConsistentLookup = promise.Lookup,
            PostedFields = posted,
            MatchedBy = ["number"],
        };
}

/// <summary>How a target keeps a repeated write from doubling.</summary>
internal sealed record TargetPromise(Idempotency Idempotency, TimeSpan KeyLife, bool Lookup)
{
    /// <summary>Whether what it is sent bears the same type names as what it tells of.</summary>
    public bool SharesTypes { get; init; }

    public static TargetPromise Upsert { get; } = new(Idempotency.UpsertByExternalId, TimeSpan.Zero, Lookup: true);

    public static TargetPromise Key { get; } = new(Idempotency.KeyHeader, TimeSpan.FromHours(24), Lookup: false);

    public static TargetPromise Nothing { get; } = new(Idempotency.None, TimeSpan.Zero, Lookup: false);
}
