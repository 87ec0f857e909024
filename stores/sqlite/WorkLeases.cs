using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>
/// Who has taken which work, until when, and what is free. In memory: the folder's lock keeps every other process out, and when this one dies its leases
/// must die with it. A taking reads only what is durable, and an enqueuing that it did not see is told by the row's counter when the work is completed.
/// </summary>
internal sealed class WorkLeases(DateTimeOffset opened)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, WorkShare> shares = new(StringComparer.Ordinal);

    // Larger than any ticket given out before the store was opened.
    private long lastTicket = opened.UtcTicks;

    /// <summary>Takes what is due and not leased.</summary>
    public IReadOnlyList<TakenWork> Take(Reader reader, string share, int limit, DateTimeOffset now, DateTimeOffset until)
    {
        lock (gate)
        {
            var of = Of(share);
            var taken = new List<TakenWork>();
            foreach (var id in of.Due(reader, now.UtcTicks, limit))
            {
                var former = of.Holder(id);
                if (reader.Waiting(id) is { } row)
                {
                    var lease = new Lease(id, ++lastTicket, until, now.UtcTicks, (former?.Attempt ?? row.Attempt) + 1, row.Asked);
                    of.Hold(lease);
                    taken.Add(row.Taken(lease));
                }
                else
                {
                    // One of its holders has completed it after his lease had ended. If a later holder never comes back, nobody else gives it up.
                    Invariant.Holds(former is not null, "free work is in the queue");
                    of.End(id, due: null);
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
            return Of(share).NextDue(reader);
        }
    }

    /// <summary>The lease of an item that was taken and is not yet done, or null.</summary>
    public Lease? Holder(string share, string id)
    {
        lock (gate)
        {
            return shares.TryGetValue(share, out var of) ? of.Holder(id) : null;
        }
    }

    /// <summary>The lease that a ticket proves, or null where it is void.</summary>
    public Lease? Find(TakenWork work) => Holder(work.Item.Share, work.Item.Id) is { } lease && lease.Ticket == work.Ticket ? lease : null;

    /// <summary>Work that a commit has durably enqueued.</summary>
    public void Enqueued(IReadOnlyList<PreparedWork> works)
    {
        if (works.Count == 0)
        {
            return;
        }

        lock (gate)
        {
            foreach (var work in works)
            {
                Of(work.Share).Free(work.Id, work.Due);
            }
        }
    }

    /// <summary>What a lease was for is durably done, or given back for when it is due.</summary>
    public void End(TakenWork work, long? due)
    {
        lock (gate)
        {
            var of = Of(work.Item.Share);
            if (of.Holder(work.Item.Id)?.Ticket == work.Ticket)
            {
                of.End(work.Item.Id, due);
            }
        }
    }

    private WorkShare Of(string share)
    {
        if (!shares.TryGetValue(share, out var of))
        {
            shares[share] = of = new WorkShare(share);
        }

        return of;
    }
}

/// <summary>One taking: <paramref name="Asked"/> is how often the work had been enqueued when it was read.</summary>
internal sealed record Lease(string Id, long Ticket, DateTimeOffset Until, long TakenAt, int Attempt, long Asked);

/// <summary>Work as it lies in the queue.</summary>
internal sealed record WorkRow(string Id, byte[] Body, int Attempt, long Since, long Asked)
{
    public TakenWork Taken(Lease lease) => new(WorkItem.Read(Body), lease.Ticket, lease.Attempt, new DateTimeOffset(Since, TimeSpan.Zero));
}
