using QtcHub.Ledger;

namespace QtcHub.Stores.Memory;

/// <summary>The rows of all homes and the index that lists read. Its dictionary of homes is walked only to be copied, where order does not matter.</summary>
internal sealed class RowTable
{
    private readonly Dictionary<string, SortedList<string, Row>> homes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<string, SortedSet<RowPosition>>> lists = new(KeyOrder.Instance);

    /// <summary>A table of the same rows; a row never changes, so rows are shared.</summary>
    public RowTable Copy()
    {
        var copy = new RowTable();
        foreach (var (home, rows) in homes)
        {
            foreach (var (key, row) in rows)
            {
                copy.Rows(home).Add(key, row);
            }
        }

        foreach (var (kind, states) in lists)
        {
            var copied = new SortedDictionary<string, SortedSet<RowPosition>>(KeyOrder.Instance);
            foreach (var (state, positions) in states)
            {
                copied.Add(state, [.. positions]);
            }

            copy.lists.Add(kind, copied);
        }

        return copy;
    }

    public bool Allows(Home home, Change change) =>
        change switch
        {
            Change.Replace replace => Find(home, change.Key)?.Version == replace.ExpectedVersion,
            Change.Delete delete => Find(home, change.Key)?.Version == delete.ExpectedVersion,
            _ => Find(home, change.Key) is null,
        };

    public void Apply(Home home, Change change)
    {
        switch (change)
        {
            case Change.Insert insert:
                Put(home, insert.Row, 1);
                break;
            case Change.Replace replace:
                Remove(home, change.Key);
                Put(home, replace.Row, replace.ExpectedVersion + 1);
                break;
            default:
                Remove(home, change.Key);
                break;
        }
    }

    public Row? Find(Home home, string key) =>
        homes.TryGetValue(home.Value, out var rows) && rows.TryGetValue(key, out var row) ? row : null;

    public IReadOnlyList<Row> FindMany(Home home, string keyPrefix, int limit)
    {
        var found = new List<Row>();
        if (!homes.TryGetValue(home.Value, out var rows))
        {
            return found;
        }

        for (var i = FirstAtOrAfter(rows.Keys, keyPrefix); i < rows.Count && found.Count < limit; i++)
        {
            if (!rows.Keys[i].StartsWith(keyPrefix, StringComparison.Ordinal))
            {
                break;
            }

            found.Add(rows.Values[i]);
        }

        return found;
    }

    public RowPage Page(string kind, string? state, RowPosition after, int limit)
    {
        var positions = new List<RowPosition>();
        if (lists.TryGetValue(kind, out var states))
        {
            foreach (var (name, set) in states)
            {
                if (state is null || name == state)
                {
                    positions.AddRange(After(set, after).Take(limit + 1));
                }
            }
        }

        positions.Sort();
        var rows = positions
            .Take(limit)
            .Select(position => new ListedRow(Home.Parse(position.Home), homes[position.Home][position.Key]))
            .ToList();
        return new RowPage(rows, positions.Count > limit ? positions[limit - 1].ToString() : null);
    }

    public IReadOnlyList<RowCount> Count() =>
        lists.SelectMany(kind => kind.Value.Select(state => new RowCount(kind.Key, state.Key, state.Value.Count))).ToList();

    private void Put(Home home, Row row, long version)
    {
        var rows = Rows(home.Value);
        // Copied, so that a caller who uses the buffer again does not change what is stored.
        rows.Add(row.Key, row with { Body = row.Body.ToArray(), Version = version });
        if (row.Kind.Length == 0)
        {
            return;
        }

        if (!lists.TryGetValue(row.Kind, out var states))
        {
            lists.Add(row.Kind, states = new SortedDictionary<string, SortedSet<RowPosition>>(KeyOrder.Instance));
        }

        if (!states.TryGetValue(row.State, out var set))
        {
            states.Add(row.State, set = []);
        }

        set.Add(new RowPosition(home.Value, row.Key));
    }

    private SortedList<string, Row> Rows(string home)
    {
        if (!homes.TryGetValue(home, out var rows))
        {
            homes.Add(home, rows = new SortedList<string, Row>(KeyOrder.Instance));
        }

        return rows;
    }

    private void Remove(Home home, string key)
    {
        var rows = homes[home.Value];
        var row = rows[key];
        rows.Remove(key);
        if (rows.Count == 0)
        {
            homes.Remove(home.Value);
        }

        if (row.Kind.Length == 0)
        {
            return;
        }

        var states = lists[row.Kind];
        states[row.State].Remove(new RowPosition(home.Value, key));
        if (states[row.State].Count == 0)
        {
            states.Remove(row.State);
        }
    }

    private static IEnumerable<RowPosition> After(SortedSet<RowPosition> set, RowPosition after) =>
        set.Count == 0 || set.Max.CompareTo(after) <= 0 ? [] : set.GetViewBetween(after, set.Max).SkipWhile(position => position == after);

    private static int FirstAtOrAfter(IList<string> keys, string key)
    {
        var (low, high) = (0, keys.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (KeyOrder.Instance.Compare(keys[middle], key) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
