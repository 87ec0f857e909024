using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Server.Hosting;

/// <summary>What happens by the clock: every source is asked what changed, what sleeps too long is swept, and the store gets what it wants. Of processes that share a store one does each.</summary>
internal sealed class Timers(HubContext context, IReadOnlyList<Chore> chores, PumpParts parts)
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetainEvery = TimeSpan.FromDays(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);

    /// <summary>Every timer, running until it is stopped.</summary>
    public IEnumerable<Task> Run(CancellationToken stop)
    {
        var sources = context
            .Router.Routes.Select(route => route.Source)
            .Where(source => source.Connector is IChangeFeed)
            .DistinctBy(source => source.Options.Name);
        foreach (var source in sources)
        {
            var system = source.Options;
            yield return InTurnAsync($"poll of {system.Name}", system.PollEvery, token => PollAsync(system.Name, token), stop);
        }

        yield return EveryAsync("measuring", MeasureEvery, MeasureAsync, stop);
        yield return InTurnAsync("sweep", SweepEvery, parts.Hub.SweepAsync, stop);
        yield return EveryAsync("retention", RetainEvery, parts.Hub.RetainRoundAsync, stop);
        foreach (var chore in chores)
        {
            yield return chore.IsShared
                ? InTurnAsync(chore.Name, chore.Every, chore.Run, stop)
                : EveryAsync(chore.Name, chore.Every, chore.Run, stop);
        }
    }

    private async Task PollAsync(string system, CancellationToken stop)
    {
        if (await parts.Hub.PollRoundAsync(system, stop) is { Fault: { } fault })
        {
            HeadLog.PollEndedEarly(parts.Log, system, fault.Name);
        }
    }

    private async Task MeasureAsync(CancellationToken stop)
    {
        await parts.Hub.MeasureAsync(stop);
        if (parts.Meter.MeasuresQueue)
        {
            parts.Meter.Queue(await parts.Queue.LengthAsync(stop));
        }
    }

    private Task InTurnAsync(string timer, TimeSpan period, Func<CancellationToken, Task> job, CancellationToken stop) =>
        EveryAsync(timer, period, token => parts.Hub.InTurnAsync(timer, period, job, token), stop);

    private async Task EveryAsync(string timer, TimeSpan period, Func<CancellationToken, Task> job, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await OnceAsync(timer, job, stop);
                await Task.Delay(period, parts.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task OnceAsync(string timer, Func<CancellationToken, Task> job, CancellationToken stop)
    {
        try
        {
            await job(stop);
        }
        catch (StoreFailedException failed)
        {
            parts.Store.Report(failed);
        }
        catch (Exception thrown) when (thrown is not OperationCanceledException)
        {
            // The head's catch-all, as for work: a timer that meets a bug runs again at its next time.
            HeadLog.TimerThrew(parts.Log, timer, thrown.GetType().Name, HeadLog.SiteOf(thrown));
        }
    }
}
