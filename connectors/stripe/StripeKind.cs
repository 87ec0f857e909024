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
            StableEventIds = true,
            Sources = new Dictionary<RecordType, string>
            {
                [RecordType.BillingAccount] = Customer,
                [RecordType.Invoice] = Invoice,
                [RecordType.Payment] = PaymentIntent,
                [RecordType.CreditNote] = CreditNote,
                [RecordType.Refund] = Refund,
                [RecordType.Dispute] = Dispute,
                [RecordType.SettlementItem] = BalanceTransaction,
                [RecordType.Payout] = Payout,
            },
            Lists = new Dictionary<string, string> { [PayoutItems] = BalanceTransaction },
        };

    /// <inheritdoc />
    public IConnector Create(ConnectorContext context) => new StripeConnector(context);
}
