using System.Globalization;
using System.Net.Http.Headers;

namespace QtcHub.Connectors.NetSuite;

/// <summary>What lets one call in; made before the call, put on each attempt of it.</summary>
internal abstract record NetSuitePass
{
    /// <summary>The request property that carries it to <see cref="NetSuiteSigner"/>.</summary>
    public const string Property = "netsuite.pass";

    private NetSuitePass() { }

    /// <summary>The Authorization header of one attempt.</summary>
    public abstract AuthenticationHeaderValue Header(HttpMethod method, Uri uri);

    /// <summary>Token-based authentication: every attempt has a signature, a nonce and a time of its own.</summary>
    public sealed record Signed(NetSuiteTokens Tokens, string Realm, TimeProvider Time, Random Random) : NetSuitePass
    {
        /// <inheritdoc />
        public override AuthenticationHeaderValue Header(HttpMethod method, Uri uri)
        {
            string nonce;
            // Random is not safe for two threads at once.
            lock (Random)
            {
                nonce = string.Create(CultureInfo.InvariantCulture, $"{Random.NextInt64():x16}{Random.NextInt64():x16}");
            }

            return new AuthenticationHeaderValue("OAuth", NetSuiteSignature.Header(Tokens, Realm, method, uri, nonce, Time.GetUtcNow()));
        }

        /// <inheritdoc />
        public override string ToString() => nameof(Signed);
    }

    /// <summary>An access token of the client-credentials flow.</summary>
    public sealed record Bearer(string Token, DateTimeOffset UseUntil) : NetSuitePass
    {
        /// <inheritdoc />
        public override AuthenticationHeaderValue Header(HttpMethod method, Uri uri) => new("Bearer", Token);

        /// <inheritdoc />
        public override string ToString() => nameof(Bearer);
    }
}

/// <summary>Puts the pass of a request on it once its address is final. Never disposed: the transport belongs to whoever made it.</summary>
internal sealed class NetSuiteSigner(HttpMessageHandler transport) : DelegatingHandler(transport)
{
    private static readonly HttpRequestOptionsKey<NetSuitePass> Pass = new(NetSuitePass.Property);

    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(Pass, out var pass))
        {
            request.Headers.Authorization = pass.Header(request.Method, request.RequestUri!);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
