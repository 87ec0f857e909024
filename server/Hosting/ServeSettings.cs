using System.Net;
using QtcHub.Stores.Sqlite;
using QtcHub.Telemetry;

namespace QtcHub.Server.Hosting;

/// <summary>How to serve.</summary>
internal sealed record ServeSettings
{
    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>The addresses to listen on.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    /// <summary>Whether pretend vendors stand in for every system.</summary>
    public bool Sandbox { get; init; }

    /// <summary>Whether webhooks are taken and stored, and nothing else is done.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether to log what goes well, too.</summary>
    public bool Verbose { get; init; }

    /// <summary>What time it is, to the hub and to its pretend vendors.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where telemetry goes.</summary>
    public TelemetrySettings Telemetry { get; init; } = TelemetrySettings.None;

    /// <summary>The limits of the store.</summary>
    public SqliteStoreOptions Store { get; init; } = new();

    /// <summary>Reads <c>a;b</c>; null with the first text that is no http address.</summary>
    public static (IReadOnlyList<Uri>? Urls, string? Wrong) ReadUrls(string text)
    {
        var urls = new List<Uri>();
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(part, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp)
            {
                return (null, part);
            }

            urls.Add(url);
        }

        return urls.Count == 0 ? (null, text) : (urls, null);
    }

    /// <summary>The first address that others than this machine can reach, or null.</summary>
    public Uri? FirstPublic() =>
        Urls.FirstOrDefault(url => !url.IsLoopback && !(IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address)));
}
