namespace QtcHub.Ledger;

/// <summary>The durable store of the hub: one way to write, a few ways to read. Implementations pass one contract suite.</summary>
public interface IHubStore
{
    /// <summary>Makes a step's decision durable: every change of its one home and every work item, or nothing.</summary>
    /// <remarks>
    /// Work is enqueued by id: an id that waits already keeps the earlier due time; an id that is leased is done once more after the lease.
    /// A broken limit throws <see cref="InvariantException"/>; a disk that fails throws <see cref="StoreFailedException"/>, after which the process must stop.
    /// </remarks>
    Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken);

    /// <summary>One row with its version, or null.</summary>
    Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken);

    /// <summary>The rows of a home whose key begins with <paramref name="keyPrefix"/> (ordinal), in <see cref="KeyOrder"/>, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken);

    /// <summary>A page of rows of a kind across homes, by <see cref="RowPosition"/>; <paramref name="state"/> null means any state. It may be slightly stale.</summary>
    Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken);

    /// <summary>How many rows there are per kind and state. It may be slightly stale; after a lost call to the cloud it may count a row twice for a while.</summary>
    Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken);
}

/// <summary>One page of a list; <paramref name="Continuation"/> null means the end.</summary>
public sealed record RowPage(IReadOnlyList<ListedRow> Rows, string? Continuation);

/// <summary>How many rows of a kind are in a state.</summary>
public sealed record RowCount(string Kind, string State, long Count);

/// <summary>The medium failed (disk full, I/O error, corruption). What was not acknowledged is not stored; the process must stop.</summary>
public sealed class StoreFailedException(string message, Exception? inner = null) : Exception(message, inner);
