using Microsoft.Data.Sqlite;

namespace QtcHub.Server.Bench;

/// <summary>Fills a database with records that have come to rest: all rows that the hub keeps of each, its raw body as after its time.</summary>
internal static class Filling
{
    private const int RecordsEach = 10_000;

    public static void Fill(string folder, CommitShape shape, int records)
    {
        Directory.CreateDirectory(folder);
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "hub.db")};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY");
        using var insert = new SqliteCommand(
            "INSERT INTO rows (home, key, version, kind, state, body) VALUES ($1, $2, $3, $4, $5, $6)",
            connection
        );
        for (var number = 1; number <= 6; number++)
        {
            insert.Parameters.Add(new SqliteParameter($"${number}", DBNull.Value));
        }

        var rows = Rest(shape);
        for (var first = 0; first < records; first += RecordsEach)
        {
            Run(connection, "BEGIN");
            for (var index = first; index < Math.Min(first + RecordsEach, records); index++)
            {
                Insert(insert, rows, FloorPart.Named(shape, index));
            }

            Run(connection, "COMMIT");
        }

        Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>The rows as they stand in the end, with the version they then have; a finished delivery's raw body and its claims apart.</summary>
    private static List<(string Home, ShapedRow Row, long Version)> Rest(CommitShape shape) =>
        [
            .. shape
                .Receive.Concat(shape.Intake)
                .Concat(shape.Lanes.SelectMany(lane => lane.Before.Concat(lane.After)))
                .SelectMany(commit => commit.Rows.Select(row => (commit.Home, Row: row)))
                .GroupBy(pair => (pair.Home, pair.Row.Key))
                .Where(group => group.Key.Key != Ledger.Rows.BodyKey)
                .Select(group => (group.Key.Home, group.Last().Row, (long)group.Count())),
        ];

    private static void Insert(SqliteCommand insert, List<(string Home, ShapedRow Row, long Version)> rows, FloorEvent of)
    {
        foreach (var (home, row, version) in rows)
        {
            object[] values = [of.RenameHome(home), row.Key, version, row.Kind, row.State, row.Body];
            for (var at = 0; at < values.Length; at++)
            {
                insert.Parameters[at].Value = values[at];
            }

            insert.ExecuteNonQuery();
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
