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

    internal const string Contact = "Contact";
    internal const string Product = "Product2";

    /// <summary>An order, and where the hub is set up so an opportunity that was won: their ids tell them apart.</summary>
    internal const string Order = "Order";

    /// <inheritdoc />
    public string Name => "salesforce";

    /// <inheritdoc />
    public ConnectorFacts Facts { get; } =
        new()
        {
            Roles = ["crm"],
            CredentialSets = [SalesforceAuth.ClientCredentials, SalesforceAuth.JwtBearer],
            Targets = SalesforceTargets.Facts,
        };

    /// <inheritdoc />
    public IConnector Create(ConnectorContext context) =>
        new SalesforceConnector(SalesforceCalls.Over(context), SalesforceObjects.Of(new SalesforceSettings(context.System)));
}
