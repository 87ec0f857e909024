using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>
/// The rows that were written last, as they are durably stored. Each step of the hub reads what the step before it has written, and a reading connection
/// throws its pages away whenever the writer has committed. This process alone writes the database, so what is kept here cannot be outdated: a row comes in
/// when its transaction is durable and before anybody is told, and its former form goes before that: a list or a taking of work may see the new one as soon as
/// it is durable, and who has seen it must not read the former.
/// </summary>
internal sealed class RecentRows
{
    private const long MostBytesOfGeneration = 1024 * 1024;
    private const int Overhead = 300;
    private readonly Lock gate = new();

    // Two generations: when the younger is full it becomes the elder, and the elder goes.
    private Dictionary<(string Home, string Key), Row?> younger = [];
    private Dictionary<(string Home, string Key), Row?> elder = [];
    private long bytes;

    /// <summary>A row that was written lately; null where it was deleted. False: only the database knows.</summary>
    public bool TryFind(string home, string key, out Row? row)
    {
        lock (gate)
        {
            return younger.TryGetValue((home, key), out row) || elder.TryGetValue((home, key), out row);
        }
    }

    /// <summary>Drops the rows that a commit is about to change: until it is settled only the database knows them.</summary>
    public void Forget(PreparedCommit commit)
    {
        lock (gate)
        {
            foreach (var (change, _, _) in commit.Changes)
            {
                younger.Remove((commit.Home, change.Key));
                elder.Remove((commit.Home, change.Key));
            }
        }
    }

    /// <summary>Drops everything: the store is closed, and another process may write the database.</summary>
    public void Clear()
    {
        lock (gate)
        {
            (elder, younger, bytes) = ([], [], 0);
        }
    }

    /// <summary>Keeps what a commit has made durable.</summary>
    public void Keep(PreparedCommit commit)
    {
        lock (gate)
        {
            foreach (var (change, body, _) in commit.Changes)
            {
                younger[(commit.Home, change.Key)] = change switch
                {
                    Change.Insert insert => insert.Row with { Body = body, Version = 1 },
                    Change.Replace replace => replace.Row with { Body = body, Version = replace.ExpectedVersion + 1 },
                    _ => null,
                };
                bytes += Overhead + body.Length;
            }

            if (bytes > MostBytesOfGeneration)
            {
                (elder, younger, bytes) = (younger, [], 0);
            }
        }
    }
}
