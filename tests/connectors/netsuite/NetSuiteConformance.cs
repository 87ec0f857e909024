namespace QtcHub.Tests.Connectors.NetSuite;

public sealed class NetSuiteConformance() : ConnectorConformance("netsuite")
{
    protected override IReadOnlyDictionary<string, string> Settings => NetSuiteBench.Settings;
}
