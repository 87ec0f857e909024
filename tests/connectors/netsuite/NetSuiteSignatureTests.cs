using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Canonical;
using QtcHub.Connectors.NetSuite;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

public sealed class NetSuiteSignatureTests
{
    // The example that Oracle publishes in "The Signature for Web Services and RESTlets"; no account has these.
    private static readonly NetSuiteTokens Published = new(
        "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
        "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
        "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
        "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295"
    );

    private static readonly DateTimeOffset PublishedTime = DateTimeOffset.FromUnixTimeSeconds(1508242306);

    [Fact]
    public void Base_string_is_that_of_rfc_5849()
    {
        // RFC 5849, 3.4.1.1; the two parameters of its form body are given beside the protocol's own.
        var text = NetSuiteSignature.BaseString(
            HttpMethod.Post,
            new Uri("http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"),
            [
                ("oauth_consumer_key", "9djdj82h48djs9d2"),
                ("oauth_token", "kkk9d7dh3k39sjv7"),
                ("oauth_signature_method", "HMAC-SHA1"),
                ("oauth_timestamp", "137131201"),
                ("oauth_nonce", "7d8f3e4a"),
                ("c2", ""),
                ("a3", "2 q"),
            ]
        );

        Assert.Equal(
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D"
                + "%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1"
                + "%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
            text
        );
    }

    [Fact]
    public void Signature_is_that_of_oracles_example()
    {
        var uri = new Uri(
            "https://123456.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=6&deploy=1&customParam=someValue&testParam=someOtherValue"
        );

        var header = NetSuiteSignature.Header(Published, "123456", HttpMethod.Post, uri, "fjaLirsIcCGVZWzBX0pg", PublishedTime);

        Assert.Contains("oauth_signature=\"%2BKK4SKNgz4ZiILGLwOMtfYlgcXSy1eis8ldE9X90azQ%3D\"", header, StringComparison.Ordinal);
        Assert.StartsWith("realm=\"123456\", ", header, StringComparison.Ordinal);
        Assert.DoesNotContain(Published.ConsumerSecret, header, StringComparison.Ordinal);
        Assert.DoesNotContain(Published.TokenSecret, header, StringComparison.Ordinal);
    }

    [Fact]
    public void Port_is_signed_where_it_is_not_the_usual_one() =>
        Assert.StartsWith(
            "PUT&http%3A%2F%2Flocalhost%3A5005%2Fnetsuite%2Fservices%2Frest%2Frecord%2Fv1%2Finvoice%2Feid%3Ainv_1&replace%3Ditem",
            NetSuiteSignature.BaseString(
                HttpMethod.Put,
                new Uri("http://localhost:5005/netsuite/services/rest/record/v1/invoice/eid:inv_1?replace=item"),
                []
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Realm_of_a_sandbox_account_is_upper_case_with_an_underscore()
    {
        using var bench = new NetSuiteBench();
        await bench.CustomerAsync();
        Assert.StartsWith("OAuth realm=\"1234567_SB1\", ", bench.Wire.Seen[0].Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_address_a_reused_nonce_and_an_old_time_are_refused()
    {
        using var bench = new NetSuiteBench();
        bench.Wire.Tamper = request => request.RequestUri = new Uri(request.RequestUri!.AbsoluteUri + "?replace=item");
        Assert.IsType<Fault.Unauthorized>((await bench.WriteAsync(RecordType.BillingAccount, "acc_1", "{}")).Fault);

        bench.Wire.Tamper = null;
        await bench.CustomerAsync();
        var used = bench.Wire.Seen[^1].Authorization!;
        bench.Wire.Tamper = request => request.Headers.Authorization = System.Net.Http.Headers.AuthenticationHeaderValue.Parse(used);
        Assert.IsType<Fault.Unauthorized>((await bench.WriteAsync(RecordType.BillingAccount, "acc_1", "{}")).Fault);

        bench.Wire.Tamper = null;
        var behind = NetSuiteBench.Create(bench.Wire, bench.Secrets, new FakeTimeProvider(Bench.Noon - TimeSpan.FromMinutes(6)));
        var late = await behind.WriteAsync(NetSuiteBench.Request(RecordType.BillingAccount, "acc_1", "{}"), CancellationToken.None);
        Assert.IsType<Fault.Unauthorized>(late.Fault);
        Assert.Single(bench.Account.Book().Accounts);
    }

    [Fact]
    public void Assertion_of_an_rsa_key_is_ps256_and_verifies_by_the_public_key()
    {
        using var key = RSA.Create(3072);
        var parts = NetSuiteAssertion
            .Sign("client", "certificate", key.ExportPkcs8PrivateKeyPem(), NetSuiteBench.BaseUrl, Bench.Noon)!
            .Split('.');

        Assert.True(
            key.VerifyData(
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64Url.DecodeFromChars(parts[2]),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pss
            )
        );
        var head = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        Assert.Equal(("PS256", "certificate", "JWT"), ((string?)head["alg"], (string?)head["kid"], (string?)head["typ"]));
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        Assert.Equal("client", (string?)claims["iss"]);
        Assert.Equal("https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token", (string?)claims["aud"]);
        Assert.Equal(Bench.Noon.ToUnixTimeSeconds(), (long?)claims["iat"]);
        Assert.InRange((long)claims["exp"]! - (long)claims["iat"]!, 1, 3599);
        Assert.Equal("rest_webservices", (string?)claims["scope"]![0]);
    }

    [Fact]
    public void Assertion_of_a_p256_key_is_es256_and_verifies_by_the_public_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parts = NetSuiteAssertion
            .Sign("client", "certificate", key.ExportECPrivateKeyPem(), NetSuiteBench.BaseUrl, Bench.Noon)!
            .Split('.');

        Assert.Equal("ES256", (string?)JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!["alg"]);
        Assert.True(
            key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256)
        );
    }

    [Fact]
    public void Other_keys_and_no_keys_sign_nothing()
    {
        using var wrongCurve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Null(
            NetSuiteAssertion.Sign("client", "certificate", wrongCurve.ExportPkcs8PrivateKeyPem(), NetSuiteBench.BaseUrl, Bench.Noon)
        );
        Assert.Null(NetSuiteAssertion.Sign("client", "certificate", "not a key", NetSuiteBench.BaseUrl, Bench.Noon));
        Assert.Null(
            NetSuiteAssertion.Sign(
                "client",
                "certificate",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                NetSuiteBench.BaseUrl,
                Bench.Noon
            )
        );
    }
}
