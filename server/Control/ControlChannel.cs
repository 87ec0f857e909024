using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using QtcHub.Hosting;
using QtcHub.Server.Webhooks;

namespace QtcHub.Server.Control;

/// <summary>Takes commands of the same user's <c>qtc</c>: on a loopback port of its own, with the token that only this user can read.</summary>
internal sealed class ControlChannel(string data) : IDisposable
{
    /// <summary>Where it listens: loopback, any free port.</summary>
    public const string Address = "http://127.0.0.1:0";

    private const int MostBytes = 16 * 1024;
    private ControlFile? open;
    private int port;

    /// <summary>Adds its endpoints, which answer once the channel is open.</summary>
    public void Map(WebApplication app)
    {
        Map(
            app,
            ControlVerbs.Release,
            static asked => asked is { Id.Length: > 0, Who.Length: > 0, Reason.Length: > 0 },
            Releasing.RunAsync
        );
        Map(
            app,
            ControlVerbs.Backfill,
            static asked => asked is { System.Length: > 0, Record.Length: > 0, From.Length: > 0, To.Length: > 0 },
            Backfilling.PageAsync
        );
        Map(
            app,
            ControlVerbs.Remap,
            static asked => asked is { Record.Length: > 0, From.Length: > 0, Who.Length: > 0, Reason.Length: > 0 },
            Applying.PageAsync
        );
        Map(
            app,
            ControlVerbs.Link,
            static asked => asked is { Record.Length: > 0, Systems: not null, Who.Length: > 0 },
            BulkLinking.PageAsync
        );
    }

    /// <summary>The server listens: writes where and with which token.</summary>
    public void Open(Uri url)
    {
        port = url.Port;
        var file = ControlFile.For(url);
        file.Write(data);
        Volatile.Write(ref open, file);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref open, null) is not null)
        {
            ControlFile.Remove(data);
        }
    }

    private void Map<TAsk, TAnswer>(
        WebApplication app,
        ControlVerb<TAsk, TAnswer> verb,
        Predicate<TAsk> isWhole,
        Func<Hub, TAsk, CancellationToken, Task<TAnswer>> run
    )
        where TAsk : class
        where TAnswer : class =>
        app.MapPost(
            verb.Path,
            async (HttpContext http, Hub hub) =>
            {
                if (Refuse(http) is { } refused)
                {
                    return refused;
                }

                return await ReadAsync(http, verb.Ask) is { } asked && isWhole(asked)
                    ? Results.Json(await run(hub, asked, http.RequestAborted), verb.Answer)
                    : Problem.Of(StatusCodes.Status400BadRequest, $"not-a-{verb.Name}");
            }
        );

    private IResult? Refuse(HttpContext http) =>
        http.Connection.LocalPort != port ? Problem.Of(StatusCodes.Status404NotFound, "no-such-endpoint")
        : !IsAllowed(http.Request.Headers.Authorization.ToString()) ? Problem.Of(StatusCodes.Status401Unauthorized, "control-token-wrong")
        : null;

    /// <summary>Hashes have one length, so that comparing them tells nothing of the token.</summary>
    private bool IsAllowed(string authorization) =>
        Volatile.Read(ref open) is { } file
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(authorization)),
            SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {file.Token}"))
        );

    private static async Task<T?> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> form)
        where T : class
    {
        if (await RequestBody.ReadAsync(http.Request, MostBytes, http.RequestAborted) is not { } body)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(body.Span, form);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
