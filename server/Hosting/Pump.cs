using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;

namespace QtcHub.Server.Hosting;

/// <summary>What every pump works with.</summary>
internal sealed record PumpParts(Hub Hub, IWorkQueue Queue, TimeProvider Time, StoreWatch Store, HeadMeter Meter, ILogger Log);

/// <summary>Takes the work of one share, in batches as large as it has idle workers, and carries out what comes back.</summary>
internal sealed class Pump(string share, int workers, TimeSpan lease, Signal signal, PumpParts parts)
{
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(5);
    private int busy;

    /// <summary>Runs until <paramref name="stop"/>, then lets what is under way end until <paramref name="abort"/>.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        try
        {
            while (true)
            {
                await signal.WaitAsync(await TakeAsync(stop, abort), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await SettleAsync(abort);
        }
        catch (StoreFailedException failed)
        {
            parts.Store.Report(failed);
        }
    }

    /// <summary>Starts what is due and says how long to idle at most: a freed worker or new work rings earlier.</summary>
    private async Task<TimeSpan> TakeAsync(CancellationToken stop, CancellationToken abort)
    {
        var free = workers - Volatile.Read(ref busy);
        if (free == 0)
        {
            return LongestIdle;
        }

        var taken = await BeginAsync(free, stop, abort);
        if (taken == free)
        {
            return LongestIdle;
        }

        var due = await parts.Queue.NextDueAsync(share, stop);
        var wait = due - parts.Time.GetUtcNow() ?? LongestIdle;
        return wait < LongestIdle ? wait : LongestIdle;
    }

    /// <summary>Starts as much as is due and there are workers for; how much.</summary>
    private async Task<int> BeginAsync(int free, CancellationToken stop, CancellationToken abort)
    {
        parts.Meter.Begin();
        try
        {
            var taken = await parts.Queue.TakeAsync(share, free, parts.Time.GetUtcNow(), lease, stop);
            foreach (var work in taken)
            {
                Interlocked.Increment(ref busy);
                parts.Meter.Begin();
                // Every ending of a worker is handled inside it; the pump only counts them.
                _ = WorkAsync(work, abort);
            }

            return taken.Count;
        }
        finally
        {
            parts.Meter.End();
        }
    }

    private async Task WorkAsync(TakenWork work, CancellationToken abort)
    {
        // Core runs synchronously up to its first real wait: the taking of the next item must not stand behind it.
        await Task.Yield();
        try
        {
            await FinishAsync(work, await parts.Hub.ProcessAsync(work, abort), abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Its lease runs out and it is done again.
        }
        catch (StoreFailedException failed)
        {
            parts.Store.Report(failed);
        }
        catch (Exception thrown)
        {
            // The head's one catch-all: a bug in one item must not stop the others.
            await PostponeBugAsync(work, thrown, abort);
        }
        finally
        {
            Interlocked.Decrement(ref busy);
            parts.Meter.End();
            signal.Give();
        }
    }

    private async Task FinishAsync(TakenWork work, WorkOutcome outcome, CancellationToken abort)
    {
        switch (outcome)
        {
            case WorkOutcome.Later later:
                await parts.Queue.PostponeAsync(work, later.Due, abort);
                parts.Meter.Work(share, "later");
                break;
            default:
                await parts.Queue.CompleteAsync(work, abort);
                parts.Meter.Work(share, "done");
                break;
        }
    }

    private async Task PostponeBugAsync(TakenWork work, Exception thrown, CancellationToken abort)
    {
        HeadLog.WorkThrew(parts.Log, work.Item.Id, thrown.GetType().Name, HeadLog.SiteOf(thrown));
        parts.Meter.Work(share, "bug");
        try
        {
            await parts.Queue.PostponeAsync(work, parts.Time.GetUtcNow() + Recoverability.AfterFailure(work.Attempt), abort);
        }
        catch (StoreFailedException failed)
        {
            parts.Store.Report(failed);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Its lease runs out and it is done again.
        }
    }

    private async Task SettleAsync(CancellationToken abort)
    {
        while (Volatile.Read(ref busy) > 0 && !abort.IsCancellationRequested)
        {
            await signal.WaitAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
        }
    }
}
