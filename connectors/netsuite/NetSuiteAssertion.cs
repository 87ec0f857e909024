using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace QtcHub.Connectors.NetSuite;

/// <summary>The client assertion of the client-credentials flow: a JWT signed by the private key of a certificate that NetSuite knows.</summary>
internal static class NetSuiteAssertion
{
    /// <summary>The token endpoint's path, which is part of what the assertion says.</summary>
    public const string TokenPath = "/services/rest/auth/oauth2/v1/token";

    // NetSuite refuses one that lives an hour or more; it is used at once.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>The signed assertion, or null where the key cannot be read: it must be an RSA key or an EC key on P-256, in PEM.</summary>
    public static string? Sign(string clientId, string certificateId, string privateKey, Uri baseUrl, DateTimeOffset now)
    {
        using var rsa = ReadRsa(privateKey);
        using var ec = rsa is null ? ReadEc(privateKey) : null;
        if (rsa is null && ec is null)
        {
            return null;
        }

        var head = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string>
            {
                ["typ"] = "JWT",
                ["alg"] = rsa is null ? "ES256" : "PS256",
                ["kid"] = certificateId,
            }
        );
        var claims = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>
            {
                ["iss"] = clientId,
                ["scope"] = (string[])["rest_webservices"],
                ["aud"] = new Uri(baseUrl, TokenPath).AbsoluteUri,
                ["iat"] = now.ToUnixTimeSeconds(),
                ["exp"] = (now + Life).ToUnixTimeSeconds(),
            }
        );
        var content = $"{Base64Url.EncodeToString(head)}.{Base64Url.EncodeToString(claims)}";
        var bytes = Encoding.ASCII.GetBytes(content);
        var signature =
            rsa?.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss) ?? ec!.SignData(bytes, HashAlgorithmName.SHA256);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    private static RSA? ReadRsa(string pem)
    {
        var key = RSA.Create();
        return Import(key, pem) ? key : null;
    }

    private static ECDsa? ReadEc(string pem)
    {
        var key = ECDsa.Create();
        if (!Import(key, pem))
        {
            return null;
        }

        if (key.KeySize == 256)
        {
            return key;
        }

        key.Dispose();
        return null;
    }

    // A key of the other algorithm is CryptographicException; text that is no PEM is ArgumentException. Neither may be repeated: it could quote the key.
    private static bool Import(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return true;
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return false;
        }
    }
}
