namespace QtcHub.Connectors.Paperbox;

/// <summary>What one Paperbox account needs: where its secrets are, and the limits of reading it.</summary>
internal sealed class PaperboxOptions(ConnectorContext context)
{
    public const string ApiKey = "apiKey";
    public const string WebhookSecret = "webhookSecret";

    /// <summary>Most entries that Paperbox gives per page.</summary>
    public const int PageSize = 50;

    /// <summary>How old or early a webhook's signature may be; Paperbox signs each sending anew.</summary>
    public static readonly TimeSpan SignatureTolerance = TimeSpan.FromMinutes(5);

    /// <summary>The API key as it is now, or null; asked for at each call, so that a rolled key needs no restart.</summary>
    public string? FindApiKey() => context.FindSecret(ApiKey);

    /// <summary>The webhook secret as it is now, or null.</summary>
    public string? FindWebhookSecret() => context.FindSecret(WebhookSecret);
}
