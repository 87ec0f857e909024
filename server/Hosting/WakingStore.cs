using QtcHub.Ledger;

namespace QtcHub.Server.Hosting;

/// <summary>A store that rings for the work of each commit once it is durable, so that no pump has to look in vain; <paramref name="wake"/> gets its share.</summary>
internal sealed class WakingStore(IHubStore inner, Action<string> wake) : IHubStore
{
    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var result = await inner.CommitAsync(commit, cancellationToken);
        if (result == CommitResult.Committed)
        {
            foreach (var work in commit.Work)
            {
                wake(work.Item.Share);
            }
        }

        return result;
    }

    public Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken) =>
        inner.ReadAsync(home, key, cancellationToken);

    public Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken) =>
        inner.ReadManyAsync(home, keyPrefix, limit, cancellationToken);

    public Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(kind, state, continuation, limit, cancellationToken);

    public Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken) => inner.CountAsync(cancellationToken);
}
