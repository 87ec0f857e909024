namespace QtcHub.Connectors.Salesforce;

/// <summary>One Salesforce org.</summary>
internal sealed class SalesforceConnector(SalesforceCalls calls) : IConnector
{
    public SalesforceCalls Calls => calls;
}
