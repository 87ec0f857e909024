using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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

    /// <summary>Adds its endpoint, which answers once the channel is open.</summary>
    public void Map(WebApplication app) => app.MapPost("/control/release", ReleaseAsync);

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

    private async Task<IResult> ReleaseAsync(HttpContext http, Hub hub)
    {
        if (http.Connection.LocalPort != port)
        {
            return Problem.Of(StatusCodes.Status404NotFound, "no-such-endpoint");
        }

        if (!IsAllowed(http.Request.Headers.Authorization.ToString()))
        {
            return Problem.Of(StatusCodes.Status401Unauthorized, "control-token-wrong");
        }

        if (await ReadAsync(http) is not { Id.Length: > 0, Who.Length: > 0, Reason.Length: > 0 } asked)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "not-a-release");
        }

        var answer = await Releasing.RunAsync(hub, asked, http.RequestAborted);
        return Results.Json(answer, ControlJson.Default.ReleaseAnswer);
    }

    /// <summary>Hashes have one length, so that comparing them tells nothing of the token.</summary>
    private bool IsAllowed(string authorization) =>
        Volatile.Read(ref open) is { } file
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(authorization)),
            SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {file.Token}"))
        );

    private static async Task<ReleaseRequest?> ReadAsync(HttpContext http)
    {
        if (await RequestBody.ReadAsync(http.Request, MostBytes, http.RequestAborted) is not { } body)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(body.Span, ControlJson.Default.ReleaseRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
