using System.Globalization;
using System.Text.Json;

namespace QtcHub.Connectors.NetSuite;

/// <summary>Signs in by whichever of the two credential sets is configured; token-based authentication where both are.</summary>
internal sealed class NetSuiteAuth
{
    /// <summary>Credentials of token-based authentication.</summary>
    public static readonly string[] TokenBased = ["consumerKey", "consumerSecret", "tokenId", "tokenSecret"];

    /// <summary>Credentials of the OAuth 2.0 client-credentials flow.</summary>
    public static readonly string[] ClientCredentials = ["clientId", "certificateId", "privateKey"];

    // A token is given up a little before NetSuite does, so that none expires under way.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(1);

    private readonly ConnectorContext context;
    private readonly NetSuiteOptions options;
    private readonly VendorHttp http;
    private readonly INetSuiteApi api;
    private readonly SharedToken<NetSuitePass.Bearer> tokens;

    public NetSuiteAuth(ConnectorContext context, NetSuiteOptions options, VendorHttp http, INetSuiteApi api)
    {
        (this.context, this.options, this.http, this.api) = (context, options, http, api);
        tokens = new SharedToken<NetSuitePass.Bearer>(FetchAsync, bearer => bearer.UseUntil, context.Time);
    }

    /// <summary>A pass for one call.</summary>
    public async Task<Outcome<NetSuitePass>> PassAsync(CancellationToken cancellationToken)
    {
        if (Configured(TokenBased) is { } signing)
        {
            return signing.TryGet(out var secrets, out var missing)
                ? new NetSuitePass.Signed(
                    new NetSuiteTokens(secrets[0], secrets[1], secrets[2], secrets[3]),
                    options.Realm,
                    context.Time,
                    context.Random
                )
                : missing;
        }

        var held = await tokens.GetAsync(cancellationToken);
        return held.TryGet(out var bearer, out var fault) ? bearer : fault;
    }

    /// <summary>After a 401: the next call asks for a new token.</summary>
    public void Refuse(NetSuitePass pass)
    {
        if (pass is NetSuitePass.Bearer)
        {
            tokens.Drop();
        }
    }

    /// <summary>Texts that no fault may repeat.</summary>
    public IEnumerable<string> Secrets => TokenBased.Concat(ClientCredentials).Select(context.FindSecret).OfType<string>();

    private async Task<Outcome<NetSuitePass.Bearer>> FetchAsync()
    {
        if (Configured(ClientCredentials) is not { } configured)
        {
            return new Fault.Unauthorized(
                $"systems.{context.System.Name}.credentials: give either {string.Join(", ", TokenBased)} or {string.Join(", ", ClientCredentials)}"
            );
        }

        if (!configured.TryGet(out var secrets, out var missing))
        {
            return missing;
        }

        var now = context.Time.GetUtcNow();
        if (NetSuiteAssertion.Sign(secrets[0], secrets[1], secrets[2], context.System.BaseUrl, now) is not { } assertion)
        {
            return new Fault.Unauthorized($"systems.{context.System.Name}.credentials.privateKey: not a PEM key of type RSA or EC P-256");
        }

        var asked = await http.CallAsync(CallKind.Read, token => AskAsync(assertion, token), CancellationToken.None);
        return asked.TryGet(out var answer, out var fault) ? Read(answer, now) : fault;
    }

    private async Task<HttpResponseMessage> AskAsync(string assertion, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent([
            KeyValuePair.Create("grant_type", "client_credentials"),
            KeyValuePair.Create("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            KeyValuePair.Create("client_assertion", assertion),
        ]);
        return await api.TokenAsync(form, cancellationToken);
    }

    private Outcome<NetSuitePass.Bearer> Read(VendorAnswer answer, DateTimeOffset asked)
    {
        // Every 4xx of the token endpoint but "slow down" is a refused credential: the request has no other content.
        if ((int)answer.Status is >= 400 and < 500 and not (408 or 429))
        {
            return new Fault.Unauthorized($"the token endpoint answered {((int)answer.Status).ToString(CultureInfo.InvariantCulture)}");
        }

        if (!answer.IsSuccess)
        {
            return NetSuiteFaults.Of(answer, asked, isWrite: false, []);
        }

        if (NetSuiteRecords.Parse(answer.Body) is not { } json || json["access_token"]?.ToString() is not { Length: > 0 } token)
        {
            return new Fault.Transient("the token endpoint answered without a token");
        }

        // Oracle documents the number as text.
        var life = long.TryParse(json["expires_in"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) - Margin
            : ShortestLife;
        return new NetSuitePass.Bearer(token, asked + (life < ShortestLife ? ShortestLife : life));
    }

    /// <summary>Null where no credential of the set is configured; a fault where one of them is missing or does not resolve.</summary>
    private Outcome<string[]>? Configured(string[] names)
    {
        if (!names.Any(context.System.Credentials.ContainsKey))
        {
            return null;
        }

        var secrets = new string[names.Length];
        for (var index = 0; index < names.Length; index++)
        {
            if (context.FindSecret(names[index]) is not { } secret)
            {
                return new Fault.Unauthorized(
                    $"systems.{context.System.Name}.credentials.{names[index]}: missing, or its reference does not resolve"
                );
            }

            secrets[index] = secret;
        }

        return secrets;
    }
}
