namespace QtcHub.Tests.Connectors.Paperbox;

public sealed class PretendPaperboxConformance() : PretendVendorConformance("paperbox");
