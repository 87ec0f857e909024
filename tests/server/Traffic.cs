using Microsoft.AspNetCore.Http;

namespace QtcHub.Tests.Server;

/// <summary>Watches the calls that reach the pretend vendors, whoever makes them.</summary>
internal sealed class Traffic
{
    // So that calls overlap as they do on a real way.
    private static readonly TimeSpan Way = TimeSpan.FromMilliseconds(10);
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> now = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> most = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> paths = new(StringComparer.Ordinal);

    /// <summary>The most calls that a system ever had under way at once.</summary>
    public int Most(string system)
    {
        lock (gate)
        {
            return most.GetValueOrDefault(system);
        }
    }

    /// <summary>How often a path was asked for.</summary>
    public int Of(string path)
    {
        lock (gate)
        {
            return paths.GetValueOrDefault(path);
        }
    }

    public async Task CountAsync(HttpContext http, RequestDelegate next)
    {
        var path = http.Request.Path.Value ?? "";
        var parts = path.Split('/');
        if (parts is not [_, "_sandbox", var system, "api", ..])
        {
            await next(http);
            return;
        }

        lock (gate)
        {
            paths[path] = paths.GetValueOrDefault(path) + 1;
            now[system] = now.GetValueOrDefault(system) + 1;
            most[system] = Math.Max(most.GetValueOrDefault(system), now[system]);
        }

        try
        {
            await Task.Delay(Way, http.RequestAborted);
            await next(http);
        }
        finally
        {
            lock (gate)
            {
                now[system]--;
            }
        }
    }
}
