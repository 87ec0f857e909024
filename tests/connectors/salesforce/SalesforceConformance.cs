namespace QtcHub.Tests.Connectors.Salesforce;

public sealed class SalesforceConformance() : ConnectorConformance("salesforce");
