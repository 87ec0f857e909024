using System.Globalization;
using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Signs in by OAuth 2.0 client credentials. A token lives an hour; it is kept until shortly before its end. Source: developer.zuora.com, "Create an OAuth
/// token".
/// </summary>
internal sealed class ZuoraAuth(VendorHttp http, IZuoraApi api, ZuoraOptions options, TimeProvider time)
{
    // Given up a little before Zuora does, so that none expires under way.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(30);
    private const long LongestLife = 86_400;

    private Lazy<Task<Outcome<Token>>>? current;

    /// <summary>A token for one call. Callers that need a new one share one request for it.</summary>
    public async Task<Outcome<string>> TokenAsync(CancellationToken cancellationToken)
    {
        var held = Volatile.Read(ref current);
        if (held is null || await IsSpentAsync(held))
        {
            var next = new Lazy<Task<Outcome<Token>>>(FetchAsync);
            var winner = Interlocked.CompareExchange(ref current, next, held);
            held = ReferenceEquals(winner, held) ? next : winner ?? next;
        }

        var fetched = await held.Value.WaitAsync(cancellationToken);
        return fetched.TryGet(out var token, out var fault) ? token.Text : fault;
    }

    /// <summary>After a 401: the next call asks for a new token, unless another already has.</summary>
    public async Task RefuseAsync(string token)
    {
        var held = Volatile.Read(ref current);
        if (
            held is { IsValueCreated: true, Value.IsCompleted: true }
            && (await held.Value).TryGet(out var known, out _)
            && known.Text == token
        )
        {
            Interlocked.CompareExchange(ref current, null, held);
        }
    }

    private async Task<bool> IsSpentAsync(Lazy<Task<Outcome<Token>>> held)
    {
        if (!held.IsValueCreated || !held.Value.IsCompleted)
        {
            return false;
        }

        return !(await held.Value).TryGet(out var token, out _) || token.UseUntil <= time.GetUtcNow();
    }

    // The token serves every caller, so no single caller's cancellation ends the request; the call's own deadline does.
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

        var isObject = ZuoraJson.TryParse(answer.Body, out var body);
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
