namespace QtcHub.Tests.Connectors.Paperbox;

public sealed class PaperboxConformance() : ConnectorConformance("paperbox");
