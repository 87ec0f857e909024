namespace QtcHub.Webhooks;

/// <summary>The answer to an accepted webhook: the delivery's id, and <c>accepted</c> or <c>duplicate</c>.</summary>
public sealed record WebhookAccepted(string Delivery, string Result);
