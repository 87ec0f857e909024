using System.Net;
using System.Net.Sockets;

namespace QtcHub.Server.Hosting;

/// <summary>Chooses ports before anything listens, for the pretend vendors' addresses must be known before the hub is put together.</summary>
internal static class FreePort
{
    /// <summary>The addresses, each port 0 replaced by a free one.</summary>
    public static IReadOnlyList<Uri> Choose(IReadOnlyList<Uri> urls) =>
        [.. urls.Select(url => url.Port == 0 ? new UriBuilder(url) { Port = Find() }.Uri : url)];

    /// <summary>A loopback address with a free port.</summary>
    public static Uri Loopback() => Choose([new Uri("http://127.0.0.1:0")])[0];

    private static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
