using QtcHub.Ledger;
using QtcHub.Stores.Memory;

namespace QtcHub.Simulation;

/// <summary>One process's way to the embedded store.</summary>
internal sealed class SimulatedStore(MemoryStore store, Errand errand, Func<bool> isBusy, FaultTally tally) : IHubStore, IWorkQueue
{
    public Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        if (isBusy())
        {
            commit.CheckLimits();
            tally.Add("store overloaded");
            return errand.Call($"busy {commit.Home}", () => Task.FromResult(CommitResult.Overloaded));
        }

        return errand.Call($"commit {commit.Home}", () => store.CommitAsync(commit, CancellationToken.None));
    }

    public Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken) =>
        errand.Call($"read {home} {key}", () => store.ReadAsync(home, key, CancellationToken.None));

    public Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken) =>
        errand.Call($"read {home} {keyPrefix}", () => store.ReadManyAsync(home, keyPrefix, limit, CancellationToken.None));

    public Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken) =>
        errand.Call($"list {kind}", () => store.ListAsync(kind, state, continuation, limit, CancellationToken.None));

    public Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken) =>
        errand.Call("count", () => store.CountAsync(CancellationToken.None));

    public Task<IReadOnlyList<TakenWork>> TakeAsync(
        string share,
        int limit,
        DateTimeOffset now,
        TimeSpan lease,
        CancellationToken cancellationToken
    ) => errand.Call($"take {share}", () => store.TakeAsync(share, limit, now, lease, CancellationToken.None));

    public Task CompleteAsync(TakenWork work, CancellationToken cancellationToken) =>
        errand.Call($"complete {work.Item.Id}", () => Done(store.CompleteAsync(work, CancellationToken.None)));

    public Task PostponeAsync(TakenWork work, DateTimeOffset due, CancellationToken cancellationToken) =>
        errand.Call($"postpone {work.Item.Id}", () => Done(store.PostponeAsync(work, due, CancellationToken.None)));

    public Task<DateTimeOffset?> NextDueAsync(string share, CancellationToken cancellationToken) =>
        errand.Call($"next {share}", () => store.NextDueAsync(share, CancellationToken.None));

    public Task<long> LengthAsync(CancellationToken cancellationToken) =>
        errand.Call("length", () => store.LengthAsync(CancellationToken.None));

    private static Task<bool> Done(Task task)
    {
        Invariant.Holds(task.IsCompletedSuccessfully, "the store in memory completes at once");
        return Task.FromResult(true);
    }
}
