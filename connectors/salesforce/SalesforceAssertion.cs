using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// The assertion of the JWT bearer flow: who signs in, signed RS256 by the private key of a certificate that the connected app knows. Source:
/// help.salesforce.com, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration".
/// </summary>
internal static class SalesforceAssertion
{
    // Salesforce refuses one that lives longer; it is used at once.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(3);

    /// <summary>The signed assertion, or null where the key is no RSA key in PEM.</summary>
    public static string? Sign(string clientId, string username, string privateKey, string audience, DateTimeOffset now)
    {
        using var key = RSA.Create();
        if (!Import(key, privateKey))
        {
            return null;
        }

        var head = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["alg"] = "RS256", ["typ"] = "JWT" });
        var claims = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>
            {
                ["iss"] = clientId,
                ["sub"] = username,
                ["aud"] = audience,
                ["exp"] = (now + Life).ToUnixTimeSeconds(),
            }
        );
        var content = $"{Base64Url.EncodeToString(head)}.{Base64Url.EncodeToString(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    // A key of another algorithm is CryptographicException; text that is no PEM is ArgumentException. Neither may be repeated: it could quote the key.
    private static bool Import(RSA key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return true;
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
