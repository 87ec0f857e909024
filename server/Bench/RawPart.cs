namespace QtcHub.Server.Bench;

/// <summary>The baseline that stores nothing: takes a POST, checks its signature, answers.</summary>
internal sealed class RawPart : IBenchServer
{
    private readonly BenchInstallation installation = BenchInstallation.Load();
    private WebApplication? app;

    public static async Task<RawPart> StartAsync(PartSpec spec, CancellationToken cancellationToken)
    {
        var part = new RawPart();
        part.app = await BareServer.StartAsync(spec.Url, part.AnswerAsync, cancellationToken);
        return part;
    }

    public Task<PartStats> StatsAsync(CancellationToken cancellationToken) => Task.FromResult(new PartStats());

    public Task<long> ProgressAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var body = await BareServer.BodyAsync(http);
        var source = installation.Source;
        http.Response.StatusCode = source.Check(body, http.Request.Headers[source.SignatureHeader].ToString(), BenchTraffic.Secret)
            ? StatusCodes.Status200OK
            : StatusCodes.Status401Unauthorized;
    }
}
