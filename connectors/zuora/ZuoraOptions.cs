using System.Text.RegularExpressions;

namespace QtcHub.Connectors.Zuora;

/// <summary>What one Zuora tenant needs to be read: where its secrets are, and the limits of reading it.</summary>
internal sealed partial record ZuoraOptions
{
    public const string ClientId = "clientId";
    public const string ClientSecret = "clientSecret";
    public const string WebhookSecret = "webhookSecret";
    public const string PreviousWebhookSecret = "webhookSecretPrevious";

    /// <summary>The user of a callout's Basic authentication where the secret is a password alone.</summary>
    public const string DefaultUser = "zuora";

    /// <summary>Most rows Zuora gives per page of a list. Source: developer.zuora.com/docs/guides/pagination.</summary>
    public const int PageSize = 40;

    /// <summary>Most pages read of one list: 10 000 items or parts.</summary>
    public const int MaxPages = 250;

    /// <summary>Rows per page of a query: as many deliveries are stored before the cursor moves.</summary>
    public const int QueryPageSize = 200;

    /// <summary>
    /// An account as it is read bears no modification stamp, so such a read is as new as its answer's Date. The header has whole seconds and the record
    /// may be read shortly before it is written: two seconds either way cover both.
    /// </summary>
    public static readonly TimeSpan ReadMargin = TimeSpan.FromSeconds(2);

    private static readonly char[] Separators = [' ', '\t', '\r', '\n'];

    private readonly ConnectorContext context;

    private ZuoraOptions(ConnectorContext context, string? referenceField) => (this.context, ReferenceField) = (context, referenceField);

    /// <summary>Today in the calendar of the tenant's company.</summary>
    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(context.Time.GetUtcNow(), context.Entity.TimeZone).DateTime);

    /// <summary>The tenant's own field, on accounts, products, payments, refunds and orders, that bears the hub's reference; null where it has none.</summary>
    public string? ReferenceField { get; }

    /// <summary>Reads the settings of a system; a wrong one names its path and the fix.</summary>
    public static ZuoraOptions Of(ConnectorContext context)
    {
        var field = context.System.Settings.GetValueOrDefault("referenceField")?.Trim();
        return field is null || FieldName().IsMatch(field)
            ? new ZuoraOptions(context, field)
            : throw new ArgumentException(
                $"systems.{context.System.Name}.settings.referenceField: write the API name of an indexed text field, which ends in __c, e.g. QtcHubId__c, or leave it out",
                nameof(context)
            );
    }

    /// <summary>Id and secret of the OAuth client, or the name of the credential that does not resolve.</summary>
    public (string? Id, string? Secret, string? Missing) FindClient()
    {
        var (id, secret) = (context.FindSecret(ClientId)?.Trim(), context.FindSecret(ClientSecret)?.Trim());
        return (
            id,
            secret,
            string.IsNullOrEmpty(id) ? ClientId
            : string.IsNullOrEmpty(secret) ? ClientSecret
            : null
        );
    }

    /// <summary>Every <c>user:password</c> that is valid now: while one is rotated there are two.</summary>
    public IReadOnlyList<string> FindWebhookSecrets() =>
        [
            .. new[] { context.FindSecret(WebhookSecret), context.FindSecret(PreviousWebhookSecret) }
                .OfType<string>()
                .SelectMany(text => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
                .Select(secret => secret.Contains(':', StringComparison.Ordinal) ? secret : $"{DefaultUser}:{secret}")
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>Texts that no fault may repeat.</summary>
    public IReadOnlyList<string> FindSecrets()
    {
        var (id, secret, _) = FindClient();
        return [.. FindWebhookSecrets().Select(pair => pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..]), id ?? "", secret ?? ""];
    }

    [GeneratedRegex(
        "^[A-Za-z][A-Za-z0-9_]*__c$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex FieldName();
}
