using QtcHub.Canonical;

namespace QtcHub.Connectors.Stripe;

/// <summary>What one Stripe account needs to be read: where its secrets are, and the limits of reading it.</summary>
internal sealed record StripeOptions
{
    public const string ApiKey = "apiKey";
    public const string WebhookSecret = "webhookSecret";
    public const string PreviousWebhookSecret = "webhookSecretPrevious";

    /// <summary>
    /// The API version every request asks for and the only one whose event objects are used as they are. Source: <c>APIVersion</c> of stripe-go
    /// 86.2.0 (2026-07-29), the first release with the resources of Stripe's published examples of August 2026.
    /// </summary>
    public const string ApiVersion = "2026-07-29.dahlia";

    /// <summary>Most entries Stripe gives per page.</summary>
    public const int PageSize = 100;

    /// <summary>Most pages read of one list: 10 000 lines or applications.</summary>
    public const int MaxPages = 100;

    /// <summary>How old or early a webhook's signature may be; Stripe's own libraries use the same.</summary>
    public static readonly TimeSpan SignatureTolerance = TimeSpan.FromSeconds(300);

    /// <summary>
    /// Stripe objects bear no modification stamp, so a read is as new as its answer's Date. The header has whole seconds and the object may be read
    /// shortly before it is written: two seconds either way cover both.
    /// </summary>
    public static readonly TimeSpan ReadMargin = TimeSpan.FromSeconds(2);

    private const string Account = "account";

    private static readonly char[] Separators = [',', ' ', '\t', '\r', '\n'];

    private readonly ConnectorContext context;

    private StripeOptions(ConnectorContext context) => this.context = context;

    /// <summary>Whether anybody takes the balance's movements: no event tells of them, so a poll has to list them.</summary>
    public bool ListsMovements => context.IsTaken(RecordType.SettlementItem);

    /// <summary>How far a poll reaches back behind what it has seen: events may become visible late.</summary>
    public TimeSpan PollOverlap => context.System.PollOverlap;

    /// <summary>What the clearing accounts of its balance are told apart by: the setting <c>account</c>, else the system's own name.</summary>
    public string ProcessorAccount =>
        context.System.Settings.GetValueOrDefault(Account) is { Length: > 0 } account ? account : context.System.Name;

    public static StripeOptions Of(ConnectorContext context) => new(context);

    /// <summary>The API key as it is now, or null; asked for at each call, so that a rolled key needs no restart.</summary>
    public string? FindApiKey() => context.FindSecret(ApiKey)?.Trim();

    /// <summary>Every webhook secret that is valid now: while one is rolled there are two.</summary>
    public IReadOnlyList<string> FindWebhookSecrets() =>
        [
            .. new[] { context.FindSecret(WebhookSecret), context.FindSecret(PreviousWebhookSecret) }
                .OfType<string>()
                .SelectMany(Split)
                .Distinct(StringComparer.Ordinal),
        ];

    private static string[] Split(string text) => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
}
