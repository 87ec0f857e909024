using System.Globalization;
using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Signs in by OAuth 2.0 client credentials. A token lives an hour; it is kept until shortly before its end. Source: developer.zuora.com, "Create an OAuth
/// token".
/// </summary>
internal sealed class ZuoraAuth
{
    // Given up a little before Zuora does, so that none expires under way.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(30);
    private const long LongestLife = 86_400;

    private readonly VendorHttp http;
    private readonly IZuoraApi api;
    private readonly ZuoraOptions options;
    private readonly TimeProvider time;
    private readonly SharedToken<Token> tokens;

    public ZuoraAuth(VendorHttp http, IZuoraApi api, ZuoraOptions options, TimeProvider time)
    {
        (this.http, this.api, this.options, this.time) = (http, api, options, time);
        tokens = new SharedToken<Token>(FetchAsync, token => token.UseUntil, time);
    }

    /// <summary>A token for one call.</summary>
    public async Task<Outcome<string>> TokenAsync(CancellationToken cancellationToken)
    {
        var held = await tokens.GetAsync(cancellationToken);
        return held.TryGet(out var token, out var fault) ? token.Text : fault;
    }

    /// <summary>After a 401: the next call asks for a new token, unless another already has.</summary>
    public Task RefuseAsync(string token) => tokens.DropAsync(known => known.Text == token);

    private async Task<Outcome<Token>> FetchAsync()
    {
        var (id, secret, missing) = options.FindClient();
        if (missing is not null)
        {
            return new Fault.Unauthorized($"the credential {missing} does not resolve");
        }

        var asked = time.GetUtcNow();
        var called = await http.CallAsync(CallKind.Read, token => AskAsync(id!, secret!, token), CancellationToken.None);
        return called.TryGet(out var answer, out var fault) ? Read(answer, asked) : fault;
    }

    private async Task<HttpResponseMessage> AskAsync(string id, string secret, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent([
            KeyValuePair.Create("client_id", id),
            KeyValuePair.Create("client_secret", secret),
            KeyValuePair.Create("grant_type", "client_credentials"),
        ]);
        return await api.TokenAsync(form, cancellationToken);
    }

    private Outcome<Token> Read(VendorAnswer answer, DateTimeOffset asked)
    {
        // Every 4xx here but "slow down" is a refused credential: the request has no other content.
        if ((int)answer.Status is >= 400 and < 500 and not (408 or 429))
        {
            return new Fault.Unauthorized($"the token endpoint answered {((int)answer.Status).ToString(CultureInfo.InvariantCulture)}");
        }

        var isObject = VendorJson.TryParse(answer.Body, out var body);
        if (!answer.IsSuccess)
        {
            return ZuoraFaults.OfRead(
                ZuoraError.Of(answer.Status, isObject ? body : default, options.FindSecrets()),
                answer,
                time.GetUtcNow()
            );
        }

        if (!isObject || body.Text("access_token") is not { Length: > 0 } text)
        {
            return new Fault.Transient("the token endpoint answered without a token");
        }

        var life = TimeSpan.FromSeconds(Math.Clamp(Seconds(body) ?? 0, 0, LongestLife)) - Margin;
        return new Token(text, asked + (life < ShortestLife ? ShortestLife : life));
    }

    private static long? Seconds(JsonElement body) =>
        body.TryGetProperty("expires_in", out var life) && life.ValueKind == JsonValueKind.Number && life.TryGetInt64(out var seconds)
            ? seconds
            : null;

    private sealed record Token(string Text, DateTimeOffset UseUntil);
}
