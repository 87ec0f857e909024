namespace QtcHub.Tests.Connectors.Stripe;

public sealed class StripeConformance() : ConnectorConformance("stripe");
