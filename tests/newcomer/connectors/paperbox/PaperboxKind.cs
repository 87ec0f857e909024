using QtcHub.Canonical;

namespace QtcHub.Connectors.Paperbox;

/// <summary>Paperbox Billing, API v1.</summary>
public sealed class PaperboxKind : IConnectorKind
{
    internal const string Account = "account";

    /// <inheritdoc />
    public string Name => "paperbox";

    /// <inheritdoc />
    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["billing"],
            CredentialSets =
            [
                [PaperboxOptions.ApiKey],
            ],
            WebhookSecret = PaperboxOptions.WebhookSecret,
            StableEventIds = true,
            Sources = new Dictionary<RecordType, string> { [RecordType.BillingAccount] = Account },
            Targets = new Dictionary<RecordType, TargetFacts>
            {
                [RecordType.BillingAccount] = new()
                {
                    ExternalType = Account,
                    Part = Account,
                    Idempotency = Idempotency.KeyHeader,
                    KeyLife = TimeSpan.FromHours(24),
                    Replay = Replay.ReexecuteFailures,
                    // Paperbox gives a call up after 30 seconds and rolls it back.
                    LongestWork = TimeSpan.FromSeconds(30),
                    ConsistentLookup = true,
                },
            },
        };

    /// <inheritdoc />
    public IConnector Create(ConnectorContext context) => new PaperboxConnector(context);
}
