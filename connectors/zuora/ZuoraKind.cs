using QtcHub.Canonical;

namespace QtcHub.Connectors.Zuora;

/// <summary>Zuora Billing with Invoice Settlement, REST API v1.</summary>
public sealed class ZuoraKind : IConnectorKind
{
    internal const string Account = "account";
    internal const string Subscription = "subscription";
    internal const string BillRun = "bill-run";
    internal const string Invoice = "invoice";
    internal const string DebitMemo = "debit-memo";
    internal const string CreditMemo = "credit-memo";
    internal const string Payment = "payment";
    internal const string Application = "application";
    internal const string Refund = "refund";
    internal const string Product = "product";

    /// <summary>What is owed of an invoice, debit memo or credit memo: the document read for its balance alone.</summary>
    internal const string DocumentState = "document-state";

    /// <summary>The applications of a payment, and of a credit memo: a callout tells only of what they belong to.</summary>
    internal const string PaymentParts = "payment-parts";
    internal const string CreditMemoParts = "credit-memo-parts";

    /// <summary>The product of a rate plan: a charge that changed says no more of where it belongs.</summary>
    internal const string PlanProduct = "rate-plan-product";

    /// <summary>Of what type the records of a list are.</summary>
    internal static readonly IReadOnlyDictionary<string, string> MembersOf = new Dictionary<string, string>
    {
        [PaymentParts] = Application,
        [CreditMemoParts] = Application,
        [PlanProduct] = Product,
    };

    /// <inheritdoc />
    public string Name => "zuora";

    /// <inheritdoc />
    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["billing"],
            CredentialSets =
            [
                [ZuoraOptions.ClientId, ZuoraOptions.ClientSecret],
            ],
            WebhookSecret = ZuoraOptions.WebhookSecret,
            PreviousWebhookSecret = ZuoraOptions.PreviousWebhookSecret,
            StableEventIds = false,
            Sources = new Dictionary<RecordType, string>
            {
                [RecordType.BillingAccount] = Account,
                [RecordType.Subscription] = Subscription,
                [RecordType.BillRun] = BillRun,
                [RecordType.Invoice] = Invoice,
                [RecordType.DebitMemo] = DebitMemo,
                [RecordType.CreditNote] = CreditMemo,
                [RecordType.Payment] = Payment,
                [RecordType.Application] = Application,
                [RecordType.Refund] = Refund,
                [RecordType.DocumentState] = DocumentState,
                [RecordType.Product] = Product,
            },
            Targets = ZuoraTargets.Facts,
            Lists = MembersOf,
        };

    /// <inheritdoc />
    public IConnector Create(ConnectorContext context) => new ZuoraConnector(context);
}
