namespace QtcHub.Server.Hosting;

/// <summary>The machine's clock, which never goes back: where it was set back, time stands still until it has caught up, and health says so.</summary>
internal sealed class SteadyClock(TimeProvider inner) : TimeProvider
{
    private long newest;

    /// <summary>How far the machine's clock is behind the newest time that this process has seen.</summary>
    public TimeSpan Behind => TimeSpan.FromTicks(Math.Max(0, Interlocked.Read(ref newest) - inner.GetUtcNow().UtcTicks));

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        NotBefore(inner.GetUtcNow());
        return new DateTimeOffset(Interlocked.Read(ref newest), TimeSpan.Zero);
    }

    /// <summary>Time that has been seen elsewhere: it is not earlier here.</summary>
    public void NotBefore(DateTimeOffset seen)
    {
        var known = Interlocked.Read(ref newest);
        while (seen.UtcTicks > known)
        {
            var was = Interlocked.CompareExchange(ref newest, seen.UtcTicks, known);
            if (was == known)
            {
                return;
            }

            known = was;
        }
    }

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
