using QtcHub.Ledger;

namespace QtcHub.Simulation;

/// <summary>Once in a run: a backup of the store, and some business later every process dies and the store is restored from it.</summary>
internal sealed class Restores(World world, Dice dice)
{
    private const int OneTurnIn = 30;
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(5);
    private (Action Restore, DateTimeOffset At)? backup;
    private bool isDone;

    /// <summary>One turn: mostly nothing.</summary>
    public void Turn()
    {
        if (isDone || !dice.OneIn(OneTurnIn))
        {
            return;
        }

        if (backup is { } taken)
        {
            Restore(taken.Restore, taken.At);
        }
        else
        {
            backup = (world.Storage.Backup(), world.Scheduler.Now);
        }
    }

    private void Restore(Action restore, DateTimeOffset takenAt)
    {
        foreach (var process in world.Alive)
        {
            world.Kill(process);
        }

        restore();
        var raised = new StoreEpoch(1, takenAt, world.Scheduler.Now).RaiseAsync(world.Store, CancellationToken.None);
        Invariant.Holds(raised.IsCompletedSuccessfully, "the store in memory completes at once");
        world.Faults.Add("store restored");
        isDone = true;
        world.Scheduler.In(Restart, "restart after a restore", null, world.StartProcess);
    }
}
