using QtcHub.Ledger;

namespace QtcHub.Server.Hosting;

/// <summary>Remembers that the store failed and stops the process: what goes on after a failed fsync is guesswork.</summary>
internal sealed class StoreWatch(IHostApplicationLifetime lifetime, ILogger<StoreWatch> log)
{
    private int failed;

    /// <summary>Whether the store has failed.</summary>
    public bool HasFailed => Volatile.Read(ref failed) != 0;

    /// <summary>Reports a failure; the first stops the process.</summary>
    public void Report(StoreFailedException failure)
    {
        if (Interlocked.Exchange(ref failed, 1) == 0)
        {
            HeadLog.StoreFailed(log, failure.Message);
            lifetime.StopApplication();
        }
    }

    /// <summary>Reports the failure that a store tells of by itself.</summary>
    public async Task WatchAsync(Task<StoreFailedException> failure)
    {
        Report(await failure);
    }
}
