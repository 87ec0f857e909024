using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Jobs by the clock that one process does for all: the job's row says who is at it and when it last began, so that of many clocks that strike one is heard.
/// </summary>
internal sealed class TimedJobs(HubContext hub, EpochOf epochs)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Runs a job, unless another process is at it or began it less than a period ago; whether it ran.</summary>
    public async Task<bool> RunAsync(string name, TimeSpan every, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        var home = Home.OfJob($"timed-{name}");
        var now = hub.Now;
        var stored = await hub.Store.JobAsync(home, cancellationToken);
        var epoch = (await epochs.NowAsync(cancellationToken)).Number;
        // What a restored store remembers of its jobs is of before. A clock that strikes up to a tenth early is heard, too.
        if (stored is { Value: var last } && last.Epoch == epoch && (last.LeaseUntil > now || now - last.From < every - (every / 10)))
        {
            return false;
        }

        var version = stored?.Version ?? 0;
        var leased = new JobState(null, now, null, now + Lease, epoch);
        if (!await hub.Store.PutJobAsync(home, leased, version, cancellationToken))
        {
            return false;
        }

        await run(cancellationToken);
        // Where it took longer than its lease another may be at it: the row is then that one's.
        await hub.Store.PutJobAsync(home, leased with { LeaseUntil = null }, version + 1, cancellationToken);
        return true;
    }
}
