using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>One read-only connection and its statements; used by one thread at a time.</summary>
internal sealed class Reader(SqliteConnection connection) : IDisposable
{
    private readonly Statement begin = new(connection, 0, "BEGIN");
    private readonly Statement end = new(connection, 0, "COMMIT");

    private readonly Statement one = new(connection, 2, $"SELECT {Columns(connection)} FROM rows WHERE home = ?1 AND key = ?2");

    private readonly Statement many = new(
        connection,
        3,
        $"SELECT {Columns(connection)} FROM rows WHERE home = ?1 AND key >= ?2 ORDER BY key LIMIT ?3"
    );

    private readonly Statement positions = new(
        connection,
        5,
        """
        SELECT home, key FROM rows INDEXED BY lists
        WHERE kind = ?1 AND kind <> '' AND state = ?2 AND (home, key) > (?3, ?4) ORDER BY home, key LIMIT ?5
        """
    );

    // Jumps from state to state in the index instead of walking over every row of the kind.
    private readonly Statement states = new(
        connection,
        1,
        """
        WITH RECURSIVE states (state) AS (
            SELECT min(state) FROM rows INDEXED BY lists WHERE kind = ?1 AND kind <> ''
            UNION ALL
            SELECT (SELECT min(r.state) FROM rows r INDEXED BY lists WHERE r.kind = ?1 AND r.kind <> '' AND r.state > states.state) FROM states
            WHERE states.state IS NOT NULL
        )
        SELECT state FROM states WHERE state IS NOT NULL
        """
    );

    private readonly Statement counts = new(
        connection,
        0,
        "SELECT kind, state, count(*) FROM rows INDEXED BY lists WHERE kind <> '' GROUP BY kind, state ORDER BY kind, state"
    );

    private const int Checksum = 5;

    // The columns behind those of a row.
    private const int Behind = 6;

    private const string Taking = "SELECT body, attempt, since, asked FROM work WHERE id = ?1";

    // Prepared when work is first taken: a store of an older hub is read as it is, and its work is not.
    private Statement? waiting;

    // Prepared when all rows are checked, which most readers never do.
    private Statement? pages;

    private readonly Statement earliest = new(connection, 2, "SELECT id, due FROM work WHERE share = ?1 ORDER BY due, id LIMIT ?2");
    private readonly Statement length = new(connection, 0, "SELECT count(*) FROM work");

    public Row? Read(string home, string key) => one.Read(row => ReadRow(row, home), home, key).SingleOrDefault();

    public IReadOnlyList<Row> ReadMany(string home, string keyPrefix, int limit) =>
        many.ReadWhile(
            row => row.GetString(0).StartsWith(keyPrefix, StringComparison.Ordinal) ? ReadRow(row, home) : null,
            home,
            keyPrefix,
            limit
        );

    public RowPage List(string kind, string? state, RowPosition after, int limit)
    {
        // One snapshot: what the index names is still there when it is read.
        begin.Run();
        var found = new List<RowPosition>();
        foreach (var name in state is null ? states.Read(row => row.GetString(0), kind) : [state])
        {
            found.AddRange(
                positions.Read(row => new RowPosition(row.GetString(0), row.GetString(1)), kind, name, after.Home, after.Key, limit + 1L)
            );
        }

        found.Sort();
        var rows = new List<ListedRow>();
        foreach (var position in found.Take(limit))
        {
            var row = Read(position.Home, position.Key) ?? throw new InvariantException("the index names rows that are there");
            rows.Add(new ListedRow(Home.Parse(position.Home), row));
        }

        end.Run();
        return new RowPage(rows, found.Count > limit ? found[limit - 1].ToString() : null);
    }

    public IReadOnlyList<RowCount> Count() => counts.Read(row => new RowCount(row.GetString(0), row.GetString(1), row.GetInt64(2)));

    /// <summary>A work item, or null where it is gone.</summary>
    public WorkRow? Waiting(string id) =>
        (waiting ??= new Statement(connection, 1, Taking))
            .Read(row => new WorkRow(id, row.GetBlob(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)), id)
            .SingleOrDefault();

    /// <summary>The work of a share that is due first, and when.</summary>
    public List<(long Due, string Id)> Earliest(string share, int limit) =>
        earliest.Read(row => (row.GetInt64(1), row.GetString(0)), share, limit);

    /// <summary>Reads the rows behind a place of the table; the place of the last one, or null at the end. A row that is not as it was written is a refusal.</summary>
    public long? CheckRows(long after, int limit) =>
        (pages ??= new Statement(connection, 2, EveryRow(connection))).Read(
            row =>
            {
                ReadRow(row, row.GetString(Behind));
                return (long?)row.GetInt64(Behind + 1);
            },
            after,
            limit
        )
            is [.., var last]
            ? last
            : null;

    public long Length() => length.Number() ?? 0;

    public void Dispose()
    {
        foreach (var statement in new[] { begin, end, one, many, positions, states, counts, earliest, length })
        {
            statement.Dispose();
        }

        waiting?.Dispose();
        pages?.Dispose();

        connection.Dispose();
    }

    private static string EveryRow(SqliteConnection connection) =>
        $"SELECT {Columns(connection)}, home, rowid FROM rows WHERE rowid > ?1 ORDER BY rowid LIMIT ?2";

    /// <summary>A database of an older hub is read as it is, and its rows have no checksums.</summary>
    private static string Columns(SqliteConnection connection) =>
        $"key, kind, state, body, version, {(Database.Number(connection, "PRAGMA user_version") >= Schema.WithChecksums ? "checksum" : "NULL")}";

    private static Row ReadRow(SqlRow at, string home)
    {
        var body = at.GetBlob(3);
        var row = new Row(at.GetString(0), at.GetString(1), at.GetString(2), body) { Version = at.GetInt64(4) };
        return at.IsNull(Checksum) || at.GetInt64(Checksum) == RowSum.Of(home, row, row.Version, body)
            ? row
            : throw new StoreFailedException($"the row {home} {row.Key} is not as it was written. {Cause.Restore}");
    }
}
