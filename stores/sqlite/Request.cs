namespace QtcHub.Stores.Sqlite;

/// <summary>One call that waits for the writer.</summary>
internal abstract class Request
{
    /// <summary>When it began to wait, as a timestamp of the store's clock.</summary>
    public long Enqueued { get; set; }

    /// <summary>About how many bytes it holds.</summary>
    public long Size { get; init; }

    /// <summary>Runs it inside the open transaction; its result is not known to anybody before <see cref="Release"/>.</summary>
    public abstract void Run(WriteSession session);

    /// <summary>Lets the store's memory forget what is about to be outdated: once the transaction is durable any reader may see what it wrote.</summary>
    public abstract void Outdate();

    /// <summary>Tells the store's memory the result, before anybody else knows it: the transaction is durable.</summary>
    public abstract void Settle();

    /// <summary>Tells its caller the result: the transaction is durable.</summary>
    public abstract void Release();

    /// <summary>Tells its caller that the medium failed.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>A call with its answer; <paramref name="settle"/> and <paramref name="outdate"/> are for what the store keeps in memory of it.</summary>
internal sealed class Request<T>(Func<WriteSession, T> run, Action<T>? settle = null, Action<T>? outdate = null) : Request
{
    // A caller's continuation must not run on the writer's thread: it would hold up everybody else.
    private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Answer => answer.Task;

    public override void Run(WriteSession session) => result = run(session);

    public override void Outdate() => outdate?.Invoke(result!);

    public override void Settle() => settle?.Invoke(result!);

    public override void Release() => answer.SetResult(result!);

    public override void Fail(Exception failure) => answer.SetException(failure);
}
