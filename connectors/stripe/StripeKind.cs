using QtcHub.Canonical;

namespace QtcHub.Connectors.Stripe;

/// <summary>Stripe Billing and Payments, API v1.</summary>
public sealed class StripeKind : IConnectorKind
{
    internal const string Customer = "customer";
    internal const string Invoice = "invoice";
    internal const string PaymentIntent = "payment_intent";
    internal const string CreditNote = "credit_note";
    internal const string Refund = "refund";
    internal const string Dispute = "dispute";
    internal const string Product = "product";
    internal const string Subscription = "subscription";
    internal const string BalanceTransaction = "balance_transaction";
    internal const string Payout = "payout";

    /// <summary>The list of an automatic payout's balance transactions.</summary>
    internal const string PayoutItems = "payout_items";

    /// <inheritdoc />
    public string Name => "stripe";

    /// <inheritdoc />
    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["billing", "payments"],
            CredentialSets =
            [
                [StripeOptions.ApiKey],
            ],
            WebhookSecret = StripeOptions.WebhookSecret,
            PreviousWebhookSecret = StripeOptions.PreviousWebhookSecret,
            StableEventIds = true,
            Sources = new Dictionary<RecordType, string>
            {
                [RecordType.BillingAccount] = Customer,
                [RecordType.Product] = Product,
                [RecordType.Subscription] = Subscription,
                [RecordType.Invoice] = Invoice,
                [RecordType.Payment] = PaymentIntent,
                [RecordType.CreditNote] = CreditNote,
                [RecordType.Refund] = Refund,
                [RecordType.Dispute] = Dispute,
                [RecordType.SettlementItem] = BalanceTransaction,
                [RecordType.Payout] = Payout,
            },
            Targets = new Dictionary<RecordType, TargetFacts>
            {
                [RecordType.BillingAccount] = new()
                {
                    ExternalType = Customer,
                    Part = Customer,
                    Idempotency = Idempotency.KeyHeader,
                    KeyLife = TimeSpan.FromHours(24),
                    Replay = Replay.StoredAnswer,
                    LongestWork = LongestWork,
                    // By the hub's reference a customer is found only by the search, which lags behind what was written.
                    ConsistentLookup = false,
                    MatchedBy = ["email"],
                },
            },
            Lists = new Dictionary<string, string> { [PayoutItems] = BalanceTransaction },
        };

    // Stripe says nothing of it; its own libraries give a call up after 80 seconds.
    private static readonly TimeSpan LongestWork = TimeSpan.FromMinutes(5);

    /// <inheritdoc />
    public IConnector Create(ConnectorContext context) => new StripeConnector(context);
}
