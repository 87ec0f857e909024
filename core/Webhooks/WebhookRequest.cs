namespace QtcHub.Webhooks;

/// <summary>One webhook request as it came: header names in lower case, the raw body, and when it arrived.</summary>
public sealed record WebhookRequest(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, DateTimeOffset ReceivedAt)
{
    /// <summary>The query of its address as it came, or empty: where a vendor that signs nothing and sends no header of ours bears the secret. Never log it.</summary>
    public string Query { get; init; } = "";
}

/// <summary>What verification found.</summary>
public abstract record WebhookVerdict
{
    private WebhookVerdict() { }

    /// <summary>Authentic; <paramref name="EventId"/> is null only where the vendor declares none.</summary>
    public sealed record Verified(string? EventId) : WebhookVerdict
    {
        /// <summary>What is stored in the body's place, where the body bears what must not be kept, e.g. a session of the vendor's; empty: the body as it came.</summary>
        public ReadOnlyMemory<byte> Kept { get; init; }
    }

    /// <summary>Not authentic, too old, or no secret is set. The rule is a fixed name such as <c>signature-mismatch</c>.</summary>
    public sealed record Refused(string Rule) : WebhookVerdict;

    /// <summary>Authentic but not a readable envelope (400).</summary>
    public sealed record Unreadable(string Rule) : WebhookVerdict;

    /// <summary>No secret is configured: the endpoint cannot judge (503).</summary>
    public sealed record NoSecret : WebhookVerdict;
}
