using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>
/// The work of one share, as far as it matters now: what is taken, and of what is free the part that is due first. Of a long queue the rest stays in the
/// database until it is its turn.
/// </summary>
internal sealed class WorkShare(string share)
{
    private const int Page = 1000;
    private readonly Dictionary<string, Lease> held = new(StringComparer.Ordinal);
    private readonly SortedSet<(long Due, string Id)> free = new(Comparer<(long Due, string Id)>.Create(ByDue));
    private readonly Dictionary<string, long> dues = new(StringComparer.Ordinal);

    // Every free row at or before this one is known here; null while none was read, the last instant where all are.
    private (long Due, string Id)? known;

    private static (long Due, string Id) All => (long.MaxValue, "");

    /// <summary>The lease of an item, or null.</summary>
    public Lease? Holder(string id) => held.GetValueOrDefault(id);

    /// <summary>Takes an item.</summary>
    public void Hold(Lease lease)
    {
        Forget(lease.Id);
        held[lease.Id] = lease;
    }

    /// <summary>Gives a lease up: the item is gone, or free and due again.</summary>
    public void End(string id, long? due)
    {
        held.Remove(id);
        if (due is { } at)
        {
            Free(id, at);
        }
    }

    /// <summary>An item that was enqueued, now durably: one that waits keeps the earlier due time, one that is taken is told by its row.</summary>
    public void Free(string id, long due)
    {
        if (
            held.ContainsKey(id)
            || known is not { } last
            || ByDue((due, id), last) > 0
            || (dues.TryGetValue(id, out var before) && before <= due)
        )
        {
            return;
        }

        Forget(id);
        dues.Add(id, due);
        free.Add((due, id));
        if (free.Count > 4 * Page)
        {
            Shorten();
        }
    }

    /// <summary>The items that may be taken at an instant, the one that has waited longest first.</summary>
    public List<string> Due(Reader reader, long now, int limit)
    {
        Fill(reader, limit);
        var due = new List<(long Due, string Id)>();
        foreach (var first in free)
        {
            if (first.Due > now || due.Count == limit)
            {
                break;
            }

            due.Add(first);
        }

        // What was taken once is due again when its lease has ended.
        due.AddRange(held.Values.Where(lease => lease.Until.UtcTicks <= now).Select(lease => (lease.Until.UtcTicks, lease.Id)));
        due.Sort(ByDue);
        return [.. due.Take(limit).Select(work => work.Id)];
    }

    /// <summary>When the next item is due: the earliest that waits, or the end of a lease.</summary>
    public DateTimeOffset? NextDue(Reader reader)
    {
        Fill(reader, 1);
        DateTimeOffset? waiting = free.Count == 0 ? null : new DateTimeOffset(free.Min.Due, TimeSpan.Zero);
        DateTimeOffset? ending = held.Count == 0 ? null : held.Values.Min(lease => lease.Until);
        return waiting is null || ending < waiting ? ending : waiting;
    }

    // Reads on where fewer are known than are asked for; what is known or taken already is read once more.
    private void Fill(Reader reader, int wanted)
    {
        if (known == All || (known is not null && free.Count >= wanted))
        {
            return;
        }

        var most = Page + wanted + free.Count + held.Count;
        var first = reader.Earliest(share, most);
        known = first.Count < most ? All : first[^1];
        foreach (var (due, id) in first)
        {
            Free(id, due);
        }
    }

    private void Shorten()
    {
        while (free.Count > 2 * Page)
        {
            Forget(free.Max.Id);
        }

        known = free.Max;
    }

    private void Forget(string id)
    {
        if (dues.Remove(id, out var due))
        {
            free.Remove((due, id));
        }
    }

    // The order of the database's own index.
    private static int ByDue((long Due, string Id) one, (long Due, string Id) other)
    {
        var byDue = one.Due.CompareTo(other.Due);
        return byDue != 0 ? byDue : KeyOrder.Instance.Compare(one.Id, other.Id);
    }
}
