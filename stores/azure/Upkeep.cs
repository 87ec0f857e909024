using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>What is done now and then over the whole store: lists made anew from the homes, and blobs that no row names taken away.</summary>
internal sealed class Upkeep(CloudParts parts, Lists lists)
{
    private const int Page = 1000;
    private const string FirstHome = "h!";
    private const string AfterHomes = "h\"";

    /// <summary>Enters every listed row that its list lacks; gives how many rows were looked at.</summary>
    public async Task<long> EnterAllAsync(CancellationToken cancellationToken)
    {
        var seen = 0L;
        string? continuation = null;
        do
        {
            var page = await parts.Table.ScanAsync(FirstHome, AfterHomes, continuation, cancellationToken);
            foreach (var found in page.Rows.Where(row => row.RowKey[0] != CloudKey.Separator))
            {
                seen++;
                await EnterAsync(found, cancellationToken);
            }

            continuation = page.Continuation;
        } while (continuation is not null);
        return seen;
    }

    /// <summary>Takes out entries that stand for nothing and are older than any commit under way; gives how many.</summary>
    public async Task<long> LeaveStaleAsync(CancellationToken cancellationToken)
    {
        var left = 0L;
        foreach (var partition in await lists.AllPartitionsAsync(cancellationToken))
        {
            var from = "";
            IReadOnlyList<CloudRow> rows;
            do
            {
                rows = await parts.Table.QueryAsync(new CloudRange(partition, from, CloudKey.Last.ToString(), Page), cancellationToken);
                foreach (var row in rows)
                {
                    left += await LeaveStaleAsync(row, cancellationToken) ? 1 : 0;
                }

                from = rows.Count == 0 ? "" : rows[^1].RowKey + CloudKey.Separator;
            } while (rows.Count == Page);
        }

        return left;
    }

    /// <summary>Takes away a page of blobs that no row names and that are older than any commit under way; gives where the next page begins.</summary>
    public async Task<string?> SweepAsync(string? continuation, CancellationToken cancellationToken)
    {
        var page = await parts.Blobs.ListAsync(continuation, Page, cancellationToken);
        var before = parts.Clock.GetUtcNow() - parts.Options.KeepAbandoned;
        foreach (var blob in page.Blobs.Where(blob => blob.WrittenAt < before))
        {
            var (partition, rowKey) = HomeRows.RowOfBlob(blob.Name);
            var row = await parts.Table.GetAsync(partition, rowKey, cancellationToken);
            if (row is null || HomeRows.HeaderOf(row).Blob != blob.Name)
            {
                await parts.Blobs.DeleteAsync(blob.Name, cancellationToken);
            }
        }

        return page.Continuation;
    }

    private async Task EnterAsync(CloudRow found, CancellationToken cancellationToken)
    {
        var header = HomeRows.HeaderOf(found);
        if (header.ListedBy.Length == 0)
        {
            return;
        }

        var row = HomeRows.Read(found, default);
        var home = HomeRows.HomeOf(found);
        var entry = lists.Entry(home, row.Key, (row.Kind, row.State), header.ListedBy);
        if (!await lists.EnterAsync(entry, home, row))
        {
            throw CloudParts.Unreachable();
        }

        // The row may have moved on meanwhile; then its own commit has entered it, and this entry is stale from the start.
        var now = await parts.Table.GetAsync(found.Partition, found.RowKey, cancellationToken);
        if (now is null || HomeRows.HeaderOf(now).ListedBy != header.ListedBy)
        {
            await lists.LeaveAsync(entry);
        }
    }

    private async Task<bool> LeaveStaleAsync(CloudRow row, CancellationToken cancellationToken)
    {
        if (parts.Clock.GetUtcNow().UtcTicks - Lists.Read(row).At < parts.Options.KeepAbandoned.Ticks)
        {
            return false;
        }

        return !await lists.IsLiveAsync(row, cancellationToken) && await lists.LeaveAsync(new ListEntry(row.Partition, row.RowKey));
    }
}
