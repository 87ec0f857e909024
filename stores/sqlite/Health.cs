using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>Whether the medium has failed. It never recovers: after a failed write or fsync nobody knows what the disk holds until it is read anew.</summary>
internal sealed class Health(string path)
{
    // Continuations run elsewhere, so that a host's reaction does not run on the writer's thread.
    private readonly TaskCompletionSource<StoreFailedException> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StoreFailedException? first;

    public Task<StoreFailedException> Failed => failed.Task;

    public bool HasFailed => Volatile.Read(ref first) is not null;

    public void ThrowIfFailed()
    {
        if (HasFailed)
        {
            throw Failure();
        }
    }

    /// <summary>Marks the store failed; the first cause stands.</summary>
    public void Fail(SqliteException cause)
    {
        var failure = new StoreFailedException($"{path} failed: {Cause.Of(cause)}", cause);
        if (Interlocked.CompareExchange(ref first, failure, null) is null)
        {
            failed.SetResult(failure);
        }
    }

    /// <summary>A fresh exception for one caller, so that callers do not share a stack trace.</summary>
    public StoreFailedException Failure()
    {
        var cause = Volatile.Read(ref first);
        Invariant.Holds(cause is not null, "the store has failed");
        return new StoreFailedException(cause.Message, cause.InnerException);
    }
}
