using QtcHub.Canonical;

namespace QtcHub.Connectors.Stripe;

/// <summary>Stripe Billing and Payments, API v1.</summary>
public sealed class StripeKind : IConnectorKind
{
    internal const string Customer = "customer";
    internal const string Invoice = "invoice";
    internal const string PaymentIntent = "payment_intent";

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
            },
        };

    /// <inheritdoc />
    public IConnector Create(ConnectorContext context) => new StripeConnector(context);
}
