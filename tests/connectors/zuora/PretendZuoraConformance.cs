namespace QtcHub.Tests.Connectors.Zuora;

public sealed class PretendZuoraConformance() : PretendVendorConformance("zuora");
