namespace QtcHub.Simulation;

/// <summary>A process's calls to what lies outside it: each takes a while to arrive and a while to be answered, so a process can die before, between and after.</summary>
internal sealed class Errand(Scheduler scheduler, ProcessLife life, Dice dice)
{
    private static readonly TimeSpan LongestWay = TimeSpan.FromMilliseconds(4);

    /// <summary>The call arrives, is done whatever becomes of the caller, and is answered.</summary>
    public Task<T> Call<T>(string what, Func<Task<T>> call)
    {
        var promise = new TaskCompletionSource<T>();
        scheduler.In(
            dice.Wait(LongestWay),
            what,
            life,
            () =>
            {
                var done = call();
                Invariant.Holds(done.IsCompleted, "a store in memory completes at once");
                scheduler.In(dice.Wait(LongestWay), "answered", life, () => promise.SetFrom(done));
            }
        );
        return promise.Task;
    }

    /// <summary>The call is done some time later, even where its caller has died meanwhile.</summary>
    public void Later(TimeSpan most, string what, Action call) => scheduler.In(dice.Wait(most), what, null, call);
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
