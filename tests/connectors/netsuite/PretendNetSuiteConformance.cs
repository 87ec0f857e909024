namespace QtcHub.Tests.Connectors.NetSuite;

public sealed class PretendNetSuiteConformance() : PretendVendorConformance("netsuite");
