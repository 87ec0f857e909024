using Microsoft.Data.Sqlite;

namespace QtcHub.Server.Bench;

/// <summary>Writes the hub's rows without any of its logic: one thread, everything that waits in one transaction, plain statements.</summary>
internal sealed class FloorStore : IDisposable
{
    private readonly object gate = new();
    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly SqliteCommand replace;
    private readonly SqliteCommand enqueue;
    private readonly SqliteCommand complete;
    private readonly Thread writer;
    private List<(Action Run, TaskCompletionSource Done)> waiting = [];
    private bool closing;
    private long commits;
    private long transactions;

    public FloorStore(string folder, IReadOnlyList<string> schema)
    {
        Directory.CreateDirectory(folder);
        connection = new SqliteConnection($"Data Source={Path.Combine(folder, "hub.db")};Pooling=False");
        connection.Open();
        Run("PRAGMA journal_mode = WAL");
        // The same settings as the hub's own connection.
        Run(
            "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 16384; PRAGMA journal_size_limit = 100663296"
        );
        schema.ToList().ForEach(Run);
        insert = Prepare("INSERT INTO rows (home, key, version, kind, state, body) VALUES ($1, $2, 1, $3, $4, $5)", 5);
        replace = Prepare("UPDATE rows SET version = version + 1, kind = $3, state = $4, body = $5 WHERE home = $1 AND key = $2", 5);
        enqueue = Prepare(
            "INSERT INTO work (id, share, due, attempt, since, again, body, asked) VALUES ($1, $2, $3, 0, $3, NULL, $4, 1)",
            4
        );
        complete = Prepare("DELETE FROM work WHERE id = $1", 1);
        writer = new Thread(Write) { IsBackground = true };
        writer.Start();
    }

    /// <summary>Commits asked for.</summary>
    public long Commits => Interlocked.Read(ref commits);

    /// <summary>Transactions made durable.</summary>
    public long Transactions => Interlocked.Read(ref transactions);

    /// <summary>Writes a commit's rows and work as another record's.</summary>
    public Task WriteAsync(ShapedCommit commit, FloorEvent of, ReadOnlyMemory<byte>? rawBody = null) =>
        Enqueue(() => Apply(commit, of, rawBody));

    /// <summary>Removes a done work item.</summary>
    public Task CompleteAsync(ShapedWork work, FloorEvent of) => Enqueue(() => Execute(complete, of.Rename(work.Id)));

    public void Dispose()
    {
        lock (gate)
        {
            closing = true;
            Monitor.Pulse(gate);
        }

        writer.Join();
        connection.Dispose();
    }

    private void Apply(ShapedCommit commit, FloorEvent of, ReadOnlyMemory<byte>? rawBody)
    {
        var home = of.RenameHome(commit.Home);
        foreach (var row in commit.Rows)
        {
            var body = rawBody is { } raw && row.Body.Length >= raw.Length ? raw.ToArray() : row.Body;
            Execute(row.IsInsert ? insert : replace, home, row.Key, row.Kind, row.State, body);
        }

        foreach (var work in commit.Work)
        {
            Execute(enqueue, of.Rename(work.Id), work.Share, DateTime.UtcNow.Ticks, work.Body);
        }
    }

    private Task Enqueue(Action run)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Increment(ref commits);
        lock (gate)
        {
            waiting.Add((run, done));
            Monitor.Pulse(gate);
        }

        return done.Task;
    }

    private void Write()
    {
        while (Next() is { } batch)
        {
            Run("BEGIN IMMEDIATE");
            batch.ForEach(one => one.Run());
            Run("COMMIT");
            Interlocked.Increment(ref transactions);
            batch.ForEach(one => one.Done.SetResult());
        }
    }

    private List<(Action Run, TaskCompletionSource Done)>? Next()
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closing)
                {
                    return null;
                }

                Monitor.Wait(gate);
            }

            var taken = waiting;
            waiting = [];
            return taken;
        }
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = new SqliteCommand(sql, connection);
        for (var number = 1; number <= parameters; number++)
        {
            command.Parameters.Add(new SqliteParameter($"${number}", DBNull.Value));
        }

        command.Prepare();
        return command;
    }

    private static void Execute(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var at = 0; at < values.Length; at++)
        {
            command.Parameters[at].Value = values[at];
        }

        Invariant.Holds(command.ExecuteNonQuery() == 1, "each statement of the floor changes one row");
    }

    private void Run(string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}

/// <summary>One event on the floor: what the recorded names become.</summary>
internal sealed record FloorEvent(int Index, string RecordedRecord, string Record)
{
    private static readonly string RecordedMark = BenchTraffic.MarkOf(0);
    private readonly string mark = BenchTraffic.MarkOf(Index);

    public string Rename(string text) =>
        text.Replace(RecordedRecord, Record, StringComparison.Ordinal).Replace(RecordedMark, mark, StringComparison.Ordinal);

    /// <summary>The claim of a target's own id ends with that id, which is a number.</summary>
    public string RenameHome(string home) =>
        home.EndsWith("|1", StringComparison.Ordinal) ? string.Concat(home.AsSpan(0, home.Length - 1), mark.AsSpan(6)) : Rename(home);
}
