using QtcHub.Ledger;

namespace QtcHub.Stores.Memory;

/// <summary>The work queue. An item under lease is due when its lease ends, so one order of due times answers every question.</summary>
internal sealed class WorkTable(TimeProvider clock)
{
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<DueEntry>> shares = new(StringComparer.Ordinal);
    private long lastTicket;

    public long Length => entries.Count;

    /// <summary>A table of the same work; what is under lease stays so until the lease ends.</summary>
    public WorkTable Copy()
    {
        var copy = new WorkTable(clock) { lastTicket = lastTicket };
        foreach (var entry in shares.Values.SelectMany(places => places).Select(place => entries[place.Id]).OrderBy(entry => entry.Place))
        {
            var copied = new Entry(entry.Item)
            {
                Due = entry.Due,
                Ticket = entry.Ticket,
                Attempt = entry.Attempt,
                Since = entry.Since,
                Again = entry.Again,
            };
            copy.entries.Add(copied.Item.Id, copied);
            copy.Share(copied.Item.Share).Add(copied.Place);
        }

        return copy;
    }

    public void Enqueue(ScheduledWork scheduled)
    {
        var due = scheduled.Due.ToUniversalTime();
        if (!entries.TryGetValue(scheduled.Item.Id, out var entry))
        {
            entry = new Entry(scheduled.Item) { Due = due, Since = clock.GetUtcNow() };
            entries.Add(entry.Item.Id, entry);
            Share(entry.Item.Share).Add(entry.Place);
        }
        else if (entry.Ticket == 0)
        {
            Move(entry, Earlier(entry.Due, due));
        }
        else
        {
            entry.Again = Earlier(entry.Again ?? due, due);
        }
    }

    public IReadOnlyList<TakenWork> Take(string share, int limit, DateTimeOffset now, DateTimeOffset until)
    {
        var taken = new List<TakenWork>();
        foreach (var place in Share(share).TakeWhile(place => place.Due <= now).Take(limit).ToList())
        {
            var entry = entries[place.Id];
            Move(entry, until.ToUniversalTime());
            entry.Ticket = ++lastTicket;
            entry.Attempt++;
            // What was asked for before this taking is done by it.
            entry.Again = entry.Again <= now ? null : entry.Again;
            taken.Add(new TakenWork(entry.Item, entry.Ticket, entry.Attempt, entry.Since));
        }

        return taken;
    }

    public void Complete(TakenWork work)
    {
        if (Leased(work) is not { } entry)
        {
            return;
        }

        if (entry.Again is not { } again)
        {
            Share(entry.Item.Share).Remove(entry.Place);
            entries.Remove(entry.Item.Id);
            return;
        }

        Release(entry, again);
        entry.Attempt = 0;
        entry.Since = clock.GetUtcNow();
    }

    public void Postpone(TakenWork work, DateTimeOffset due)
    {
        if (Leased(work) is { } entry)
        {
            Release(entry, Earlier(entry.Again ?? due, due).ToUniversalTime());
        }
    }

    public DateTimeOffset? NextDue(string share) => Share(share) is { Count: > 0 } places ? places.Min.Due : null;

    private Entry? Leased(TakenWork work)
    {
        Invariant.Holds(work.Ticket > 0, "taken work has a ticket");
        return entries.TryGetValue(work.Item.Id, out var entry) && entry.Ticket == work.Ticket ? entry : null;
    }

    private void Release(Entry entry, DateTimeOffset due)
    {
        Move(entry, due);
        entry.Ticket = 0;
        entry.Again = null;
    }

    private void Move(Entry entry, DateTimeOffset due)
    {
        var places = Share(entry.Item.Share);
        places.Remove(entry.Place);
        entry.Due = due;
        places.Add(entry.Place);
    }

    private SortedSet<DueEntry> Share(string share)
    {
        if (!shares.TryGetValue(share, out var places))
        {
            shares.Add(share, places = []);
        }

        return places;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one <= other ? one : other;

    private sealed class Entry(WorkItem item)
    {
        public WorkItem Item { get; } = item;
        public DateTimeOffset Due { get; set; }
        public long Ticket { get; set; }
        public int Attempt { get; set; }
        public DateTimeOffset Since { get; set; }
        public DateTimeOffset? Again { get; set; }
        public DueEntry Place => new(Due, Item.Id);
    }

    private readonly record struct DueEntry(DateTimeOffset Due, string Id) : IComparable<DueEntry>
    {
        public int CompareTo(DueEntry other)
        {
            var byDue = Due.CompareTo(other.Due);
            return byDue != 0 ? byDue : KeyOrder.Instance.Compare(Id, other.Id);
        }
    }
}
