using System.Globalization;

namespace QtcHub.Connectors.Salesforce;

/// <summary>
/// Signs in by whichever of the two credential sets is configured; by client credentials where both are. An access token lives as long as its session, which no
/// answer tells, so it is kept until it is refused. The address that comes with it is not used: no answer says where to call.
/// </summary>
internal sealed class SalesforceAuth
{
    /// <summary>Credentials of the OAuth 2.0 client credentials flow.</summary>
    public static readonly string[] ClientCredentials = [SalesforceOptions.ClientId, SalesforceOptions.ClientSecret];

    /// <summary>Credentials of the OAuth 2.0 JWT bearer flow.</summary>
    public static readonly string[] JwtBearer = [SalesforceOptions.ClientId, SalesforceOptions.PrivateKey, SalesforceOptions.Username];

    private readonly VendorHttp http;
    private readonly ISalesforceApi api;
    private readonly SalesforceOptions options;
    private readonly TimeProvider time;
    private readonly SharedToken<string> tokens;

    public SalesforceAuth(VendorHttp http, ISalesforceApi api, SalesforceOptions options, TimeProvider time)
    {
        (this.http, this.api, this.options, this.time) = (http, api, options, time);
        tokens = new SharedToken<string>(FetchAsync, _ => DateTimeOffset.MaxValue, time);
    }

    /// <summary>A token for one call.</summary>
    public Task<Outcome<string>> TokenAsync(CancellationToken cancellationToken) => tokens.GetAsync(cancellationToken);

    /// <summary>After a 401: the next call asks for a new token, unless another already has.</summary>
    public Task RefuseAsync(string token) => tokens.DropAsync(known => known == token);

    private async Task<Outcome<string>> FetchAsync()
    {
        var written = Write();
        if (!written.TryGet(out var fields, out var fault))
        {
            return fault;
        }

        var called = await http.CallAsync(CallKind.Read, token => AskAsync(fields, token), CancellationToken.None);
        return called.TryGet(out var answer, out fault) ? Read(answer) : fault;
    }

    private async Task<HttpResponseMessage> AskAsync(Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(fields);
        return await api.TokenAsync(form, cancellationToken);
    }

    /// <summary>The request for a token.</summary>
    private Outcome<Dictionary<string, string>> Write()
    {
        var names = options.Names(SalesforceOptions.ClientSecret) ? ClientCredentials : JwtBearer;
        if (Array.Find(names, name => options.FindSecret(name) is null) is { } missing)
        {
            return new Fault.Unauthorized(
                options.Names(missing)
                    ? $"{options.Path}.credentials.{missing}: its reference does not resolve"
                    : $"{options.Path}.credentials: give either {string.Join(", ", ClientCredentials)} or {string.Join(", ", JwtBearer)}"
            );
        }

        var secrets = Array.ConvertAll(names, name => options.FindSecret(name)!);
        if (names == ClientCredentials)
        {
            return new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = secrets[0],
                ["client_secret"] = secrets[1],
            };
        }

        return SalesforceAssertion.Sign(secrets[0], secrets[2], secrets[1], options.Audience, time.GetUtcNow()) is { } assertion
            ? new Dictionary<string, string> { ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer", ["assertion"] = assertion }
            : new Fault.Unauthorized($"{options.Path}.credentials.{SalesforceOptions.PrivateKey}: not a PEM key of type RSA");
    }

    private Outcome<string> Read(VendorAnswer answer)
    {
        // Every 4xx of the token endpoint but "slow down" is a refused credential: the request has no other content.
        if ((int)answer.Status is >= 400 and < 500 and not (408 or 429))
        {
            return new Fault.Unauthorized($"the token endpoint answered {((int)answer.Status).ToString(CultureInfo.InvariantCulture)}");
        }

        if (!answer.IsSuccess)
        {
            return SalesforceFaults.OfRead(answer, time.GetUtcNow(), options.Secrets);
        }

        return VendorJson.TryParse(answer.Body, out var body) && body.Text("access_token") is { Length: > 0 } token
            ? token
            : new Fault.Transient("the token endpoint answered without a token");
    }
}
