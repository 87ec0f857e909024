using System.Diagnostics;
using QtcHub.Sandbox;

namespace QtcHub.Server.Bench;

/// <summary>A target: takes every write after a delay, and notes when each event arrived.</summary>
internal sealed class TargetPart : IBenchServer
{
    private readonly PartSpec spec;
    private readonly IBenchTarget vendor;
    private readonly long[] arrived;
    private WebApplication? app;
    private long writes;

    private TargetPart(PartSpec spec)
    {
        this.spec = spec;
        vendor = BenchInstallation.Load().Target;
        arrived = new long[spec.First + spec.Events];
    }

    public static async Task<TargetPart> StartAsync(PartSpec spec, CancellationToken cancellationToken)
    {
        var part = new TargetPart(spec);
        part.app = await BareServer.StartAsync(spec.Url, part.AnswerAsync, cancellationToken);
        return part;
    }

    public Task<PartStats> StatsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new PartStats { Arrived = arrived[spec.First..] });

    public Task<long> ProgressAsync(CancellationToken cancellationToken) => Task.FromResult(Interlocked.Read(ref writes));

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method))
        {
            // A source that is polled: nothing has changed.
            await http.Response.WriteAsync("""{"object":"list","data":[],"has_more":false}""", http.RequestAborted);
            return;
        }

        var body = await BareServer.BodyAsync(http);
        if (spec.DelayMs > 0)
        {
            await Task.Delay(spec.DelayMs, http.RequestAborted);
        }

        var index = BenchTraffic.IndexIn(body);
        Invariant.Holds(index is not null, "every write tells of an event");
        arrived[index.Value] = Stopwatch.GetTimestamp();
        var (status, location) = vendor.Answer($"{spec.Url.GetLeftPart(UriPartial.Authority)}{http.Request.Path}", index.Value + 1);
        http.Response.StatusCode = status;
        http.Response.Headers.Location = location;
        Interlocked.Increment(ref writes);
    }
}
