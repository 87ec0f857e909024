using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>
/// Who may come in: sessions of the client credentials flow and of the JWT bearer flow. A session ends a while after it began. Salesforce counts from the last
/// call; here a call does not prolong one, because a journal repeats no reads and must refuse again what was refused.
/// </summary>
internal sealed class SalesforceDoor : IDisposable
{
    private const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private const int LongestAssertionSeconds = 180;

    private static readonly string[] Audiences = ["https://login.salesforce.com", "https://test.salesforce.com"];

    private readonly Func<DateTimeOffset> now;
    private readonly string system;
    private readonly string organization;
    private readonly Lazy<RSA> key;
    private readonly Dictionary<string, DateTimeOffset> sessions = new(StringComparer.Ordinal);
    private long issued;

    public SalesforceDoor(VendorSetup setup, string organization)
    {
        (now, system, this.organization) = (setup.Now, setup.System, organization);
        key = new Lazy<RSA>(() => SalesforceKeyPair.Of(Encoding.UTF8.GetBytes($"pretend salesforce {system} key pair")));
        ClientCredentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["clientId"] = $"3MVG9{Derived("client id")}",
            ["clientSecret"] = Derived("client secret").ToUpperInvariant(),
        };
    }

    public IReadOnlyDictionary<string, string> ClientCredentials { get; }

    /// <summary>The other way to sign in; making the key takes a moment.</summary>
    public IReadOnlyDictionary<string, string> JwtCredentials =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["clientId"] = ClientCredentials["clientId"],
            ["privateKey"] = key.Value.ExportPkcs8PrivateKeyPem(),
            ["username"] = Username,
        };

    public TimeSpan SessionLife { get; set; } = TimeSpan.FromHours(2);

    private string Username => $"integration@{system}.example";

    /// <summary>Ends every session, as an administrator does.</summary>
    public void EndSessions() => sessions.Clear();

    /// <summary>Whether a request bears the id of a session that lives.</summary>
    public bool Admits(HttpRequestMessage request) =>
        request.Headers.Authorization is { Parameter: { } token } given
        && (
            given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || given.Scheme.Equals("OAuth", StringComparison.OrdinalIgnoreCase)
        )
        && sessions.TryGetValue(token, out var until)
        && now() < until;

    /// <summary>Answers a request for a token.</summary>
    public SalesforceReply Token(SalesforceCall call)
    {
        var form = call.Form;
        return form.GetValueOrDefault("grant_type") switch
        {
            "client_credentials" => WithSecret(form),
            JwtBearer => WithAssertion(form.GetValueOrDefault("assertion", "")),
            _ => Refuse("unsupported_grant_type", "grant type not supported"),
        };
    }

    public void Dispose()
    {
        if (key.IsValueCreated)
        {
            key.Value.Dispose();
        }
    }

    private SalesforceReply WithSecret(Dictionary<string, string> form) =>
        !Same(form.GetValueOrDefault("client_id", ""), ClientCredentials["clientId"])
            ? Refuse("invalid_client_id", "client identifier invalid")
        : !Same(form.GetValueOrDefault("client_secret", ""), ClientCredentials["clientSecret"])
            ? Refuse("invalid_client", "invalid client credentials")
        : Open();

    private SalesforceReply WithAssertion(string assertion)
    {
        var parts = assertion.Split('.');
        if (
            parts.Length != 3
            || Read(parts[0]) is not { } head
            || Read(parts[1]) is not { } claims
            || Bytes(parts[2]) is not { } signature
            || Said(head, "alg") != "RS256"
            || !key.Value.VerifyData(
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                signature,
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            )
        )
        {
            return Refuse("invalid_grant", "invalid assertion");
        }

        var left = claims["exp"] is JsonValue exp && exp.TryGetValue(out long until) ? until - now().ToUnixTimeSeconds() : 0;
        return Said(claims, "iss") != ClientCredentials["clientId"] ? Refuse("invalid_client_id", "client identifier invalid")
            : !Audiences.Contains(Said(claims, "aud"), StringComparer.Ordinal) ? Refuse("invalid_grant", "audience is invalid")
            : left is <= 0 or > LongestAssertionSeconds ? Refuse("invalid_grant", "expired authorization code")
            : Said(claims, "sub") != Username ? Refuse("invalid_grant", "user hasn't approved this consumer")
            : Open();
    }

    private SalesforceReply Open()
    {
        foreach (var ended in sessions.Where(session => session.Value <= now()).Select(session => session.Key).ToArray())
        {
            sessions.Remove(ended);
        }

        var token = $"{organization[..15]}!AQ{Derived($"session {(++issued).ToString(CultureInfo.InvariantCulture)}")}";
        sessions[token] = now() + SessionLife;
        return new SalesforceReply(
            200,
            new JsonObject
            {
                ["access_token"] = token,
                ["instance_url"] = $"https://{system}.my.salesforce.com",
                ["id"] = $"https://login.salesforce.com/id/{organization}/{SalesforceIds.Make("005", 1)}",
                ["token_type"] = "Bearer",
                ["issued_at"] = now().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
                ["signature"] = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(token))),
            }
        );
    }

    private static SalesforceReply Refuse(string error, string description) =>
        new(400, new JsonObject { ["error"] = error, ["error_description"] = description });

    private static bool Same(string given, string known) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(known));

    private static string? Said(JsonObject claims, string name) =>
        claims[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static JsonObject? Read(string part)
    {
        try
        {
            return Bytes(part) is { } bytes ? JsonNode.Parse(bytes) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(string part)
    {
        var buffer = new byte[part.Length];
        return Base64Url.TryDecodeFromChars(part, buffer, out var length) ? buffer[..length] : null;
    }

    private string Derived(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"pretend salesforce {system} {name}")));
}
