using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Who may come in: bearer tokens of the client-credentials flow, until they expire.</summary>
internal sealed class ZuoraDoor
{
    public const int LifeInSeconds = 3599;

    private readonly Func<DateTimeOffset> now;
    private readonly string system;
    private readonly Dictionary<string, DateTimeOffset> tokens = new(StringComparer.Ordinal);
    private long issued;

    public ZuoraDoor(VendorSetup setup)
    {
        now = setup.Now;
        system = setup.System;
        Credentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["clientId"] = Derived("client id")[..32],
            ["clientSecret"] = Derived("client secret")[..40],
        };
    }

    public IReadOnlyDictionary<string, string> Credentials { get; }

    /// <summary>Answers a request for a token.</summary>
    public ZuoraReply Token(ZuoraCall call)
    {
        var form = ZuoraCall.QueryOf(call.Text);
        if (form.GetValueOrDefault("grant_type") != "client_credentials")
        {
            return new ZuoraReply(400, new JsonObject { ["message"] = "Unsupported grant type" });
        }

        if (!Same(form, "client_id", "clientId") || !Same(form, "client_secret", "clientSecret"))
        {
            return new ZuoraReply(401, new JsonObject { ["message"] = "Invalid client id" });
        }

        foreach (var expired in tokens.Where(token => token.Value <= now()).Select(token => token.Key).ToArray())
        {
            tokens.Remove(expired);
        }

        var jti = Derived((++issued).ToString(CultureInfo.InvariantCulture))[..32];
        tokens[jti] = now().AddSeconds(LifeInSeconds);
        return new ZuoraReply(
            200,
            new JsonObject
            {
                ["access_token"] = jti,
                ["token_type"] = "bearer",
                ["expires_in"] = LifeInSeconds,
                ["scope"] = "service.usage.write service.usage.read",
                ["jti"] = jti,
            }
        );
    }

    /// <summary>Whether a request bears a token that is still good.</summary>
    public bool Admits(HttpRequestMessage request) =>
        request.Headers.Authorization is { Parameter: { } token } given
        && given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
        && tokens.TryGetValue(token, out var until)
        && now() < until;

    private bool Same(Dictionary<string, string> form, string field, string credential) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(form.GetValueOrDefault(field, "")),
            Encoding.UTF8.GetBytes(Credentials[credential])
        );

    private string Derived(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"pretend zuora {system} {name}")));
}
