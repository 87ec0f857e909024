using System.Reflection;
using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Connectors;

/// <summary>Makes connectors and requests for tests.</summary>
internal static class Bench
{
    public static readonly DateTimeOffset Noon = new(2026, 8, 3, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The shipped kind of a name, else the one that lies beside its suite.</summary>
    public static IConnectorKind Kind(string name, Assembly ofSuite) =>
        ConnectorKinds.Scan(typeof(VendorHttp).Assembly).GetValueOrDefault(name) ?? ConnectorKinds.Scan(ofSuite)[name];

    /// <summary>A connector of a kind over a transport; every credential it declares refers to <paramref name="secret"/> of its name.</summary>
    public static IConnector Create(
        IConnectorKind kind,
        IReadOnlyDictionary<string, string> settings,
        Func<string, string?> secret,
        HttpMessageHandler handler,
        Uri? baseUrl = null
    ) => kind.Create(Context(kind, settings, secret, handler, baseUrl));

    public static ConnectorContext Context(
        IConnectorKind kind,
        IReadOnlyDictionary<string, string> settings,
        Func<string, string?> secret,
        HttpMessageHandler handler,
        Uri? baseUrl = null
    )
    {
        var system = new SystemOptions
        {
            Name = kind.Name,
            Kind = kind.Name,
            Roles = kind.Facts.Roles,
            Entity = "de",
            BaseUrl = baseUrl ?? new Uri("https://vendor.invalid/"),
            Credentials = kind
                .Facts.Credentials.Where(name => name != kind.Facts.PreviousWebhookSecret)
                .ToDictionary(name => name, name => name, StringComparer.Ordinal),
            Settings = settings,
        };
        return Context(system, secret, handler, TimeProvider.System);
    }

    public static ConnectorContext Context(
        SystemOptions system,
        Func<string, string?> secret,
        HttpMessageHandler handler,
        TimeProvider time
    )
    {
        var entity = new EntityOptions("de", "Example GmbH", Currency.Of("EUR"), TimeZoneInfo.Utc);
        return new ConnectorContext(system, entity, new SecretsByReference(secret), handler, time, new Random(1));
    }

    public static WebhookRequest Webhook(string body, params (string Name, string Value)[] headers) =>
        new(
            headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.Ordinal),
            Encoding.UTF8.GetBytes(body),
            Noon
        );

    /// <summary>The nearest folder above the test's own that holds <paramref name="name"/>, or null.</summary>
    public static string? FindUp(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Path.Exists(Path.Combine(folder.FullName, name)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}

internal sealed class SecretsByReference(Func<string, string?> find) : ISecrets
{
    public string? Find(string reference) => find(reference);
}

/// <summary>A network on which no connection can be made.</summary>
internal sealed class UnreachableHandler : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromException<HttpResponseMessage>(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
}
