using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>The writer's statements on the work queue.</summary>
internal sealed class WorkStatements(SqliteConnection connection) : IDisposable
{
    private readonly Statement enqueue = new(
        connection,
        5,
        """
        INSERT INTO work (id, share, due, ticket, attempt, since, again, body) VALUES (?1, ?2, ?3, 0, 0, ?4, NULL, ?5)
        ON CONFLICT (id) DO UPDATE SET
            due = CASE ticket WHEN 0 THEN min(due, excluded.due) ELSE due END,
            again = CASE ticket WHEN 0 THEN NULL ELSE min(coalesce(again, excluded.due), excluded.due) END
        """
    );

    private readonly Statement due = new(
        connection,
        3,
        "SELECT id, body, attempt, since FROM work WHERE share = ?1 AND due <= ?2 ORDER BY due, id LIMIT ?3"
    );

    private readonly Statement nextTickets = new(connection, 1, "UPDATE tickets SET last = last + ?1 RETURNING last");

    // What was asked for before this taking is done by it.
    private readonly Statement lease = new(
        connection,
        4,
        """
        UPDATE work SET due = ?2, ticket = ?3, attempt = attempt + 1, again = CASE WHEN again <= ?4 THEN NULL ELSE again END WHERE id = ?1
        """
    );

    private readonly Statement remove = new(connection, 2, "DELETE FROM work WHERE id = ?1 AND ticket = ?2 AND again IS NULL");

    private readonly Statement renew = new(
        connection,
        3,
        "UPDATE work SET due = again, again = NULL, ticket = 0, attempt = 0, since = ?3 WHERE id = ?1 AND ticket = ?2 AND again IS NOT NULL"
    );

    private readonly Statement giveBack = new(
        connection,
        3,
        "UPDATE work SET due = min(?3, coalesce(again, ?3)), again = NULL, ticket = 0 WHERE id = ?1 AND ticket = ?2"
    );

    public void Enqueue(PreparedWork work) => enqueue.Run(work.Id, work.Share, work.Due, work.Since, work.Body);

    public IReadOnlyList<LeasedRow> Take(string share, int limit, DateTimeOffset now, DateTimeOffset until)
    {
        var found = due.Read(
            row => (Id: row.GetString(0), Body: row.GetFieldValue<byte[]>(1), Attempt: row.GetInt32(2), Since: row.GetInt64(3)),
            share,
            now.UtcTicks,
            limit
        );
        if (found.Count == 0)
        {
            return [];
        }

        var ticket = nextTickets.Number(found.Count) - found.Count ?? throw new InvariantException("there is a row of tickets");
        var taken = new List<LeasedRow>(found.Count);
        foreach (var row in found)
        {
            lease.Run(row.Id, until.UtcTicks, ++ticket, now.UtcTicks);
            taken.Add(new LeasedRow(row.Body, ticket, row.Attempt + 1, row.Since));
        }

        return taken;
    }

    public bool Complete(TakenWork work, DateTimeOffset now) =>
        remove.Run(work.Item.Id, work.Ticket) + renew.Run(work.Item.Id, work.Ticket, now.UtcTicks) > 0;

    public bool Postpone(TakenWork work, DateTimeOffset until) => giveBack.Run(work.Item.Id, work.Ticket, until.UtcTicks) > 0;

    public void Dispose()
    {
        enqueue.Dispose();
        due.Dispose();
        nextTickets.Dispose();
        lease.Dispose();
        remove.Dispose();
        renew.Dispose();
        giveBack.Dispose();
    }
}

/// <summary>Work as it was leased; the body is read on the caller's thread.</summary>
internal sealed record LeasedRow(byte[] Body, long Ticket, int Attempt, long Since)
{
    public TakenWork Read() => new(WorkItem.Read(Body), Ticket, Attempt, new DateTimeOffset(Since, TimeSpan.Zero));
}
