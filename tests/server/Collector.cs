using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using QtcHub.Server.Hosting;

namespace QtcHub.Tests.Server;

/// <summary>Stands where telemetry is sent, on a free loopback port, and keeps everything that comes.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> came = [];

    private Collector(WebApplication app, Uri url) => (this.app, Url) = (app, url);

    public Uri Url { get; }

    public int Requests => came.Count;

    public static async Task<Collector> StartAsync()
    {
        var url = FreePort.Loopback();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url.ToString());
        builder.Logging.ClearProviders();
        var collector = new Collector(builder.Build(), url);
        collector.app.Run(collector.KeepAsync);
        await collector.app.StartAsync();
        return collector;
    }

    /// <summary>What came to a path, as Latin-1, so that every byte is a character and names can be looked for.</summary>
    public string At(string path) =>
        string.Concat(
            came.Where(one => one.Path.EndsWith(path, StringComparison.Ordinal)).Select(one => Encoding.Latin1.GetString(one.Body))
        );

    public string Everything => At("");

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task KeepAsync(HttpContext http)
    {
        await using var body =
            http.Request.Headers.ContentEncoding == "gzip"
                ? new GZipStream(http.Request.Body, CompressionMode.Decompress)
                : http.Request.Body;
        using var read = new MemoryStream();
        await body.CopyToAsync(read, http.RequestAborted);
        came.Enqueue((http.Request.Path, read.ToArray()));
        if (http.Request.Path.Value!.EndsWith("/track", StringComparison.Ordinal))
        {
            var items = Encoding.UTF8.GetString(read.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            await http.Response.WriteAsJsonAsync(
                new
                {
                    itemsReceived = items,
                    itemsAccepted = items,
                    errors = Array.Empty<string>(),
                }
            );
        }
    }
}
