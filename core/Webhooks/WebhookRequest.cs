namespace QtcHub.Webhooks;

/// <summary>One webhook request as it came: header names in lower case, the raw body, and when it arrived.</summary>
public sealed record WebhookRequest(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, DateTimeOffset ReceivedAt);

/// <summary>What verification found.</summary>
public abstract record WebhookVerdict
{
    private WebhookVerdict() { }

    /// <summary>Authentic; <paramref name="EventId"/> is null only where the vendor declares none.</summary>
    public sealed record Verified(string? EventId) : WebhookVerdict;

    /// <summary>Not authentic, too old, or no secret is set. The rule is a fixed name such as <c>signature-mismatch</c>.</summary>
    public sealed record Refused(string Rule) : WebhookVerdict;

    /// <summary>Authentic but not a readable envelope (400).</summary>
    public sealed record Unreadable(string Rule) : WebhookVerdict;

    /// <summary>No secret is configured: the endpoint cannot judge (503).</summary>
    public sealed record NoSecret : WebhookVerdict;
}
