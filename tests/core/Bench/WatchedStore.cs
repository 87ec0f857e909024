using QtcHub.Ledger;

namespace QtcHub.Tests.Core.Bench;

/// <summary>A store through which a test can make something happen just before or just after a commit of its choice.</summary>
internal sealed class WatchedStore(IHubStore inner) : IHubStore
{
    /// <summary>Runs before each commit.</summary>
    public Func<Commit, Task>? Before { get; set; }

    /// <summary>Runs after each commit.</summary>
    public Func<Commit, Task>? After { get; set; }

    /// <summary>The commits that the store is too busy to take.</summary>
    public Func<Commit, bool> IsTooBusyFor { get; set; } = _ => false;

    /// <summary>How many single rows were read.</summary>
    public int Reads { get; private set; }

    /// <summary>How often all rows were counted.</summary>
    public int Counts { get; private set; }

    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        if (IsTooBusyFor(commit))
        {
            return CommitResult.Overloaded;
        }

        await (Before?.Invoke(commit) ?? Task.CompletedTask);
        var result = await inner.CommitAsync(commit, cancellationToken);
        await (After?.Invoke(commit) ?? Task.CompletedTask);
        return result;
    }

    public Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken)
    {
        Reads++;
        return inner.ReadAsync(home, key, cancellationToken);
    }

    public Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken) =>
        inner.ReadManyAsync(home, keyPrefix, limit, cancellationToken);

    public Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(kind, state, continuation, limit, cancellationToken);

    public Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken)
    {
        Counts++;
        return inner.CountAsync(cancellationToken);
    }
}
