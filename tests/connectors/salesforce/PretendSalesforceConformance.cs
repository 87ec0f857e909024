using QtcHub.Sandbox.Salesforce;

namespace QtcHub.Tests.Connectors.Salesforce;

public sealed class PretendSalesforceConformance() : PretendVendorConformance("salesforce")
{
    protected override IReadOnlyDictionary<string, string> Settings { get; } =
        new Dictionary<string, string> { ["organization"] = PretendSalesforce.OrganizationId };
}
