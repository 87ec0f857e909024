using QtcHub.Ledger;
using QtcHub.Stores.Memory;

namespace QtcHub.Simulation;

/// <summary>Where a simulated world keeps the hub's state: what the world itself looks at completes at once, and each process has a way of its own to it.</summary>
internal abstract class Storage
{
    /// <summary>The store as the world sees it.</summary>
    public abstract IHubStore Store { get; }

    /// <summary>The queue as the world sees it.</summary>
    public abstract IWorkQueue Queue { get; }

    /// <summary>Whether processes share it as those of several machines do: each by calls of its own, and what one leaves half done another finishes.</summary>
    public abstract bool IsShared { get; }

    /// <summary>A process's way to it.</summary>
    public abstract StorageWay Way(Scheduler scheduler, ProcessLife life, Dice dice, FaultTally tally);

    /// <summary>Takes a backup; calling what comes back restores it.</summary>
    public abstract Action Backup();
}

/// <summary>One process's way to the store and the queue.</summary>
internal abstract class StorageWay
{
    public abstract IHubStore Store { get; }

    public abstract IWorkQueue Queue { get; }

    /// <summary>Whether calls to it may go wrong.</summary>
    public bool MayFail { get; set; } = true;

    /// <summary>Finishes what processes began and left.</summary>
    public abstract Task RelayAsync();
}

/// <summary>The embedded store: what a process asks is done as a whole or not at all.</summary>
internal sealed class EmbeddedStorage(TimeProvider clock) : Storage
{
    private readonly MemoryStore store = new(clock);

    public override IHubStore Store => store;

    public override IWorkQueue Queue => store;

    public override bool IsShared => false;

    public override StorageWay Way(Scheduler scheduler, ProcessLife life, Dice dice, FaultTally tally) =>
        new EmbeddedWay(store, new Errand(scheduler, life, dice), dice, tally);

    public override Action Backup()
    {
        var copy = store.Copy();
        return () => store.Restore(copy);
    }

    private sealed class EmbeddedWay : StorageWay
    {
        private readonly SimulatedStore store;

        public EmbeddedWay(MemoryStore memory, Errand errand, Dice dice, FaultTally tally) =>
            store = new SimulatedStore(memory, errand, () => MayFail && dice.OneIn(400), tally);

        public override IHubStore Store => store;

        public override IWorkQueue Queue => store;

        public override Task RelayAsync() => Task.CompletedTask;
    }
}
