using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>Which shares of work there have been.</summary>
internal sealed class Shares(CloudParts parts)
{
    private const string Directory = "shares";
    private const string Name = "K";
    private const int Most = 1000;
    private readonly Lock gate = new();
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <summary>Makes a share known before anything of it is enqueued; false where storage does not take it.</summary>
    public async Task<bool> KnownAsync(string share)
    {
        lock (gate)
        {
            if (known.Contains(share))
            {
                return true;
            }
        }

        if (!await parts.PutAsync(new CloudRow(Directory, CloudKey.Fit(CloudKey.Escape(share), CloudKey.MaxLength)).With(Name, share)))
        {
            return false;
        }

        lock (gate)
        {
            known.Add(share);
        }

        return true;
    }

    public async Task<IReadOnlyList<string>> AllAsync(CancellationToken cancellationToken)
    {
        var rows = await parts.Table.QueryAsync(new CloudRange(Directory, "", CloudKey.Last.ToString(), Most), cancellationToken);
        return [.. rows.Select(row => row.Text(Name))];
    }
}

/// <summary>Tickets that rise: for one process strictly, and for one item across processes and even after it was gone, as long as their clocks agree.</summary>
internal sealed class Tickets(CloudParts parts)
{
    private const int CounterBits = 22;
    private const int SaltBits = 12;
    private readonly Lock gate = new();
    private readonly long salt = Convert.ToInt64(parts.NewId()[..3], 16) << (CounterBits - SaltBits);
    private long last;

    public long Next(long former)
    {
        lock (gate)
        {
            var now = (parts.Clock.GetUtcNow().ToUnixTimeMilliseconds() << CounterBits) | salt;
            last = Math.Max(Math.Max(now, last + 1), former + 1);
            return last;
        }
    }
}

/// <summary>Leases of this process as it last saw them, so that ending one needs no read. One that is out of date costs a refused transaction.</summary>
internal sealed class LeaseNotes
{
    private const int Most = 10_000;
    private readonly Lock gate = new();
    private readonly Dictionary<long, WorkRow> rows = [];
    private readonly Queue<long> order = new();

    public void Add(WorkRow row)
    {
        lock (gate)
        {
            rows[row.Ticket] = row;
            order.Enqueue(row.Ticket);
            while (order.Count > Most)
            {
                rows.Remove(order.Dequeue());
            }
        }
    }

    public WorkRow? Take(TakenWork work)
    {
        lock (gate)
        {
            return rows.Remove(work.Ticket, out var row) && row.Item == work.Item ? row : null;
        }
    }
}
