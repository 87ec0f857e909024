using QtcHub.Hosting;

namespace QtcHub.Pipeline;

/// <summary>The one place where faults become dispositions.</summary>
public static class Recoverability
{
    private static readonly TimeSpan LongestFailureWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UnnamedQuotaWait = TimeSpan.FromSeconds(5);

    /// <summary>Decides about a fault. <paramref name="attempt"/> is the number of counted attempts so far, this one included.</summary>
    public static Disposition Decide(Fault fault, int attempt, PolicyOptions policy) =>
        fault switch
        {
            Fault.Transient when attempt >= policy.Attempts => new Disposition.DeadLetter(),
            Fault.Transient => new Disposition.Retry(BackOff(attempt, policy)),
            Fault.RateLimited limited => new Disposition.WaitForQuota(limited.RetryAfter ?? UnnamedQuotaWait),
            Fault.Unavailable => new Disposition.OpenCircuit(),
            Fault.Unauthorized => new Disposition.PauseSystem(),
            Fault.NotYet => new Disposition.LookAgain(),
            Fault.Ambiguous => new Disposition.ReadBack(),
            Fault.MissingReference missing => new Disposition.Park(missing.Referenced, missing.Id),
            Fault.Conflict when attempt >= policy.Attempts => new Disposition.DeadLetter(),
            Fault.Conflict => new Disposition.Reload(),
            Fault.ClosedPeriod { OpenPeriod: { } open } when policy.PostClosedInOpenPeriod => new Disposition.PostInPeriod(open),
            Fault.ClosedPeriod closed => new Disposition.Hold(closed.Detail),
            Fault.Rejected or Fault.PostedDocumentChanged or Fault.MappingFailed or Fault.Invalid => new Disposition.DeadLetter(),
            _ => throw new InvariantException("every fault has a disposition"),
        };

    /// <summary>The wait after attempt n: first × 2^(n−1), capped. Jitter is the caller's.</summary>
    public static TimeSpan BackOff(int attempt, PolicyOptions policy)
    {
        var wait = policy.RetryFirst;
        for (var n = 1; n < attempt && wait < policy.RetryMost; n++)
        {
            wait += wait;
        }

        return wait < policy.RetryMost ? wait : policy.RetryMost;
    }

    /// <summary>The wait for what has been waited for so long: as long again, within the policy's shortest and longest wait between two attempts.</summary>
    public static TimeSpan AsLongAgain(TimeSpan waited, PolicyOptions policy) =>
        waited < policy.RetryFirst ? policy.RetryFirst
        : waited < policy.RetryMost ? waited
        : policy.RetryMost;

    /// <summary>The wait after attempt n of what is mostly over at once: none after the first, then as after a transient fault.</summary>
    public static TimeSpan AfterFirst(int attempt, PolicyOptions policy, Random random) =>
        attempt <= 1 ? TimeSpan.Zero : Jittered(BackOff(attempt - 1, policy), random);

    /// <summary>The wait after taking n of work that failed by no fault of its own, a bug or a store that did not answer: 2^n seconds, at most five minutes.</summary>
    public static TimeSpan AfterFailure(int taken)
    {
        var wait = TimeSpan.FromSeconds(1L << Math.Min(taken, 16));
        return wait < LongestFailureWait ? wait : LongestFailureWait;
    }

    /// <summary>Takes up to half of a wait away, so that what failed together does not come back together.</summary>
    public static TimeSpan Jittered(TimeSpan wait, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return TimeSpan.FromTicks(wait.Ticks / 1000 * random.Next(500, 1001));
    }
}
