using System.Collections.Immutable;
using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>
/// The rows behind lists and counts: per listed row one row in the partition of its kind, state and shard, keyed by its position and by the commit that
/// entered it. It counts only while the home's own row names that commit, so what a crash leaves behind is seen for what it is.
/// </summary>
internal sealed class Lists(CloudParts parts)
{
    // The position takes what the separator and the commit's id leave.
    private const int MostPosition = CloudKey.MaxLength - 1 - IdLength;
    private const int IdLength = 24;
    private const int MostPartition = 400;
    private const int Page = 1000;
    private const string Directory = "lists";
    private const string HomeText = "H";
    private const string KeyText = "R";
    private const string At = "D";
    private const string Kind = "K";
    private const string State = "S";
    private readonly Lock gate = new();
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public ListEntry Entry(Home home, string key, (string Kind, string State) list, string commitId) =>
        new(
            Partition(list.Kind, list.State, CloudKey.Shard(home.Value, parts.Options.ListShards)),
            $"{Position(new RowPosition(home.Value, key))}{CloudKey.Separator}{commitId}"
        );

    /// <summary>Enters a row in a list before its home says so; false where it may not be entered.</summary>
    public async Task<bool> EnterAsync(ListEntry entry, Home home, Row row) =>
        await KnownAsync(row.Kind, row.State)
        && await parts.PutAsync(
            new CloudRow(entry.Partition, entry.RowKey)
                .With(HomeText, home.Value)
                .With(KeyText, row.Key)
                .With(At, parts.Clock.GetUtcNow().UtcTicks)
        );

    /// <summary>Takes an entry out; false where it may still be there.</summary>
    public Task<bool> LeaveAsync(ListEntry entry) => parts.RemoveAsync(entry.Partition, entry.RowKey);

    /// <summary>
    /// Entries of a kind (and state) behind a position, in order, and where they end for certain: null is the end of the list. Some may be stale.
    /// </summary>
    public async Task<(IReadOnlyList<FoundEntry> Entries, string? Until)> FindAsync(
        (string Kind, string? State) list,
        string after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var found = new List<FoundEntry>();
        string? until = null;
        foreach (var partition in await PartitionsAsync(list.Kind, list.State, cancellationToken))
        {
            var rows = await parts.Table.QueryAsync(new CloudRange(partition, after, CloudKey.Last.ToString(), limit), cancellationToken);
            found.AddRange(rows.Select(Read));
            // A partition with more to come says nothing about what stands behind its last row.
            if (rows.Count == limit && (until is null || string.CompareOrdinal(rows[^1].RowKey, until) < 0))
            {
                until = rows[^1].RowKey;
            }
        }

        var certain = found.Where(entry => until is null || string.CompareOrdinal(entry.RowKey, until) <= 0);
        return ([.. certain.OrderBy(entry => entry.RowKey, StringComparer.Ordinal)], until);
    }

    /// <summary>Whether the home's row stands by an entry.</summary>
    public async Task<bool> IsLiveAsync(CloudRow row, CancellationToken cancellationToken)
    {
        var entry = Read(row);
        var found = await parts.Table.GetAsync(HomeRows.Partition(entry.Home), HomeRows.RowKey(entry.Key), cancellationToken);
        return found is not null && HomeRows.HeaderOf(found).ListedBy == CommitOf(entry);
    }

    public static FoundEntry Read(CloudRow row) => new(row.RowKey, Home.Parse(row.Text(HomeText)), row.Text(KeyText), row.Number(At));

    /// <summary>How many entries each list has.</summary>
    public async Task<IReadOnlyList<RowCount>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = new List<RowCount>();
        foreach (var (kind, state) in await DirectoryAsync("", cancellationToken))
        {
            var count = 0L;
            foreach (var partition in await PartitionsAsync(kind, state, cancellationToken))
            {
                count += await CountAsync(partition, cancellationToken);
            }

            if (count > 0)
            {
                counts.Add(new RowCount(kind, state, count));
            }
        }

