using System.Globalization;
using System.Text;

namespace QtcHub.Server.Bench;

/// <summary>What flows through a benchmark: the events of the configured source, marked by their index.</summary>
internal static class BenchTraffic
{
    /// <summary>The environment variable that the benchmark's configuration takes its secrets from.</summary>
    public const string SecretVariable = "QTC_BENCH_SECRET";

    private static readonly byte[] Mark = "bench-"u8.ToArray();

    /// <summary>The secret that this run's events are signed with.</summary>
    public static byte[] Secret { get; } = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(SecretVariable) ?? "");

    /// <summary>Where the source's webhooks go at a hub; a baseline takes them anywhere.</summary>
    public static string PathOf(string source) => $"/webhooks/{source}";

    /// <summary>The index of the event that a request tells of, or null.</summary>
    public static int? IndexIn(ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf(Mark);
        return
            at >= 0
            && body.Length >= at + Mark.Length + 8
            && int.TryParse(body.Slice(at + Mark.Length, 8), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;
    }

    /// <summary>The mark of an event.</summary>
    public static string MarkOf(int index) => $"bench-{index.ToString("D8", CultureInfo.InvariantCulture)}";
}
