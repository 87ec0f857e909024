namespace QtcHub.Server.Bench;

/// <summary>What one run of one server came to.</summary>
internal sealed record Measurement
{
    /// <summary>Events a second, from the first sending to the last thing done.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>CPU of the server, microseconds an event.</summary>
    public required double CpuMicroseconds { get; init; }

    /// <summary>CPU of load and targets, microseconds an event.</summary>
    public required double OthersCpuMicroseconds { get; init; }

    /// <summary>Most memory of the server, proportional set size, MiB.</summary>
    public required double PeakMebibytes { get; init; }

    /// <summary>Milliseconds from sending to the answer.</summary>
    public required Latency Answer { get; init; }

    /// <summary>Milliseconds from sending to the later of the two targets; null where nothing is delivered.</summary>
    public Latency? Delivered { get; init; }

    /// <summary>Rows stored, an event.</summary>
    public double Rows { get; init; }

    /// <summary>Bytes of their bodies, an event.</summary>
    public double Bytes { get; init; }

    /// <summary>Commits asked for, an event.</summary>
    public double Commits { get; init; }

    /// <summary>Transactions made durable, an event.</summary>
    public double Transactions { get; init; }

    /// <summary>SQLite's <c>synchronous</c>.</summary>
    public long Synchronous { get; init; }
}

/// <summary>Milliseconds.</summary>
internal sealed record Latency(double P50, double P99, double Worst)
{
    public static Latency Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalMilliseconds).Order().ToList();
        return new Latency(sorted[sorted.Count / 2], sorted[sorted.Count * 99 / 100], sorted[^1]);
    }
}

/// <summary>The median of several, and how far they lie apart.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return new Spread(sorted[sorted.Count / 2], sorted[0], sorted[^1]);
    }
}
