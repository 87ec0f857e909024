namespace QtcHub.Hosting;

/// <summary>How a head is; the queue is told of where it can be counted, the clock only where it was set back.</summary>
public sealed record Health(string Status, IReadOnlyList<HealthTrouble> Systems, long? Queue, long? ClockBehindSeconds)
{
    private static readonly TimeSpan NoticedBehind = TimeSpan.FromSeconds(2);

    /// <summary>What is to be said about systems in trouble, a queue's length, and a clock that is behind what it has shown before.</summary>
    public static Health Of(
        IReadOnlyList<(string System, string Trouble, DateTimeOffset Until)> troubles,
        long? queue,
        TimeSpan clockBehind
    ) =>
        new(
            troubles.Count == 0 && clockBehind < NoticedBehind ? "ok" : "degraded",
            [.. troubles.Select(trouble => new HealthTrouble(trouble.System, trouble.Trouble, trouble.Until))],
            queue,
            clockBehind < NoticedBehind ? null : clockBehind.Ticks / TimeSpan.TicksPerSecond
        );
}

/// <summary>A system in trouble.</summary>
public sealed record HealthTrouble(string System, string Trouble, DateTimeOffset? Until);
