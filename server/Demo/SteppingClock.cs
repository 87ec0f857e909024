namespace QtcHub.Server.Demo;

/// <summary>
/// The machine's clock, set ahead or back: what it says jumps where somebody steps it. Timers go by the machine, so no deadline of a call sees a jump; a jump is made
/// only while nothing is under way, so no lease does.
/// </summary>
internal sealed class SteppingClock : TimeProvider
{
    private readonly TimeProvider inner;
    private long offset;

    public SteppingClock(TimeProvider inner, DateTimeOffset start)
    {
        this.inner = inner;
        offset = (start - inner.GetUtcNow()).Ticks;
    }

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + new TimeSpan(Interlocked.Read(ref offset));

    /// <summary>Goes to an instant; where it is that late already it stays.</summary>
    public void StepTo(DateTimeOffset instant)
    {
        var ahead = instant - GetUtcNow();
        if (ahead > TimeSpan.Zero)
        {
            Interlocked.Add(ref offset, ahead.Ticks);
        }
    }

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
