using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>Who may come in: token-based signatures (OAuth 1.0a, RFC 5849) and bearer tokens of the client-credentials flow.</summary>
internal sealed partial class NetSuiteDoor : IDisposable
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    private readonly Func<DateTimeOffset> now;
    private readonly ECDsa key;
    private readonly HashSet<string> nonces = new(StringComparer.Ordinal);
    private readonly Queue<(long At, string Nonce)> nonceOrder = new();
    private readonly Dictionary<string, DateTimeOffset> tokens = new(StringComparer.Ordinal);
    private int issued;

    public NetSuiteDoor(string system, Func<DateTimeOffset> now)
    {
        this.now = now;
        string Secret(string name) =>
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"pretend netsuite {system} {name}")));
        TokenBased = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["consumerKey"] = Secret("consumer key"),
            ["consumerSecret"] = Secret("consumer secret"),
            ["tokenId"] = Secret("token id"),
            ["tokenSecret"] = Secret("token secret"),
        };
        // The key pair follows from the system's name, so that two runs of one seed know the same one.
        key = ECDsa.Create(
            new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                D = SHA256.HashData(Encoding.UTF8.GetBytes($"pretend netsuite {system} key pair")),
            }
        );
        ClientCredentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["clientId"] = Secret("client id"),
            ["certificateId"] = Secret("certificate")[..43],
            ["privateKey"] = key.ExportPkcs8PrivateKeyPem(),
        };
    }

    public IReadOnlyDictionary<string, string> TokenBased { get; }

    public IReadOnlyDictionary<string, string> ClientCredentials { get; }

    /// <summary>Null where the request may come in.</summary>
    public Refusal? Check(HttpRequestMessage request)
    {
        var header = request.Headers.Authorization;
        var welcome = header?.Scheme switch
        {
            "OAuth" => IsSigned(request, header.Parameter ?? ""),
            "Bearer" => tokens.TryGetValue(header.Parameter ?? "", out var until) && now() < until,
            _ => false,
        };
        return welcome
            ? null
            : new Refusal(
                401,
                "INVALID_LOGIN",
                "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles > User Management > View Login Audit Trail."
            );
    }

    private bool IsSigned(HttpRequestMessage request, string header)
    {
        var given = HeaderParameter()
            .Matches(header)
            .DistinctBy(match => match.Groups["name"].Value)
            .ToDictionary(
                match => match.Groups["name"].Value,
                match => Uri.UnescapeDataString(match.Groups["value"].Value),
                StringComparer.Ordinal
            );
        string Given(string name) => given.GetValueOrDefault(name, "");
        if (
            Given("oauth_signature_method") != "HMAC-SHA256"
            || Given("oauth_version") is not ("1.0" or "")
            || Given("oauth_consumer_key") != TokenBased["consumerKey"]
            || Given("oauth_token") != TokenBased["tokenId"]
            || !Realm().IsMatch(Given("realm"))
            || Given("oauth_nonce").Length is < 6 or > 64
            || !long.TryParse(Given("oauth_timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp)
        )
        {
            return false;
        }

        var secret = $"{Encode(TokenBased["consumerSecret"])}&{Encode(TokenBased["tokenSecret"])}";
        var expected = HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), Encoding.ASCII.GetBytes(BaseString(request, given)));
        var signature = new byte[64];
        return Convert.TryFromBase64String(Given("oauth_signature"), signature, out var length)
            && CryptographicOperations.FixedTimeEquals(expected, signature.AsSpan(0, length))
            && (now() - DateTimeOffset.FromUnixTimeSeconds(timestamp)).Duration() <= Skew
            && IsFresh(timestamp, Given("oauth_nonce"));
    }

    private bool IsFresh(long timestamp, string nonce)
    {
        var oldest = now().ToUnixTimeSeconds() - (2 * (long)Skew.TotalSeconds);
        while (nonceOrder.TryPeek(out var first) && first.At < oldest)
        {
            nonces.Remove(nonceOrder.Dequeue().Nonce);
        }

        var used = $"{timestamp.ToString(CultureInfo.InvariantCulture)} {nonce}";
        nonceOrder.Enqueue((now().ToUnixTimeSeconds(), used));
        return nonces.Add(used);
    }

    // RFC 5849, 3.4.1: method, address without query, and every parameter but the realm and the signature, encoded and sorted by octets.
    private static string BaseString(HttpRequestMessage request, Dictionary<string, string> given)
    {
        var uri = request.RequestUri!;
        var parameters = given
            .Where(parameter => parameter.Key is not ("realm" or "oauth_signature"))
            .Select(parameter => (parameter.Key, parameter.Value));
        var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2));
        var all = parameters
            .Concat(query.Select(pair => (Key: Decode(pair[0]), Value: pair.Length > 1 ? Decode(pair[1]) : "")))
            .Select(pair => (Key: Encode(pair.Key), Value: Encode(pair.Value)))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={pair.Value}");
        var port = uri.IsDefaultPort ? "" : $":{uri.Port.ToString(CultureInfo.InvariantCulture)}";
        var address = $"{uri.Scheme}://{uri.IdnHost.ToLowerInvariant()}{port}{uri.AbsolutePath}";
        return $"{request.Method.Method}&{Encode(address)}&{Encode(string.Join('&', all))}";
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            var plain = char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';
            _ = plain ? encoded.Append((char)octet) : encoded.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    /// <summary>The token endpoint: a client assertion for an access token of one hour.</summary>
    public HttpResponseMessage Token(string form)
    {
        var fields = form.Split('&')
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0])
            .ToDictionary(pair => Decode(pair[0]), pair => Decode(pair[1]), StringComparer.Ordinal);
        if (
            fields.GetValueOrDefault("grant_type") != "client_credentials"
            || fields.GetValueOrDefault("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        )
        {
            return NetSuitePages.Json(HttpStatusCode.BadRequest, new JsonObject { ["error"] = "invalid_request" }, "application/json");
        }

        if (!IsAssertion(fields.GetValueOrDefault("client_assertion", "")))
        {
            return NetSuitePages.Json(HttpStatusCode.BadRequest, new JsonObject { ["error"] = "invalid_grant" }, "application/json");
        }

        var token = $"pretend-access-{(++issued).ToString(CultureInfo.InvariantCulture)}";
        tokens[token] = now() + TokenLife;
        var body = new JsonObject
        {
            ["access_token"] = token,
            ["expires_in"] = "3600",
            ["token_type"] = "bearer",
        };
        return NetSuitePages.Json(HttpStatusCode.OK, body, "application/json");
    }

    private bool IsAssertion(string assertion)
    {
        var parts = assertion.Split('.');
        if (parts.Length != 3 || Read(parts[0]) is not { } head || Read(parts[1]) is not { } claims || Bytes(parts[2]) is not { } signature)
        {
            return false;
        }

        var issuedAt = (long?)claims["iat"] ?? long.MaxValue;
        var expires = (long?)claims["exp"] ?? 0;
        var seconds = now().ToUnixTimeSeconds();
        return (string?)head["alg"] == "ES256"
            && (string?)head["kid"] == ClientCredentials["certificateId"]
            && (string?)claims["iss"] == ClientCredentials["clientId"]
            && ((string?)claims["aud"] ?? "").EndsWith("/services/rest/auth/oauth2/v1/token", StringComparison.Ordinal)
            && claims["scope"]?.ToJsonString().Contains("rest_webservices", StringComparison.Ordinal) == true
            && issuedAt <= seconds + Skew.TotalSeconds
            && expires > seconds
            && expires - issuedAt <= 3600
            && key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256);
    }

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
        return System.Buffers.Text.Base64Url.TryDecodeFromChars(part, buffer, out var length) ? buffer[..length] : null;
    }

    public void Dispose() => key.Dispose();

    [GeneratedRegex("(?<name>[A-Za-z_]+)=\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeaderParameter();

    [GeneratedRegex(
        "^[A-Z0-9]+(_[A-Z0-9]+)*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Realm();
}
