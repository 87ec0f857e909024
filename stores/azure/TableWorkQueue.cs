using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>
/// The queue of work in the same table, for heads without a broker. Each item is two rows of one partition, by id and by due time, which move together; the
/// ETag of the second is the condition of every move, so of two processes one takes an item.
/// </summary>
public sealed class TableWorkQueue(CloudParts parts) : IWorkQueue, IWorkOutlet
{
    private const int Moves = 20;

    // Three writes an item, of a hundred in a transaction.
    private const int MostTaken = 33;
    private const int MostSent = 50;
    private const int Page = 1000;
    private readonly Shares shares = new(parts);
    private readonly Tickets tickets = new(parts);
    private readonly LeaseNotes notes = new();

    /// <inheritdoc />
    public async Task<bool> SendAsync(IReadOnlyList<ScheduledWork> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = parts.Clock.GetUtcNow().UtcTicks;
        var rows = work.GroupBy(one => one.Item.Id, StringComparer.Ordinal)
            .Select(same => new WorkRow(same.First().Item, same.Min(one => one.Due).UtcTicks) { Since = now });
        foreach (var partition in rows.GroupBy(row => PartitionOf(row.Item), StringComparer.Ordinal))
        {
            if (!await shares.KnownAsync(partition.First().Item.Share))
            {
                return false;
            }

            foreach (var chunk in partition.Chunk(MostSent))
            {
                if (!await SendAsync(partition.Key, chunk))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<TakenWork>> TakeAsync(
        string share,
        int limit,
        DateTimeOffset now,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(limit > 0 && lease > TimeSpan.Zero, "a take has a limit and a lease");
        var taken = new List<WorkRow>();
        // Where others were quicker it looks again, so that it goes without only where nothing is left.
        for (var moves = 0; moves < Moves && taken.Count < limit; moves++)
        {
            var found = new List<(string Partition, WorkRow Row)>();
            foreach (var partition in Partitions(share))
            {
                var range = WorkRow.DueBefore(partition, now.UtcTicks + 1, limit - taken.Count);
                found.AddRange((await parts.Table.QueryAsync(range, cancellationToken)).Select(row => (partition, WorkRow.Read(row))));
            }

            var first = found.OrderBy(one => one.Row.DueKey, StringComparer.Ordinal).Take(limit - taken.Count).ToList();
            var round = new List<WorkRow>();
            foreach (var partition in first.GroupBy(one => one.Partition, one => one.Row, StringComparer.Ordinal))
            {
                foreach (var chunk in partition.Chunk(MostTaken))
                {
                    round.AddRange(await TakeAsync(partition.Key, chunk, now.UtcTicks, (now + lease).UtcTicks));
                }
            }

            // A lease's end is the same for all of them: their order is that of the times at which they were due.
            taken.AddRange(round.OrderBy(row => first.FindIndex(one => one.Row.Item == row.Item)));
            if (round.Count == first.Count)
            {
                break;
            }
        }

        return [.. taken.Select(row => new TakenWork(row.Item, row.Ticket, row.Attempt, new DateTimeOffset(row.Since, TimeSpan.Zero)))];
    }

    /// <inheritdoc />
    public Task CompleteAsync(TakenWork work, CancellationToken cancellationToken)
    {
        var now = parts.Clock.GetUtcNow().UtcTicks;
        return EndAsync(
            work,
            row => row.Again == 0 ? null : row with { Due = row.Again, Again = 0, Ticket = 0, Attempt = 0, Since = now },
            cancellationToken
        );
    }

    /// <inheritdoc />
    public Task PostponeAsync(TakenWork work, DateTimeOffset due, CancellationToken cancellationToken) =>
        EndAsync(
            work,
            row => row with { Due = row.Again == 0 ? due.UtcTicks : Math.Min(row.Again, due.UtcTicks), Again = 0, Ticket = 0 },
            cancellationToken
        );

    /// <inheritdoc />
    public async Task<DateTimeOffset?> NextDueAsync(string share, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long? earliest = null;
        foreach (var partition in Partitions(share))
        {
            var rows = await parts.Table.QueryAsync(WorkRow.DueBefore(partition, long.MaxValue, 1), cancellationToken);
            if (rows.Count > 0)
            {
                earliest = Math.Min(earliest ?? long.MaxValue, WorkRow.DueOf(rows[0]));
            }
        }

        return earliest is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    /// <inheritdoc />
    public async Task<long> LengthAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var length = 0L;
        foreach (var partition in (await shares.AllAsync(cancellationToken)).SelectMany(Partitions))
        {
            var from = "";
            IReadOnlyList<CloudRow> rows;
            do
            {
                rows = await parts.Table.QueryAsync(WorkRow.Ids(partition, from, Page), cancellationToken);
                length += rows.Count;
                from = rows.Count == 0 ? "" : rows[^1].RowKey + CloudKey.Separator;
            } while (rows.Count == Page);
        }

        return length;
    }

    private async Task<bool> SendAsync(string partition, IReadOnlyList<WorkRow> rows)
    {
        var all = await parts.Table.SubmitAsync(partition, [.. rows.SelectMany(row => row.New(partition))], CancellationToken.None);
        switch (all.Outcome)
        {
            case CloudOutcome.Done:
                return true;
            case CloudOutcome.Busy:
                return false;
        }

        foreach (var row in rows)
        {
            if (!await SendOneAsync(partition, row))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds an item, or wakes the one of its id. What waits or is to be done again no later is left alone: its taking comes after this.</summary>
    private async Task<bool> SendOneAsync(string partition, WorkRow row)
    {
        for (var moves = 0; moves < Moves; moves++)
        {
            IReadOnlyList<CloudWrite> writes = row.New(partition);
            if (await FindAsync(partition, row.Item.Id, CancellationToken.None) is { } there)
            {
                var woken =
                    there.Ticket == 0
                        ? there with
                        {
                            Due = Math.Min(there.Due, row.Due),
                        }
                        : there with
                        {
                            Again = there.Again == 0 ? row.Due : Math.Min(there.Again, row.Due),
                        };
                if (woken == there)
                {
                    return true;
                }

                writes = there.To(woken, partition);
            }

            switch ((await parts.Table.SubmitAsync(partition, writes, CancellationToken.None)).Outcome)
            {
                case CloudOutcome.Done:
                    return true;
                case CloudOutcome.Busy:
                    return false;
            }
        }

        return false;
    }

    private async Task<IReadOnlyList<WorkRow>> TakeAsync(string partition, WorkRow[] rows, long now, long until)
    {
        var leased = rows.Select(row => Leased(row, now, until)).ToList();
        var writes = rows.Zip(leased).SelectMany(pair => pair.First.To(pair.Second, partition)).ToList();
        var answer = await parts.Table.SubmitAsync(partition, writes, CancellationToken.None);
        if (answer.Outcome == CloudOutcome.Done)
        {
            // Of each item's three writes the second is the row by due time.
            return [.. leased.Select((row, at) => Noted(row with { ETag = answer.ETags[(at * 3) + 1] }))];
        }

        if (answer.Outcome == CloudOutcome.Unknown)
        {
            return await FoundTakenAsync(partition, leased);
        }

        if (answer.Outcome == CloudOutcome.Busy || rows.Length == 1)
        {
            return [];
        }

        var taken = new List<WorkRow>();
        foreach (var row in rows)
        {
            taken.AddRange(await TakeAsync(partition, [row], now, until));
        }

        return taken;
    }

    /// <summary>After a lost answer: what stands under the tickets that were written is taken.</summary>
    private async Task<IReadOnlyList<WorkRow>> FoundTakenAsync(string partition, IReadOnlyList<WorkRow> leased)
    {
        var taken = new List<WorkRow>();
        foreach (var row in leased)
        {
            if (await FindAsync(partition, row.Item.Id, CancellationToken.None) is { } there && there.Ticket == row.Ticket)
            {
                taken.Add(Noted(there));
            }
        }

        return taken;
    }

    private WorkRow Leased(WorkRow row, long now, long until) =>
        row with
        {
            Due = until,
            Ticket = tickets.Next(row.Ticket),
            Attempt = row.Attempt + 1,
            // What was asked for before this taking is done by it.
            Again = row.Again <= now ? 0 : row.Again,
        };

    private WorkRow Noted(WorkRow row)
    {
        notes.Add(row);
        return row;
    }

    /// <summary>
    /// Ends a lease: the item gives way to another, or to nothing. Where storage is too busy the lease runs out instead, and the item is done once more, which
    /// is harmless.
    /// </summary>
    private async Task EndAsync(TakenWork work, Func<WorkRow, WorkRow?> end, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(work.Ticket > 0, "taken work has a ticket");
        var partition = PartitionOf(work.Item);
        var row = notes.Take(work);
        for (var moves = 0; moves < Moves; moves++)
        {
            row ??= await FindAsync(partition, work.Item.Id, cancellationToken);
            if (row is null || row.Ticket != work.Ticket)
            {
                return;
            }

            var writes = end(row) is { } other ? row.To(other, partition) : row.Away();
            if (
                (await parts.Table.SubmitAsync(partition, writes, CancellationToken.None)).Outcome is CloudOutcome.Done or CloudOutcome.Busy
            )
            {
                return;
            }

            row = null;
        }

        throw CloudParts.Unreachable();
    }

    /// <summary>The item of an id as it stands, or null. Between its two reads it may move: then it is looked for again.</summary>
    private async Task<WorkRow?> FindAsync(string partition, string id, CancellationToken cancellationToken)
    {
        for (var moves = 0; moves < Moves; moves++)
        {
            var byId = await parts.Table.GetAsync(partition, WorkRow.IdKey(id), cancellationToken);
            if (byId is null)
            {
                return null;
            }

            var byDue = await parts.Table.GetAsync(partition, WorkRow.DueKeyOf(id, WorkRow.DueOf(byId)), cancellationToken);
            if (byDue is not null)
            {
                return WorkRow.Read(byDue);
            }
        }

        throw CloudParts.Unreachable();
    }

    private IEnumerable<string> Partitions(string share) =>
        Enumerable.Range(0, parts.Options.WorkShards).Select(shard => WorkRow.Partition(CloudKey.ShardName(shard), share));

    private string PartitionOf(WorkItem item) => WorkRow.Partition(CloudKey.Shard(item.Id, parts.Options.WorkShards), item.Share);
}
