using System.Text.RegularExpressions;

namespace QtcHub.Connectors.Salesforce;

/// <summary>What one Salesforce org needs to be called: its settings, where its secrets are, and the limits of reading it.</summary>
internal sealed partial record SalesforceOptions
{
    public const string ClientId = "clientId";
    public const string ClientSecret = "clientSecret";
    public const string PrivateKey = "privateKey";
    public const string Username = "username";

    private readonly ConnectorContext context;

    private SalesforceOptions(ConnectorContext context) => this.context = context;

    /// <summary>The version of the REST API, e.g. <c>v62.0</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Who an assertion is for: the sign-in address of production or of sandboxes.</summary>
    public required string Audience { get; init; }

    /// <summary>Where the system's settings stand, for a message about one of them.</summary>
    public string Path => $"systems.{context.System.Name}";

    /// <summary>Reads the settings of a system; a wrong one names its path and the fix.</summary>
    public static SalesforceOptions Of(ConnectorContext context)
    {
        var settings = new SalesforceSettings(context.System);
        return new SalesforceOptions(context)
        {
            ApiVersion = settings.Read("apiVersion", "v62.0", Version().IsMatch, "write the version of the REST API, e.g. v62.0"),
            Audience = settings.Read(
                "audience",
                "https://login.salesforce.com",
                IsHttps,
                "write https://login.salesforce.com, of a sandbox https://test.salesforce.com"
            ),
        };
    }

    /// <summary>Whether a credential is configured, resolve or not.</summary>
    public bool Names(string credential) => context.System.Credentials.ContainsKey(credential);

    /// <summary>A credential as it is now, or null where it does not resolve.</summary>
    public string? FindSecret(string credential) => context.FindSecret(credential)?.Trim() is { Length: > 0 } secret ? secret : null;

    /// <summary>Texts that no fault may repeat.</summary>
    public IEnumerable<string> Secrets => new[] { ClientId, ClientSecret, PrivateKey, Username }.Select(FindSecret).OfType<string>();

    private static bool IsHttps(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;

    [GeneratedRegex(@"^v[1-9][0-9]{1,2}\.0$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Version();
}
