using System.Globalization;

namespace QtcHub.Stores.Azure.Model;

/// <summary>
/// Table Storage as the store knows it, in memory and without chance: ETags, transactions of one partition, all or none, and the service's limits, which it
/// holds the store to. Every call completes before it returns.
/// </summary>
public sealed class ModelTable : ICloudTable
{
    private const int MostWrites = 100;
    private const int MostRowBytes = 1024 * 1024;
    private const int MostTransactionBytes = 4 * 1024 * 1024;
    private const int MostPage = 1000;
    private const int MostKey = 512;
    private const int MostColumnBytes = 64 * 1024;
    private const int MostColumns = 252;
    private readonly Lock gate = new();
    private SortedDictionary<string, SortedList<string, CloudRow>> partitions = new(StringComparer.Ordinal);
    private long lastETag;

    /// <summary>Calls so far, by what they are: <c>get</c>, <c>query</c>, <c>write</c> (a transaction is one).</summary>
    public SortedDictionary<string, long> Calls { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes of keys and columns now held, as the service counts them for its price.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
            {
                return partitions.Values.SelectMany(rows => rows.Values).Sum(row => (long)SizeOf(row));
            }
        }
    }

    /// <summary>Every row by partition and key, for whoever looks at the whole.</summary>
    public IReadOnlyList<CloudRow> Rows
    {
        get
        {
            lock (gate)
            {
                return [.. partitions.Values.SelectMany(rows => rows.Values)];
            }
        }
    }

    /// <summary>Another table that holds what this one holds now; rows never change, so they are shared.</summary>
    public ModelTable Copy()
    {
        lock (gate)
        {
            return new ModelTable { partitions = Copied(), lastETag = lastETag };
        }
    }

    /// <inheritdoc />
    public Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            Count("get");
            return Task.FromResult(Find(partition, row));
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(range);
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(range.Limit > 0, "a query has a limit");
        lock (gate)
        {
            var found = new List<CloudRow>();
            if (partitions.TryGetValue(range.Partition, out var rows))
            {
                for (var at = FirstAtOrAfter(rows.Keys, range.From); at < rows.Count && found.Count < range.Limit; at++)
                {
                    if (string.CompareOrdinal(rows.Keys[at], range.Before) >= 0)
                    {
                        break;
                    }

                    found.Add(range.KeysOnly ? KeysOf(rows.Values[at]) : rows.Values[at]);
                }
            }

            Count("query", Math.Max(1, (found.Count + MostPage - 1) / MostPage));
            return Task.FromResult<IReadOnlyList<CloudRow>>(found);
        }
    }

    /// <inheritdoc />
    public Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var skipped = continuation is null ? 0 : int.Parse(continuation, NumberStyles.None, CultureInfo.InvariantCulture);
        lock (gate)
        {
            Count("query");
            var rows = partitions
                .Where(one => string.CompareOrdinal(one.Key, from) >= 0 && string.CompareOrdinal(one.Key, before) < 0)
                .SelectMany(one => one.Value.Values)
                .Skip(skipped)
                .Take(MostPage)
                .ToList();
            var next = rows.Count == MostPage ? (skipped + MostPage).ToString(CultureInfo.InvariantCulture) : null;
            return Task.FromResult(new CloudPage(rows, next));
        }
    }

    /// <inheritdoc />
    public Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writes);
        cancellationToken.ThrowIfCancellationRequested();
        CheckLimits(partition, writes);
        lock (gate)
        {
            Count("write");
            if (!writes.All(write => Allows(partition, write)))
            {
                return Task.FromResult(CloudAnswer.Of(CloudOutcome.Refused));
            }

            return Task.FromResult(new CloudAnswer(CloudOutcome.Done, [.. writes.Select(write => Apply(partition, write))]));
        }
    }

    private bool Allows(string partition, CloudWrite write)
    {
        var there = Find(partition, write.RowKey);
        return write switch
        {
            CloudWrite.Insert => there is null,
            CloudWrite.Replace replace => there?.ETag == replace.ETag,
            CloudWrite.Delete delete => there is not null && (delete.ETag is null || delete.ETag == there.ETag),
            _ => true,
        };
    }

    private string Apply(string partition, CloudWrite write)
    {
        if (!partitions.TryGetValue(partition, out var rows))
        {
            partitions.Add(partition, rows = new SortedList<string, CloudRow>(StringComparer.Ordinal));
        }

        var row = write switch
        {
            CloudWrite.Insert insert => insert.Row,
            CloudWrite.Replace replace => replace.Row,
            CloudWrite.Put put => put.Row,
            _ => null,
        };
        if (row is null)
        {
            rows.Remove(write.RowKey);
            if (rows.Count == 0)
            {
                partitions.Remove(partition);
            }

            return "";
        }

        var etag = (++lastETag).ToString(CultureInfo.InvariantCulture);
        rows[write.RowKey] = row with { ETag = etag };
        return etag;
    }

    private CloudRow? Find(string partition, string row) =>
        partitions.TryGetValue(partition, out var rows) && rows.TryGetValue(row, out var found) ? found : null;

    private SortedDictionary<string, SortedList<string, CloudRow>> Copied()
    {
        var copy = new SortedDictionary<string, SortedList<string, CloudRow>>(StringComparer.Ordinal);
        foreach (var (partition, rows) in partitions)
        {
            copy.Add(partition, new SortedList<string, CloudRow>(rows, StringComparer.Ordinal));
        }

        return copy;
    }

    private void Count(string call, long times = 1) => Calls[call] = Calls.GetValueOrDefault(call) + times;

    private static void CheckLimits(string partition, IReadOnlyList<CloudWrite> writes)
    {
        Invariant.Holds(writes.Count is > 0 and <= MostWrites, "a transaction has 1 to 100 writes");
        Invariant.Holds(
            writes.Select(write => write.RowKey).Distinct(StringComparer.Ordinal).Count() == writes.Count,
            "a transaction writes a row once"
        );
        CheckKey(partition);
        var bytes = 0L;
        foreach (var write in writes)
        {
            CheckKey(write.RowKey);
            var row = write switch
            {
                CloudWrite.Insert insert => insert.Row,
                CloudWrite.Replace replace => replace.Row,
                CloudWrite.Put put => put.Row,
                _ => null,
            };
            Invariant.Holds(row is null || row.Partition == partition, "a transaction is of one partition");
            bytes += row is null ? 0 : CheckRow(row);
        }

        Invariant.Holds(bytes * 4 / 3 <= MostTransactionBytes, "a transaction has at most 4 MiB in base64");
    }

    private static CloudRow KeysOf(CloudRow row) => row with { Columns = row.Columns.Clear() };

    private static long CheckRow(CloudRow row)
    {
        Invariant.Holds(row.Columns.Count <= MostColumns, "a row has at most 252 columns");
        foreach (var value in row.Columns.Values)
        {
            Invariant.Holds(
                value is long or string { Length: <= MostColumnBytes / 2 } or byte[] { Length: <= MostColumnBytes },
                "a column holds a number or at most 64 KiB"
            );
        }

        var size = SizeOf(row);
        Invariant.Holds(size <= MostRowBytes, "a row has at most 1 MiB");
        return size;
    }

    private static void CheckKey(string key)
    {
        Invariant.Holds(key.Length is > 0 and <= MostKey, "a key has 1 to 512 characters");
        Invariant.Holds(!key.Any(one => one is '/' or '\\' or '#' or '?' || char.IsControl(one)), "a key holds what the service allows");
    }

    // What the service's documentation gives for an entity: 4 bytes, two for each character of its keys, and per column 8, its name and its value.
    private static int SizeOf(CloudRow row) =>
        4
        + (2 * (row.Partition.Length + row.RowKey.Length))
        + row.Columns.Sum(column =>
            8
            + (2 * column.Key.Length)
            + column.Value switch
            {
                string text => (2 * text.Length) + 4,
                byte[] bytes => bytes.Length + 4,
                _ => 8,
            }
        );

    private static int FirstAtOrAfter(IList<string> keys, string key)
    {
        var (low, high) = (0, keys.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(keys[middle], key) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
