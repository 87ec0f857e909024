using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>
/// The tenant's callouts: ids and numbers only, so two of one record are alike byte for byte and bear no event of their own. The endpoint asks for HTTP Basic
/// authentication; the secret is <c>user:password</c>.
/// </summary>
public sealed class ZuoraCallouts(VendorSetup setup)
{
    /// <summary>How often Zuora tries again where an endpoint does not answer with success.</summary>
    public const int MostRetries = 3;

    /// <summary>The user where a secret is a password alone.</summary>
    public const string DefaultUser = "zuora";

    private static readonly HttpRequestOptionsKey<string> Description = new("description");
    private static readonly HttpRequestOptionsKey<int> Retries = new("retries");

    private readonly List<(string Type, string Id)> due = [];

    /// <summary>Notes that a record changed: once, however often it did since the last callouts were taken.</summary>
    internal void Tell(string type, string id)
    {
        if (!due.Contains((type, id)))
        {
            due.Add((type, id));
        }
    }

    /// <summary>Takes the callouts that are due. A tenant without an endpoint's secret has no endpoint and sends none.</summary>
    internal IReadOnlyList<HttpRequestMessage> TakeDue()
    {
        var taken = setup.WebhookSecret is null ? [] : due.ConvertAll(told => Callout(told.Type, told.Id)!);
        due.Clear();
        return taken;
    }

    /// <summary>The callout about a record, or null where there is no endpoint.</summary>
    internal HttpRequestMessage? Callout(string type, string id)
    {
        if (setup.WebhookSecret is not { } secret)
        {
            return null;
        }

        // The versions of a subscription have ids of their own: what names it for good is its number.
        var body = new JsonObject { [type == "Subscription" ? "SubscriptionNumber" : $"{type}Id"] = id }.ToJsonString();
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/", UriKind.Relative))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Token(secret));
        request.Options.Set(Description, $"{type} {id}");
        request.Options.Set(Retries, MostRetries);
        return request;
    }

    /// <summary>Whether an <c>Authorization</c> header is the endpoint's: what any receiver has to check.</summary>
    public static bool Authenticates(string? header, string secret) =>
        header is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes($"Basic {Token(secret)}"));

    private static string Token(string secret) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(secret.Contains(':', StringComparison.Ordinal) ? secret : $"{DefaultUser}:{secret}"));
}
