namespace QtcHub.Tests.Connectors.Salesforce;

public sealed class PretendSalesforceConformance() : PretendVendorConformance("salesforce");
