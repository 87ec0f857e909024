using QtcHub.Ledger;
using QtcHub.Stores.Memory;

namespace QtcHub.Simulation;

/// <summary>
/// One process's way to the store: every call takes a while to arrive and a while to be answered, so a process can die before, between and after.
/// </summary>
internal sealed class SimulatedStore(MemoryStore store, Scheduler scheduler, ProcessLife life, Dice dice, FaultTally tally)
    : IHubStore,
        IWorkQueue
{
    /// <summary>Whether the store is at times too busy to take a commit.</summary>
    public bool MayBeBusy { get; set; } = true;

    public Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        if (MayBeBusy && dice.OneIn(400))
        {
            commit.CheckLimits();
            tally.Add("store overloaded");
            return Call($"busy {commit.Home}", () => Task.FromResult(CommitResult.Overloaded));
        }

        return Call($"commit {commit.Home}", () => store.CommitAsync(commit, CancellationToken.None));
    }

    public Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken) =>
        Call($"read {home} {key}", () => store.ReadAsync(home, key, CancellationToken.None));

    public Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken) =>
        Call($"read {home} {keyPrefix}", () => store.ReadManyAsync(home, keyPrefix, limit, CancellationToken.None));

    public Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken) =>
        Call($"list {kind}", () => store.ListAsync(kind, state, continuation, limit, CancellationToken.None));

    public Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken) =>
        Call("count", () => store.CountAsync(CancellationToken.None));

    public Task<IReadOnlyList<TakenWork>> TakeAsync(
        string share,
        int limit,
        DateTimeOffset now,
        TimeSpan lease,
        CancellationToken cancellationToken
    ) => Call($"take {share}", () => store.TakeAsync(share, limit, now, lease, CancellationToken.None));

    public Task CompleteAsync(TakenWork work, CancellationToken cancellationToken) =>
        Call($"complete {work.Item.Id}", () => Done(store.CompleteAsync(work, CancellationToken.None)));

    public Task PostponeAsync(TakenWork work, DateTimeOffset due, CancellationToken cancellationToken) =>
        Call($"postpone {work.Item.Id}", () => Done(store.PostponeAsync(work, due, CancellationToken.None)));

    public Task<DateTimeOffset?> NextDueAsync(string share, CancellationToken cancellationToken) =>
        Call($"next {share}", () => store.NextDueAsync(share, CancellationToken.None));

    public Task<long> LengthAsync(CancellationToken cancellationToken) => Call("length", () => store.LengthAsync(CancellationToken.None));

    private static Task<bool> Done(Task task)
    {
        Invariant.Holds(task.IsCompletedSuccessfully, "the store in memory completes at once");
        return Task.FromResult(true);
    }

    /// <summary>The call arrives, is done whatever becomes of the caller, and is answered.</summary>
    private Task<T> Call<T>(string what, Func<Task<T>> call)
    {
        var promise = new TaskCompletionSource<T>();
        scheduler.In(
            dice.Wait(TimeSpan.FromMilliseconds(4)),
            what,
            life,
            () =>
            {
                var done = call();
                Invariant.Holds(done.IsCompleted, "the store in memory completes at once");
                scheduler.In(dice.Wait(TimeSpan.FromMilliseconds(4)), "answered", life, () => promise.SetFrom(done));
            }
        );
        return promise.Task;
    }
}

internal static class Promises
{
    /// <summary>Fulfils a promise with what a completed task holds.</summary>
    public static void SetFrom<T>(this TaskCompletionSource<T> promise, Task<T> done)
    {
        if (done.Exception is { } broken)
        {
            promise.SetException(broken.InnerExceptions);
        }
        else
        {
            promise.SetResult(done.GetAwaiter().GetResult());
        }
    }
}
