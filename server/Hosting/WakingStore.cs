using QtcHub.Ledger;

namespace QtcHub.Server.Hosting;

/// <summary>A store that rings for the work of each commit once it is durable, so that no pump has to look in vain.</summary>
internal sealed class WakingStore(IHubStore inner) : IHubStore
{
    /// <summary>Called with the share of each work item that became durable.</summary>
    public event Action<string>? Enqueued;

    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var result = await inner.CommitAsync(commit, cancellationToken);
        if (result == CommitResult.Committed)
        {
            foreach (var work in commit.Work)
            {
                Enqueued?.Invoke(work.Item.Share);
            }
        }

        return result;
    }

    public Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken) => inner.ReadAsync(home, key, cancellationToken);

    public Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken) =>
        inner.ReadManyAsync(home, keyPrefix, limit, cancellationToken);

    public Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(kind, state, continuation, limit, cancellationToken);

    public Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken) => inner.CountAsync(cancellationToken);
}
