using System.Collections.Frozen;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Salesforce;

/// <summary>Salesforce Sales Cloud over its REST API: a source of customers, their people, the catalogue and what was sold; a target of what billing
/// and the processor know.</summary>
public sealed class SalesforceKind : IConnectorKind
{
    internal const string Account = "Account";

    /// <summary>Who is billed: the account once more, for the CRM keeps both in one row.</summary>
    internal const string AccountBilling = "AccountBilling";

    /// <summary>
    /// What an account is of concern to: itself as a customer where accounts are under it, and the one that it is under, as a customer and, for its own account
    /// belongs to it from when it has others, as an account. A list.
    /// </summary>
    internal const string AccountCustomers = "AccountCustomers";

    internal const string Contact = "Contact";
    internal const string Product = "Product2";

    /// <summary>An order, and where the hub is set up so an opportunity that was won: their ids tell them apart.</summary>
    internal const string Order = "Order";

    /// <summary>An opportunity: a list of itself where it is won, and of nothing where it is not.</summary>
    internal const string Opportunity = "Opportunity";

    /// <summary>What a price, a line of an order and a line of an opportunity belong to: a message about one says no more than its own id.</summary>
    internal const string PriceProduct = "PricebookEntry";
    internal const string ItemOrder = "OrderItem";
    internal const string LineOpportunity = "OpportunityLineItem";

    private static readonly FrozenDictionary<RecordType, string> Read = new Dictionary<RecordType, string>
    {
        [RecordType.Customer] = Account,
        [RecordType.BillingAccount] = AccountBilling,
        [RecordType.Contact] = Contact,
        [RecordType.Product] = Product,
        [RecordType.Order] = Order,
    }.ToFrozenDictionary();

    /// <summary>The name of what a record is read as.</summary>
    internal static string TypeOf(RecordType record) => Read[record];

    /// <inheritdoc />
    public string Name => "salesforce";

    /// <inheritdoc />
    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["crm"],
            CredentialSets = [SalesforceAuth.ClientCredentials, SalesforceAuth.JwtBearer],
            WebhookSecret = SalesforceOptions.WebhookSecret,
            // A message that is sent again may hold other notifications than before: each is read.
            StableEventIds = false,
            WebhookMediaTypes = ["text/xml", "application/soap+xml"],
            WebhookBodyLimit = SalesforceWebhook.BodyLimit,
            Acknowledgement = SalesforceWebhook.Taken,
            Sources = Read,
            Targets = SalesforceTargets.Facts,
            Lists = new Dictionary<string, string>
            {
                [AccountCustomers] = Account,
                [PriceProduct] = Product,
                [ItemOrder] = Order,
                [Opportunity] = Order,
                [LineOpportunity] = Order,
            }.ToFrozenDictionary(),
        };

    /// <inheritdoc />
    public IConnector Create(ConnectorContext context) => new SalesforceConnector(context);
}