        return counts;
    }

    /// <summary>From where on a list goes on behind a position.</summary>
    public static string Behind(RowPosition position) => position == RowPosition.Start ? "" : Position(position) + CloudKey.AfterSeparator;

    /// <summary>The commit that entered an entry.</summary>
    public static string CommitOf(FoundEntry entry) => entry.RowKey[^IdLength..];

    /// <summary>Every list's partitions, for whoever goes through all entries.</summary>
    public async Task<IReadOnlyList<string>> AllPartitionsAsync(CancellationToken cancellationToken)
    {
        var partitions = new List<string>();
        foreach (var (kind, state) in await DirectoryAsync("", cancellationToken))
        {
            partitions.AddRange(await PartitionsAsync(kind, state, cancellationToken));
        }

        return partitions;
    }

    private async Task<long> CountAsync(string partition, CancellationToken cancellationToken)
    {
        var count = 0L;
        var from = "";
        while (true)
        {
            var rows = await parts.Table.QueryAsync(
                new CloudRange(partition, from, CloudKey.Last.ToString(), Page, KeysOnly: true),
                cancellationToken
            );
            count += rows.Count;
            if (rows.Count < Page)
            {
                return count;
            }

            from = rows[^1].RowKey + CloudKey.Separator;
        }
    }

    /// <summary>Which lists there are must be known before anything is entered in one.</summary>
    private async Task<bool> KnownAsync(string kind, string state)
    {
        var name = ListName(kind, state);
        lock (gate)
        {
            if (known.Contains(name))
            {
                return true;
            }
        }

        var row = new CloudRow(Directory, CloudKey.Fit(name, CloudKey.MaxLength)).With(Kind, kind).With(State, state);
        if (!await parts.PutAsync(row))
        {
            return false;
        }

        lock (gate)
        {
            known.Add(name);
        }

        return true;
    }

    private async Task<ImmutableArray<string>> PartitionsAsync(string kind, string? state, CancellationToken cancellationToken)
    {
        var states = state is null ? (await DirectoryAsync(kind, cancellationToken)).Select(list => list.State) : [state];
        return
        [
            .. states.SelectMany(one =>
                Enumerable.Range(0, parts.Options.ListShards).Select(shard => Partition(kind, one, CloudKey.ShardName(shard)))
            ),
        ];
    }

    private async Task<IReadOnlyList<(string Kind, string State)>> DirectoryAsync(string kind, CancellationToken cancellationToken)
    {
        var from = kind.Length == 0 ? "" : CloudKey.Escape(kind) + CloudKey.Separator;
        var before = kind.Length == 0 ? CloudKey.Last.ToString() : CloudKey.Escape(kind) + CloudKey.AfterSeparator;
        var lists = new List<(string, string)>();
        while (true)
        {
            var rows = await parts.Table.QueryAsync(new CloudRange(Directory, from, before, Page), cancellationToken);
            lists.AddRange(rows.Select(row => (row.Text(Kind), row.Text(State))));
            if (rows.Count < Page)
            {
                return lists;
            }

            from = rows[^1].RowKey + CloudKey.Separator;
        }
    }

    private static string Position(RowPosition position) =>
        CloudKey.Fit($"{CloudKey.Escape(position.Home)}{CloudKey.Separator}{CloudKey.Escape(position.Key)}", MostPosition);

    private static string ListName(string kind, string state) => $"{CloudKey.Escape(kind)}{CloudKey.Separator}{CloudKey.Escape(state)}";

    private static string Partition(string kind, string state, string shard) =>
        $"l{CloudKey.Separator}{shard}{CloudKey.Separator}{CloudKey.Fit(ListName(kind, state), MostPartition)}";
}

/// <summary>An entry of a list: where it stands, which row it stands for, and when it was entered, in ticks.</summary>
internal sealed record FoundEntry(string RowKey, Home Home, string Key, long At);
