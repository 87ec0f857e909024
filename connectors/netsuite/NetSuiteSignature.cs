using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

// Published signature vectors are checked against the signature itself, which no caller outside of the connector needs.
[assembly: InternalsVisibleTo("QtcHub.Tests.Connectors")]

namespace QtcHub.Connectors.NetSuite;

/// <summary>The four credentials of token-based authentication.</summary>
internal sealed record NetSuiteTokens(string ConsumerKey, string ConsumerSecret, string TokenId, string TokenSecret)
{
    /// <summary>Never the secrets.</summary>
    public override string ToString() => nameof(NetSuiteTokens);
}

/// <summary>OAuth 1.0a signatures (RFC 5849) with HMAC-SHA256, the only method NetSuite still takes.</summary>
internal static class NetSuiteSignature
{
    /// <summary>The value of the Authorization header after the scheme <c>OAuth</c>.</summary>
    public static string Header(NetSuiteTokens tokens, string realm, HttpMethod method, Uri uri, string nonce, DateTimeOffset now)
    {
        (string Name, string Value)[] own =
        [
            ("oauth_consumer_key", tokens.ConsumerKey),
            ("oauth_token", tokens.TokenId),
            ("oauth_signature_method", "HMAC-SHA256"),
            ("oauth_timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("oauth_nonce", nonce),
            ("oauth_version", "1.0"),
        ];
        var key = $"{Escape(tokens.ConsumerSecret)}&{Escape(tokens.TokenSecret)}";
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(BaseString(method, uri, own)));
        // The realm stays out of the signature (RFC 5849, 3.4.1.3.1).
        var all = own.Prepend(("realm", realm)).Append(("oauth_signature", Convert.ToBase64String(hash)));
        return string.Join(", ", all.Select(parameter => $"{parameter.Item1}=\"{Escape(parameter.Item2)}\""));
    }

    /// <summary>What is signed: method, address without its query, and all parameters in order.</summary>
    public static string BaseString(HttpMethod method, Uri uri, IEnumerable<(string Name, string Value)> own)
    {
        var parameters = own.Concat(QueryOf(uri))
            .Select(parameter => (Name: Escape(parameter.Name), Value: Escape(parameter.Value)))
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .ThenBy(parameter => parameter.Value, StringComparer.Ordinal)
            .Select(parameter => $"{parameter.Name}={parameter.Value}");
        var address = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return $"{method.Method.ToUpperInvariant()}&{Escape(address)}&{Escape(string.Join('&', parameters))}";
    }

    private static IEnumerable<(string Name, string Value)> QueryOf(Uri uri) =>
        uri
            .Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => (Unescape(pair[0]), pair.Length == 2 ? Unescape(pair[1]) : ""));

    // EscapeDataString leaves exactly the unreserved characters of RFC 3986, as RFC 5849, 3.6 asks.
    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace("+", "%20", StringComparison.Ordinal));
}
