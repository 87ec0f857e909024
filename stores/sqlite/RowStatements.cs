using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>The writer's statements on rows. Each names its precondition, so a row that is not as expected is simply not changed.</summary>
internal sealed class RowStatements(SqliteConnection connection) : IDisposable
{
    private readonly Statement insert = new(
        connection,
        6,
        "INSERT INTO rows (home, key, version, kind, state, body, checksum) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6) ON CONFLICT (home, key) DO NOTHING"
    );

    private readonly Statement replace = new(
        connection,
        7,
        "UPDATE rows SET version = version + 1, kind = ?4, state = ?5, body = ?6, checksum = ?7 WHERE home = ?1 AND key = ?2 AND version = ?3"
    );

    private readonly Statement delete = new(connection, 3, "DELETE FROM rows WHERE home = ?1 AND key = ?2 AND version = ?3");

    /// <summary>Makes a change; false where its precondition does not hold.</summary>
    public bool Apply(string home, PreparedChange prepared)
    {
        var (change, body, checksum) = prepared;
        return change switch
            {
                Change.Insert { Row: var row } => insert.Run(home, row.Key, row.Kind, row.State, body, checksum),
                Change.Replace { Row: var row } c => replace.Run(home, row.Key, c.ExpectedVersion, row.Kind, row.State, body, checksum),
                Change.Delete c => delete.Run(home, c.RowKey, c.ExpectedVersion),
                _ => throw new InvariantException("a known change"),
            } == 1;
    }

    public void Dispose()
    {
        insert.Dispose();
        replace.Dispose();
        delete.Dispose();
    }
}
