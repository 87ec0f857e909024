using System.Globalization;

namespace QtcHub.Stores.Azure;

/// <summary>
/// Commits under way, by the time of their beginning and spread over shards. Most are gone in the moment that their commit is; what stays was left by a
/// process that died or lost its way, and the relay finishes it or takes it back.
/// </summary>
internal sealed class DueIndex(CloudParts parts, Lists lists)
{
    private const int Page = 100;

    public ListEntry KeyOf(DateTimeOffset at, string commitId) =>
        new(Partition(CloudKey.Shard(commitId, parts.Options.DueShards)), $"{Time(at)}{CloudKey.Separator}{commitId}");

    /// <summary>Sends and removes what a note says; false where something is left to do. Doing it twice is harmless.</summary>
    public async Task<bool> CarryOutAsync(CommitNote note, IWorkOutlet outlet)
    {
        if (note.Work.Count > 0 && !await outlet.SendAsync([.. note.Work.Select(outgoing => outgoing.Work)], CancellationToken.None))
        {
            return false;
        }

        var all = true;
        foreach (var entry in note.Entries)
        {
            all &= await lists.LeaveAsync(entry);
        }

        foreach (var blob in note.Blobs)
        {
            all &= await parts.Blobs.DeleteAsync(blob, CancellationToken.None) is CloudOutcome.Done or CloudOutcome.Refused;
        }

        return all;
    }

    /// <summary>Finishes or takes back every commit that began before the options' time; gives how many.</summary>
    public async Task<int> RelayAsync(IWorkOutlet outlet, CancellationToken cancellationToken)
    {
        var settled = 0;
        var before = Time(parts.Clock.GetUtcNow() - parts.Options.RelayAfter);
        for (var shard = 0; shard < parts.Options.DueShards; shard++)
        {
            var from = "";
            var partition = Partition(CloudKey.ShardName(shard));
            while (true)
            {
                var rows = await parts.Table.QueryAsync(new CloudRange(partition, from, before, Page), cancellationToken);
                foreach (var row in rows)
                {
                    settled += await SettleAsync(row, outlet, cancellationToken) ? 1 : 0;
                }

                if (rows.Count < Page)
                {
                    break;
                }

                from = rows[^1].RowKey + CloudKey.Separator;
            }
        }

        return settled;
    }

    private async Task<bool> SettleAsync(CloudRow row, IWorkOutlet outlet, CancellationToken cancellationToken)
    {
        var undo = CommitNote.Of(row);
        var id = row.RowKey[(row.RowKey.IndexOf(CloudKey.Separator, StringComparison.Ordinal) + 1)..];
        var marker = await parts.Table.GetAsync(undo.Home, Marker.KeyOf(id), cancellationToken);
        if (marker is not null && Marker.StateOf(marker) == Marker.Open)
        {
            return await FinishAsync(marker, outlet);
        }

        if (marker is not null)
        {
            await ForgetAsync(row, marker);
            return false;
        }

        // Its process may only be slow: the void marker keeps its transaction from ever coming.
        if (!await MarkVoidAsync(undo.Home, id))
        {
            return false;
        }

        // A marker goes after its due row: where that has gone, the commit was ended by its own process meanwhile, and nothing of it may be taken back.
        if (await parts.Table.GetAsync(row.Partition, row.RowKey, cancellationToken) is null)
        {
            await parts.RemoveAsync(undo.Home, Marker.KeyOf(id));
            return false;
        }

        return await TakeBackAsync(undo);
    }

    /// <summary>
    /// Removes what a commit prepared that never came; false where something is left to do. A due row may also be the late echo of one whose commit has long been
    /// carried out: so whatever a row of the home stands by, stays.
    /// </summary>
    private async Task<bool> TakeBackAsync(CommitNote undo)
    {
        var all = true;
        foreach (var entry in undo.Entries)
        {
            var row = await parts.Table.GetAsync(entry.Partition, entry.RowKey, CancellationToken.None);
            all &= row is null || await lists.IsLiveAsync(row, CancellationToken.None) || await lists.LeaveAsync(entry);
        }

        foreach (var blob in undo.Blobs)
        {
            var (partition, rowKey) = HomeRows.RowOfBlob(blob);
            var row = await parts.Table.GetAsync(partition, rowKey, CancellationToken.None);
            var isNamed = row is not null && HomeRows.HeaderOf(row).Blob == blob;
            all &= isNamed || await parts.Blobs.DeleteAsync(blob, CancellationToken.None) is CloudOutcome.Done or CloudOutcome.Refused;
        }

        return all;
    }

    private async Task<bool> MarkVoidAsync(string home, string id)
    {
        var marker = new CloudWrite.Insert(Marker.Row(home, id, Marker.Void));
        return (await parts.Table.SubmitAsync(home, [marker], CancellationToken.None)).Outcome == CloudOutcome.Done;
    }

    private async Task<bool> FinishAsync(CloudRow marker, IWorkOutlet outlet)
    {
        if (!await CarryOutAsync(CommitNote.Of(marker), outlet))
        {
            return false;
        }

        var settled = new CloudWrite.Replace(Marker.To(marker, Marker.Settled), marker.ETag);
        return (await parts.Table.SubmitAsync(marker.Partition, [settled], CancellationToken.None)).Outcome == CloudOutcome.Done;
    }

    /// <summary>
    /// The row goes before its marker, for a row without its marker would be taken for a commit that never came. What a void commit prepared is taken back once
    /// more, for the last relay may have been cut off.
    /// </summary>
    private async Task ForgetAsync(CloudRow row, CloudRow marker)
    {
        var began = long.Parse(row.RowKey.AsSpan(0, TimeDigits), NumberStyles.None, CultureInfo.InvariantCulture);
        if (Marker.StateOf(marker) == Marker.Void && !await TakeBackAsync(CommitNote.Of(row)))
        {
            return;
        }

        if (
            parts.Clock.GetUtcNow().UtcTicks - began > parts.Options.KeepAbandoned.Ticks
            && await parts.RemoveAsync(row.Partition, row.RowKey)
        )
        {
            await parts.RemoveAsync(marker.Partition, marker.RowKey);
        }
    }

    private const int TimeDigits = 19;

    private static string Time(DateTimeOffset at) => at.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    private static string Partition(string shard) => $"due{CloudKey.Separator}{shard}";
}
