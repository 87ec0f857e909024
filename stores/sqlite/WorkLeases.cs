using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>
/// Who has taken which work, until when. In memory: the folder's lock keeps every other process out, and when this one dies its leases must die with it.
/// A taking reads only what is durable, and an enqueuing that it did not see is told by the row's counter when the work is completed.
/// </summary>
internal sealed class WorkLeases(DateTimeOffset opened)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Dictionary<string, Lease>> shares = new(StringComparer.Ordinal);

    // Larger than any ticket given out before the store was opened.
    private long lastTicket = opened.UtcTicks;

    /// <summary>Takes what is due and not leased.</summary>
    public IReadOnlyList<TakenWork> Take(Reader reader, string share, int limit, DateTimeOffset now, DateTimeOffset until)
    {
        lock (gate)
        {
            var held = Of(share);
            var free = reader
                .Due(share, now, limit + held.Count)
                .Select(work => (work.Id, work.Due, Former: held.GetValueOrDefault(work.Id)))
                .Where(work => work.Former is null || work.Former.Until <= now)
                // What was taken once is due again when its lease has ended.
                .OrderBy(work => work.Former?.Until.UtcTicks ?? work.Due)
                .ThenBy(work => work.Id, StringComparer.Ordinal)
                .Take(limit);
            var taken = new List<TakenWork>();
            foreach (var (id, _, former) in free)
            {
                // Between the two readings it may have been done and be gone.
                if (reader.Waiting(id) is { } row)
                {
                    var lease = new Lease(id, ++lastTicket, until, now.UtcTicks, (former?.Attempt ?? row.Attempt) + 1, row.Asked);
                    held[id] = lease;
                    taken.Add(row.Taken(lease));
                }
            }

            return taken;
        }
    }

    /// <summary>When the next work of a share is due: the earliest that waits, or the end of a lease.</summary>
    public DateTimeOffset? NextDue(Reader reader, string share)
    {
        lock (gate)
        {
            var held = Of(share);
            DateTimeOffset? next = held.Count == 0 ? null : held.Values.Min(lease => lease.Until);
            foreach (var (id, due) in reader.Earliest(share, held.Count + 1))
            {
                var at = new DateTimeOffset(due, TimeSpan.Zero);
                if (!held.ContainsKey(id) && (next is null || at < next))
                {
                    next = at;
                }
            }

            return next;
        }
    }

    /// <summary>The lease of an item that was taken and is not yet done, or null.</summary>
    public Lease? Holder(string share, string id)
    {
        lock (gate)
        {
            return shares.TryGetValue(share, out var held) ? held.GetValueOrDefault(id) : null;
        }
    }

    /// <summary>The lease that a ticket proves, or null where it is void.</summary>
    public Lease? Find(TakenWork work)
    {
        lock (gate)
        {
            return
                shares.TryGetValue(work.Item.Share, out var held)
                && held.TryGetValue(work.Item.Id, out var lease)
                && lease.Ticket == work.Ticket
                ? lease
                : null;
        }
    }

    /// <summary>What a lease was for is durably done or given back.</summary>
    public void End(TakenWork work)
    {
        lock (gate)
        {
            if (shares.TryGetValue(work.Item.Share, out var held) && held.GetValueOrDefault(work.Item.Id)?.Ticket == work.Ticket)
            {
                held.Remove(work.Item.Id);
            }
        }
    }

    private Dictionary<string, Lease> Of(string share)
    {
        if (!shares.TryGetValue(share, out var held))
        {
            shares[share] = held = new Dictionary<string, Lease>(StringComparer.Ordinal);
        }

        return held;
    }
}

/// <summary>One taking: <paramref name="Asked"/> is how often the work had been enqueued when it was read.</summary>
internal sealed record Lease(string Id, long Ticket, DateTimeOffset Until, long TakenAt, int Attempt, long Asked);

/// <summary>Work as it lies in the queue.</summary>
internal sealed record WorkRow(string Id, byte[] Body, int Attempt, long Since, long Asked)
{
    public TakenWork Taken(Lease lease) => new(WorkItem.Read(Body), lease.Ticket, lease.Attempt, new DateTimeOffset(Since, TimeSpan.Zero));
}
