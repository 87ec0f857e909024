namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraConformance() : ConnectorConformance("zuora");
