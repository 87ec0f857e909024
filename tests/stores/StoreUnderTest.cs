using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Canonical;
using QtcHub.Ledger;

namespace QtcHub.Tests.Stores;

/// <summary>A fresh store per test and the words that the tests share.</summary>
public abstract class StoreUnderTest : IAsyncLifetime
{
    protected static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    protected static readonly Home Here = Home.OfJob("here");
    protected static readonly Home There = Home.OfJob("there");

    protected FakeTimeProvider Clock { get; } = new(Start);

    protected IHubStore Store { get; private set; } = null!;

    protected IWorkQueue Queue { get; private set; } = null!;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (Store, Queue) = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected abstract Task<(IHubStore Store, IWorkQueue Queue)> OpenAsync();

    protected static Row Row(string key, string body = "{}", string kind = "lane", string state = "") =>
        new(key, kind, state, Encoding.UTF8.GetBytes(body));

    protected static Change Insert(string key, string body = "{}", string kind = "lane", string state = "") =>
        new Change.Insert(Row(key, body, kind, state));

    protected static Change Replace(string key, long version, string body = "{}", string kind = "lane", string state = "") =>
        new Change.Replace(Row(key, body, kind, state), version);

    protected static Change Delete(string key, long version) => new Change.Delete(key, version);

    protected static WorkItem Lane(string name, string target = "erp") =>
        new WorkItem.OfLane(new LaneId(new CanonicalId("acc_" + name), target, "main"));

    protected Task<CommitResult> Commit(Home home, params ImmutableArray<Change> changes) =>
        Store.CommitAsync(new Commit(home, changes), Stop);

    protected async Task Enqueue(WorkItem item, DateTimeOffset due) =>
        Assert.Equal(CommitResult.Committed, await Store.CommitAsync(new Commit(Here, [], [new ScheduledWork(item, due)]), Stop));

    protected async Task<string?> BodyOf(Home home, string key) =>
        await Store.ReadAsync(home, key, Stop) is { } row ? Encoding.UTF8.GetString(row.Body.Span) : null;

    protected async Task<string[]> KeysOf(Home home, string prefix, int limit = 100) =>
        [.. (await Store.ReadManyAsync(home, prefix, limit, Stop)).Select(row => row.Key)];

    protected async Task<TakenWork> TakeOne(string share = "to-erp", DateTimeOffset? now = null) =>
        Assert.Single(await Queue.TakeAsync(share, 10, now ?? Start, TimeSpan.FromMinutes(1), Stop));

    protected async Task<string[]> TakeIds(DateTimeOffset now, string share = "to-erp", int limit = 10) =>
        [.. (await Queue.TakeAsync(share, limit, now, TimeSpan.FromMinutes(1), Stop)).Select(work => work.Item.Id)];
}
