using System.Globalization;
using System.Text.Json;

namespace QtcHub.Server.Bench;

/// <summary>A child process of the benchmark: says when it is ready, answers a question a line, ends with its input.</summary>
internal static class Part
{
    public const string Verb = "bench-part";
    public const string Ready = "ready";
    public const string Stats = "stats";
    public const string Progress = "progress";

    /// <summary>Runs the role that a spec names.</summary>
    public static async Task<int> RunAsync(PartSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Role == "load")
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(await Load.RunAsync(spec, cancellationToken), BenchJson.Default.LoadResult));
            return ExitCode.Good;
        }

        await using IBenchServer server = spec.Role switch
        {
            "hub" => await HubPart.StartAsync(spec, cancellationToken),
            "floor" => await FloorPart.StartAsync(spec, cancellationToken),
            "raw" => await RawPart.StartAsync(spec, cancellationToken),
            "target" => await TargetPart.StartAsync(spec, cancellationToken),
            _ => throw new InvariantException("a known role"),
        };
        Console.Out.WriteLine(Ready);
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            Console.Out.WriteLine(
                line switch
                {
                    Progress => (await server.ProgressAsync(cancellationToken)).ToString(CultureInfo.InvariantCulture),
                    Stats => JsonSerializer.Serialize(await server.StatsAsync(cancellationToken), BenchJson.Default.PartStats),
                    _ => throw new InvariantException("a known question"),
                }
            );
        }

        return ExitCode.Good;
    }
}

/// <summary>A part that serves until it is disposed of.</summary>
internal interface IBenchServer : IAsyncDisposable
{
    /// <summary>How much work waits here; at a target, how many writes were taken.</summary>
    Task<long> ProgressAsync(CancellationToken cancellationToken);

    /// <summary>What it has counted; counting takes a while.</summary>
    Task<PartStats> StatsAsync(CancellationToken cancellationToken);
}

/// <summary>The least of a web server: no routing, no logging, one function.</summary>
internal static class BareServer
{
    public static async Task<WebApplication> StartAsync(Uri url, RequestDelegate answer, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.ToString());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(cancellationToken);
        return app;
    }

    /// <summary>The whole body, whose length was announced.</summary>
    public static async Task<byte[]> BodyAsync(HttpContext http)
    {
        var body = new byte[http.Request.ContentLength ?? 0];
        await http.Request.Body.ReadExactlyAsync(body, http.RequestAborted);
        return body;
    }
}
