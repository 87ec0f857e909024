namespace QtcHub.Simulation;

/// <summary>What the wire to one vendor is like now: mostly fair, with single faults, and at times a storm in which every call fails alike.</summary>
internal sealed class Weather(Scheduler scheduler, Dice dice, FaultTally tally, Action onVendorCommit)
{
    private static readonly WireFault[] OnReads =
    [
        WireFault.Refused,
        WireFault.TimeoutBeforeCommit,
        WireFault.CutBeforeCommit,
        WireFault.CutAfterCommit,
        WireFault.RateLimited,
        WireFault.ErrorBeforeCommit,
        WireFault.Unavailable,
        WireFault.Unauthorized,
        WireFault.Slow,
    ];

    private static readonly WireFault[] OnWrites =
    [
        .. OnReads,
        WireFault.TimeoutAfterCommit,
        // Twice as often as the others: only such a call shows what comes of a lease that ran out.
        WireFault.LateCommit,
        WireFault.LateCommit,
        WireFault.ErrorAfterCommit,
        WireFault.Conflict,
        WireFault.Forbidden,
    ];
    private static readonly WireFault[] Storms =
    [
        WireFault.Refused,
        WireFault.RateLimited,
        WireFault.ErrorBeforeCommit,
        WireFault.Unauthorized,
        WireFault.Conflict,
    ];

    private WireFault storm;
    private DateTimeOffset stormUntil = DateTimeOffset.MinValue;

    /// <summary>Whether faults happen at all.</summary>
    public bool IsFair { get; set; }

    /// <summary>Begins a storm.</summary>
    public void Brew()
    {
        storm = dice.Pick(Storms);
        stormUntil = scheduler.Now + TimeSpan.FromSeconds(20) + dice.Wait(TimeSpan.FromMinutes(2));
        tally.Add($"storm {storm}");
    }

    /// <summary>How the next call goes.</summary>
    public WireFault Next(bool isWrite)
    {
        var fault =
            IsFair ? WireFault.None
            : scheduler.Now < stormUntil ? storm
            : !dice.OneIn(isWrite ? 4 : 8) ? WireFault.None
            : dice.Pick(isWrite ? OnWrites : OnReads);
        // A read has nothing to conflict with.
        fault = fault == WireFault.Conflict && !isWrite ? WireFault.None : fault;
        if (fault != WireFault.None)
        {
            tally.Add($"wire {fault}");
        }

        return fault;
    }

    /// <summary>The vendor has answered, and perhaps written.</summary>
    public void Answered(bool isWrite)
    {
        if (isWrite)
        {
            onVendorCommit();
        }
    }
}
