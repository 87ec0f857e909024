using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>
/// The hub's store on Azure Table and Blob Storage: one table, a partition per home, entity-group transactions. Several processes may use it at once.
/// </summary>
/// <remarks>
/// A head calls <see cref="RelayAsync"/> every half minute or so: it finishes what a process began and left. What is written, in which order, and what a
/// crash between any two calls leaves, is told in <c>docs/decisions/2026-11-22-azure-store.md</c>.
/// </remarks>
public sealed class AzureStore : IHubStore
{
    private const int Rereads = 5;
    private readonly CloudParts parts;
    private readonly IWorkOutlet outlet;
    private readonly HeaderCache cache = new();
    private readonly Lists lists;
    private readonly DueIndex due;
    private readonly CommitRun run;
    private readonly Upkeep upkeep;

    /// <summary>A store over a service or its model; committed work goes to <paramref name="outlet"/>.</summary>
    public AzureStore(CloudParts parts, IWorkOutlet outlet)
    {
        ArgumentNullException.ThrowIfNull(parts);
        this.parts = parts;
        this.outlet = outlet;
        lists = new Lists(parts);
        due = new DueIndex(parts, lists);
        upkeep = new Upkeep(parts, lists);
        run = new CommitRun(parts, cache, lists, due, outlet);
    }

    /// <inheritdoc />
    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        cancellationToken.ThrowIfCancellationRequested();
        commit.CheckLimits();
        if (commit.Changes.Length > 0)
        {
            return await run.RunAsync(commit);
        }

        // Work alone has nothing to be atomic with; where only some of it arrives the caller is told, and asks again.
        return await outlet.SendAsync(commit.Work, cancellationToken) ? CommitResult.Committed : CommitResult.Overloaded;
    }

    /// <inheritdoc />
    public async Task<Row?> ReadAsync(Home home, string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (partition, rowKey) = (HomeRows.Partition(home), HomeRows.RowKey(key));
        for (var reads = 0; reads < Rereads; reads++)
        {
            var found = await parts.Table.GetAsync(partition, rowKey, cancellationToken);
            if (found is null)
            {
                return null;
            }

            if (await WithBodyAsync(found, cancellationToken) is { } row)
            {
                return row;
            }
        }

        throw MissingBlob();
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<Row>> ReadManyAsync(Home home, string keyPrefix, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(limit > 0, "a read has a limit");
        var rows = new List<Row>();
        foreach (var found in await parts.Table.QueryAsync(HomeRows.All(home, keyPrefix, limit), cancellationToken))
        {
            // A blob goes when its row is replaced: then the row is read anew, or has gone too.
            if (
                (
                    await WithBodyAsync(found, cancellationToken)
                    ?? await ReadAsync(home, CloudKey.Unescape(found.RowKey), cancellationToken)
                ) is
                { } row
            )
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <inheritdoc />
    public async Task<RowPage> ListAsync(string kind, string? state, string? continuation, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(limit > 0, "a page has a limit");
        string? after = Lists.Behind(RowPosition.After(continuation));
        var rows = new List<ListedRow>();
        while (after is not null && rows.Count <= limit)
        {
            var (entries, until) = await lists.FindAsync((kind, state), after, limit + 1, cancellationToken);
            foreach (var entry in entries)
            {
                if (!IsLast(rows, entry) && await ListedAsync(kind, entry, cancellationToken) is { } row)
                {
                    rows.Add(row);
                    if (rows.Count > limit)
                    {
                        break;
                    }
                }
            }

            after = until is null ? null : until + CloudKey.Separator;
        }

        var page = rows.Take(limit).ToList();
        return new RowPage(page, rows.Count > limit ? new RowPosition(page[^1].Home.Value, page[^1].Row.Key).ToString() : null);
    }

    /// <inheritdoc />
    /// <remarks>It goes through the keys of every list, a thousand a call; entries that a crash left count until the relay has taken them out.</remarks>
    public Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return lists.CountAsync(cancellationToken);
    }

    /// <summary>Finishes commits that their processes began and left, and takes back those that never came; gives how many it settled.</summary>
    public Task<int> RelayAsync(CancellationToken cancellationToken) => due.RelayAsync(outlet, cancellationToken);

    /// <summary>
    /// Makes the lists anew from the homes' own rows, beside whatever else goes on: enters what is missing, takes out what stands for nothing. It reads the whole
    /// table. Gives how many rows it looked at.
    /// </summary>
    public async Task<long> RebuildAsync(CancellationToken cancellationToken)
    {
        var seen = await upkeep.EnterAllAsync(cancellationToken);
        await upkeep.LeaveStaleAsync(cancellationToken);
        return seen;
    }

    /// <summary>
    /// Takes away blobs that no row names and that are older than the options keep them, a page a call: null begins, and a null answer is the end.
    /// </summary>
    public Task<string?> SweepBlobsAsync(string? continuation, CancellationToken cancellationToken) =>
        upkeep.SweepAsync(continuation, cancellationToken);

    /// <summary>As <see cref="SweepBlobsAsync(string?, CancellationToken)"/>, to the end.</summary>
    public async Task SweepBlobsAsync(CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            continuation = await SweepBlobsAsync(continuation, cancellationToken);
        } while (continuation is not null);
    }

    private static StoreFailedException MissingBlob() => new("the blob of a row is missing");

    // Of a row that moves between two states while they are read, both entries may be found and each hold at its own moment.
    private static bool IsLast(List<ListedRow> rows, FoundEntry entry) =>
        rows.Count > 0 && rows[^1].Home == entry.Home && rows[^1].Row.Key == entry.Key;

    private async Task<ListedRow?> ListedAsync(string kind, FoundEntry entry, CancellationToken cancellationToken)
    {
        for (var reads = 0; reads < Rereads; reads++)
        {
            var found = await parts.Table.GetAsync(HomeRows.Partition(entry.Home), HomeRows.RowKey(entry.Key), cancellationToken);
            if (
                found is null
                || HomeRows.HeaderOf(found) is var header && (header.ListedBy != Lists.CommitOf(entry) || header.Kind != kind)
            )
            {
                return null;
            }

            // A blob goes when its row is replaced, and the row may be in the list as before.
            if (await WithBodyAsync(found, cancellationToken) is { } row)
            {
                return new ListedRow(entry.Home, row);
            }
        }

        throw MissingBlob();
    }

    /// <summary>Null where the row's blob has gone, for the row has been replaced since.</summary>
    private async Task<Row?> WithBodyAsync(CloudRow found, CancellationToken cancellationToken)
    {
        var header = HomeRows.HeaderOf(found);
        var body = header.Blob is null ? HomeRows.InlineBody(found) : await parts.Blobs.GetAsync(header.Blob, cancellationToken);
        if (body is null)
        {
            return null;
        }

        cache.Keep(found.Partition, found.RowKey, header);
        return HomeRows.Read(found, body);
    }
}
