using System.Globalization;
using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

/// <summary>Work whose holders overlap: one comes back late, while the next already has it.</summary>
public sealed class SqliteWorkTests : SqliteStoreFolder
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Work_that_a_late_holder_completed_and_the_next_one_abandoned_holds_up_no_other()
    {
        await using var store = Open();
        await store.CommitAsync(Numbered(1), Stop);
        var first = Assert.Single(await TakeAsync(store));
        Clock.Advance(2 * Minute);
        Task late;
        using (Folder.HoldWriter())
        {
            late = store.CompleteAsync(first, Stop);
            // The completion is not durable yet, so the work is still there for the next.
            Assert.Equal(first.Item, Assert.Single(await TakeAsync(store)).Item);
        }

        await late;
        Assert.Equal(0, await store.LengthAsync(Stop));
        Clock.Advance(2 * Minute);
        Assert.Empty(await TakeAsync(store));
        Assert.Null(await store.NextDueAsync("hub", Stop));
        await store.CommitAsync(Numbered(2), Stop);
        Assert.Equal(Numbered(2).Work[0].Item, Assert.Single(await TakeAsync(store)).Item);
    }

    [Fact]
    public async Task A_queue_that_grows_long_under_a_running_store_is_taken_to_its_end_in_its_order()
    {
        const int items = 6_000;
        await using var store = Open();
        Assert.Null(await store.NextDueAsync("hub", Stop));
        var random = new Random(1);
        var dues = Enumerable.Range(0, items).Select(_ => Start.AddSeconds(random.Next(items * 10))).ToList();
        await EnqueueAsync(store, dues);
        Clock.Advance(TimeSpan.FromDays(1));
        var taken = new List<DateTimeOffset>();
        while (await store.TakeAsync("hub", 300, Clock.GetUtcNow(), TimeSpan.FromDays(1), Stop) is { Count: > 0 } some)
        {
            taken.AddRange(some.Select(work => dues[Number(work)]));
        }

        Assert.Equal(dues.Order(), taken);
    }

    [Fact]
    public async Task Work_behind_thousands_that_are_taken_is_taken_too()
    {
        const int items = 4_000;
        await using var store = Open();
        await EnqueueAsync(store, [.. Enumerable.Range(0, items).Select(number => Start.AddSeconds(number))]);
        Clock.Advance(TimeSpan.FromDays(1));
        for (var from = 0; from < items; from += 400)
        {
            var taken = await store.TakeAsync("hub", 400, Clock.GetUtcNow(), Minute, Stop);
            Assert.Equal(Enumerable.Range(from, 400), taken.Select(Number));
        }
    }

    private static async Task EnqueueAsync(SqliteStore store, IReadOnlyList<DateTimeOffset> dues)
    {
        var work = dues.Select((due, number) => new ScheduledWork(new WorkItem.OfWaiters(new($"acc_{number}")), due));
        foreach (var some in work.Chunk(Commit.MaxChanges))
        {
            Assert.Equal(CommitResult.Committed, await store.CommitAsync(new Commit(Home.OfJob("long"), [], [.. some]), Stop));
        }
    }

    private static int Number(TakenWork work) =>
        int.Parse(((WorkItem.OfWaiters)work.Item).Record.Value["acc_".Length..], CultureInfo.InvariantCulture);

    private Task<IReadOnlyList<TakenWork>> TakeAsync(SqliteStore store) => store.TakeAsync("hub", 1, Clock.GetUtcNow(), Minute, Stop);
}
