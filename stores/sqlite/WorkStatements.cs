using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>The writer's statements on the work queue. Who has leased what is known in memory alone: <see cref="WorkLeases"/>.</summary>
internal sealed class WorkStatements(SqliteConnection connection, WorkLeases leases) : IDisposable
{
    // The count of askings begins at a number that no earlier item of the same id had: one who held that must not take this one for his own.
    private readonly Statement enqueue = new(
        connection,
        5,
        """
        INSERT INTO work (id, share, due, attempt, since, again, body, asked) VALUES (?1, ?2, ?3, 0, ?4, NULL, ?5, ?4)
        ON CONFLICT (id) DO UPDATE SET due = min(due, excluded.due), asked = asked + 1
        """
    );

    // What was asked for before the taking is done by it.
    private readonly Statement enqueueLeased = new(
        connection,
        7,
        """
        INSERT INTO work (id, share, due, attempt, since, again, body, asked) VALUES (?1, ?2, ?3, 0, ?4, NULL, ?5, ?4)
        ON CONFLICT (id) DO UPDATE SET
            again = CASE WHEN asked > ?7 OR again > ?6 THEN min(coalesce(again, excluded.due), excluded.due) ELSE excluded.due END,
            asked = asked + 1
        """
    );

    private readonly Statement remove = new(connection, 3, "DELETE FROM work WHERE id = ?1 AND asked = ?2 AND coalesce(again, 0) <= ?3");

    private readonly Statement renew = new(
        connection,
        2,
        "UPDATE work SET due = coalesce(again, due), again = NULL, attempt = 0, since = ?2 WHERE id = ?1"
    );

    private readonly Statement due = new(connection, 1, "SELECT due FROM work WHERE id = ?1");

    private readonly Statement giveBack = new(
        connection,
        5,
        """
        UPDATE work SET
            due = CASE WHEN asked > ?2 OR again > ?5 THEN min(coalesce(again, due), ?3) ELSE ?3 END, again = NULL, attempt = ?4
        WHERE id = ?1
        """
    );

    public void Enqueue(PreparedWork work)
    {
        if (leases.Holder(work.Share, work.Id) is { } lease)
        {
            enqueueLeased.Run(work.Id, work.Share, work.Due, work.Since, work.Body, lease.TakenAt, lease.Asked);
        }
        else
        {
            enqueue.Run(work.Id, work.Share, work.Due, work.Since, work.Body);
        }
    }

    /// <summary>Removes done work; where it was asked for once more meanwhile it begins anew, and this is when it is due.</summary>
    public long? Complete(Lease lease, DateTimeOffset now) =>
        remove.Run(lease.Id, lease.Asked, lease.TakenAt) == 0 && renew.Run(lease.Id, now.UtcTicks) > 0 ? due.Number(lease.Id) : null;

    /// <summary>Gives work back for later, or for when it was asked for meanwhile; when it is due now, or null where it is gone.</summary>
    public long? Postpone(Lease lease, DateTimeOffset until) =>
        giveBack.Run(lease.Id, lease.Asked, until.UtcTicks, lease.Attempt, lease.TakenAt) > 0 ? due.Number(lease.Id) : null;

    public void Dispose()
    {
        enqueue.Dispose();
        enqueueLeased.Dispose();
        remove.Dispose();
        renew.Dispose();
        due.Dispose();
        giveBack.Dispose();
    }
}
