using System.Text;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

/// <summary>What the tests of the SQLite store alone share.</summary>
public abstract class SqliteStoreFolder : IDisposable
{
    protected static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private protected DataFolder Folder { get; } = new();

    protected FakeTimeProvider Clock { get; } = new(Start);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected SqliteStore Open(SqliteStoreOptions? options = null) => SqliteStore.Open(Folder.Path, Clock, options);

    /// <summary>A commit of three rows and a work item, each of which names its number.</summary>
    protected static Commit Numbered(int number, int bytes = 100)
    {
        var body = Encoding.UTF8.GetBytes(new string('x', bytes));
        return new Commit(
            Home.OfJob($"{number:00000}"),
            [
                new Change.Insert(new Row("a", "record", "", body)),
                new Change.Insert(new Row("b", "lane", "due", body)),
                new Change.Insert(new Row("c", "audit", "", body)),
            ],
            [new ScheduledWork(new WorkItem.OfWaiters(new($"acc_{number}")), Start)]
        );
    }

    /// <summary>Whether a numbered commit is there as a whole; half of one fails the test.</summary>
    protected static async Task<bool> Holds(SqliteStore store, int number)
    {
        var rows = await store.ReadManyAsync(Home.OfJob($"{number:00000}"), "", 10, Stop);
        Assert.True(rows.Count is 0 or 3, $"commit {number} is there in part: {rows.Count} rows");
        return rows.Count == 3;
    }
}
