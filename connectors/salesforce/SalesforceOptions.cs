using System.Text.RegularExpressions;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Salesforce;

/// <summary>What one Salesforce org needs to be called: its settings, where its secrets are, and the limits of reading it.</summary>
internal sealed partial record SalesforceOptions
{
    public const string ClientId = "clientId";
    public const string ClientSecret = "clientSecret";
    public const string PrivateKey = "privateKey";
    public const string Username = "username";

    public const string WebhookSecret = "webhookSecret";

    private static readonly char[] Separators = [' ', '\t', '\r', '\n'];

    private readonly ConnectorContext context;

    private SalesforceOptions(ConnectorContext context) => this.context = context;

    /// <summary>The version of the REST API, e.g. <c>v62.0</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Who an assertion is for: the sign-in address of production or of sandboxes.</summary>
    public required string Audience { get; init; }

    /// <summary>The org's own id, which its messages bear; null where none is set, and then no message is believed.</summary>
    public string? Organization { get; init; }

    /// <summary>The currency of every amount, where the org has one alone and its records bear none; else null.</summary>
    public string? OnlyCurrency { get; init; }

    /// <summary>The price book whose prices are a product's; null: the standard one.</summary>
    public string? PriceBook { get; init; }

    /// <summary>What the objects are called that the hub writes.</summary>
    public required SalesforceObjects Objects { get; init; }

    /// <summary>Whether orders are orders.</summary>
    public required bool TakesOrders { get; init; }

    /// <summary>Whether opportunities that were won are.</summary>
    public required bool TakesOpportunities { get; init; }

    /// <summary>Whether each account is a customer too; else those are that others are under.</summary>
    public required bool AllAreCustomers { get; init; }

    /// <summary>What is asked for of each object.</summary>
    public required SalesforceFields Fields { get; init; }

    /// <summary>Where the system's settings stand, for a message about one of them.</summary>
    public string Path => $"systems.{context.System.Name}";

    /// <summary>Reads the settings of a system; a wrong one names its path and the fix.</summary>
    public static SalesforceOptions Of(ConnectorContext context)
    {
        var settings = new SalesforceSettings(context.System);
        var orders = settings.Read(
            "orders",
            "orders",
            text => text is "orders" or "opportunities" or "both",
            "write what an order is: orders, opportunities (those that were won), or both"
        );
        var customers = settings.Read(
            "customers",
            "parents",
            text => text is "parents" or "all",
            "write which accounts are customers too: parents (those that others are under), or all"
        );
        return new SalesforceOptions(context)
        {
            ApiVersion = settings.Read("apiVersion", "v62.0", Version().IsMatch, "write the version of the REST API, e.g. v62.0"),
            Audience = settings.Read(
                "audience",
                "https://login.salesforce.com",
                IsHttps,
                "write https://login.salesforce.com, of a sandbox https://test.salesforce.com"
            ),
            Organization = settings.ReadId("organization", "write the org's id, which begins 00D (Setup > Company Information)"),
            PriceBook = settings.ReadId(
                "pricebook",
                "write the id of a price book, which begins 01s, or leave it out for the standard one"
            ),
            OnlyCurrency = settings.OnlyCurrency,
            Objects = SalesforceObjects.Of(settings),
            TakesOrders = orders is not "opportunities",
            TakesOpportunities = orders is not "orders",
            AllAreCustomers = customers is "all",
            Fields = SalesforceFields.Of(settings),
        };
    }

    /// <summary>Whether a credential is configured, resolve or not.</summary>
    public bool Names(string credential) => context.System.Credentials.ContainsKey(credential);

    /// <summary>A credential as it is now, or null where it does not resolve.</summary>
    public string? FindSecret(string credential) => context.FindSecret(credential)?.Trim() is { Length: > 0 } secret ? secret : null;

    /// <summary>Whether a route takes records of a type from the system: what none takes is not asked for.</summary>
    public bool Takes(RecordType type) => context.IsTaken(type);

    /// <summary>Every secret of messages that is valid now: while one is rotated there are two, with a space between them.</summary>
    public IReadOnlyList<string> FindWebhookSecrets() =>
        (FindSecret(WebhookSecret) ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Texts that no fault may repeat.</summary>
    public IEnumerable<string> Secrets =>
        new[] { ClientId, ClientSecret, PrivateKey, Username }.Select(FindSecret).OfType<string>().Concat(FindWebhookSecrets());

    private static bool IsHttps(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;

    [GeneratedRegex(@"^v[1-9][0-9]{1,2}\.0$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Version();
}
