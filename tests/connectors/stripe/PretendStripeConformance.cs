namespace QtcHub.Tests.Connectors.Stripe;

public sealed class PretendStripeConformance() : PretendVendorConformance("stripe");
