using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Server.Hosting;

/// <summary>Runs the pumps and timers of one hub, and stops them in order.</summary>
internal sealed class HubWorker(HubContext context, Hub hub, IWorkQueue queue, WakeBoard board, HeadParts head) : BackgroundService
{
    /// <summary>How long work under way may go on after the process was asked to stop.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private const int HubWorkers = 2;
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await ListeningAsync(stoppingToken))
        {
            return;
        }

        using var abort = new CancellationTokenSource();
        await using var grace = stoppingToken.Register(() => abort.CancelAfter(Grace));
        var parts = new PumpParts(hub, queue, context.Time, head.Watch, head.Meter, head.Log);
        var pumps = hub.Shares.Select(share => PumpOf(share, parts).RunAsync(stoppingToken, abort.Token));
        await Task.WhenAll([.. pumps, .. new Timers(context, head.Store.Chores, parts).Run(stoppingToken)]);
    }

    /// <summary>
    /// A pretend vendor of this process answers once the process listens: a poll before that would open its circuit. False where it was stopped before, or could not listen.
    /// </summary>
    private async Task<bool> ListeningAsync(CancellationToken stoppingToken)
    {
        var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var started = head.Lifetime.ApplicationStarted.Register(() => listening.TrySetResult(true));
        await using var stopped = stoppingToken.Register(() => listening.TrySetResult(false));
        return await listening.Task;
    }

    private Pump PumpOf(string share, PumpParts parts)
    {
        var system = context.Options.Systems.Values.FirstOrDefault(system =>
            share == $"from-{system.Name}" || share == $"to-{system.Name}"
        );
        // One item may make a few calls one after the other; a lease that ends sooner would only have them made twice.
        var lease = system is null || system.LongestCall < ShortestLease ? ShortestLease : system.LongestCall;
        return new Pump(share, system?.Concurrency ?? HubWorkers, lease, board.Of(share), parts);
    }
}

/// <summary>What belongs to the head as a whole.</summary>
internal sealed record HeadParts(
    StoreWatch Watch,
    HeadStore Store,
    HeadMeter Meter,
    IHostApplicationLifetime Lifetime,
    ILogger<HubWorker> Log
);
