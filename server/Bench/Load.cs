using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QtcHub.Server.Bench;

/// <summary>Sends events over bare sockets: a full HTTP client would take more of the machine than some of what it measures.</summary>
internal sealed class Load
{
    private readonly PartSpec spec;
    private readonly BenchInstallation installation = BenchInstallation.Load();
    private readonly long[] sent;
    private readonly long[] took;
    private readonly int[] statuses;
    private readonly long start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10);
    private int next = -1;

    private Load(PartSpec spec)
    {
        this.spec = spec;
        (sent, took, statuses) = (new long[spec.Events], new long[spec.Events], new int[spec.Events]);
    }

    public static async Task<LoadResult> RunAsync(PartSpec spec, CancellationToken cancellationToken)
    {
        var load = new Load(spec);
        await Task.WhenAll(Enumerable.Range(0, spec.Connections).Select(_ => load.SendAllAsync(cancellationToken)));
        return new LoadResult
        {
            Statuses = load.statuses.CountBy(status => status).ToDictionary(),
            Sent = load.sent,
            Took = load.took,
        };
    }

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, spec.Url.Port, cancellationToken);
        var received = new byte[16 * 1024];
        while (Interlocked.Increment(ref next) is var at && at < spec.Events)
        {
            var request = RequestOf(spec.First + at);
            sent[at] = await DueAsync(at, cancellationToken);
            await socket.SendAsync(request, cancellationToken);
            statuses[at] = await AnswerAsync(socket, received, cancellationToken);
            took[at] = Stopwatch.GetTimestamp() - sent[at];
        }
    }

    /// <summary>In an open loop an event that is sent late counts from when it was due: waiting for a connection is waiting too.</summary>
    private async Task<long> DueAsync(int at, CancellationToken cancellationToken)
    {
        var now = Stopwatch.GetTimestamp();
        if (spec.Rate == 0)
        {
            return now;
        }

        var due = start + (at * Stopwatch.Frequency / spec.Rate);
        if (due > now)
        {
            await Task.Delay(Stopwatch.GetElapsedTime(now, due), cancellationToken);
        }

        return due;
    }

    private byte[] RequestOf(int index)
    {
        var source = installation.Source;
        var body = source.Event(index);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {BenchTraffic.PathOf(installation.SourceName)} HTTP/1.1\r\nHost: {spec.Url.Authority}\r\nContent-Type: application/json; charset=utf-8\r\n{source.SignatureHeader}: {source.Sign(body, BenchTraffic.Secret, DateTimeOffset.UtcNow)}\r\nContent-Length: {body.Length}\r\n\r\n"
        );
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>The answer's status, once all of it is here.</summary>
    private static async Task<int> AnswerAsync(Socket socket, byte[] received, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (!IsWhole(received.AsSpan(0, filled)))
        {
            var read = await socket.ReceiveAsync(received.AsMemory(filled), cancellationToken);
            Invariant.Holds(read > 0, "an answer comes whole");
            filled += read;
        }

        var isNumber = Utf8Parser.TryParse(received.AsSpan("HTTP/1.1 ".Length, 3), out int status, out _);
        Invariant.Holds(isNumber, "an answer has a status");
        return status;
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = answer[..end];
        var at = head.IndexOf("Content-Length: "u8);
        return at < 0
            ? head.IndexOf("chunked"u8) < 0 || answer.EndsWith("\r\n0\r\n\r\n"u8)
            : Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) && answer.Length >= end + 4 + length;
    }
}
