using Microsoft.Extensions.Time.Testing;
using QtcHub.Ledger;
using QtcHub.Stores.Memory;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

/// <summary>A queue longer than what the SQLite store keeps of it in memory, against the memory store, which keeps all of it in one order.</summary>
public sealed class LongQueueTests
{
    private const string Share = "to-erp";
    private const int Items = 6_000;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider clock = new(Start);

    public static TheoryData<int> Seeds => [1, 2, 3];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Work_of_a_long_queue_is_taken_in_order_while_it_is_hastened_postponed_and_added_to(int seed)
    {
        using var folder = new DataFolder();
        await using var sqlite = SqliteStore.Open(folder.Path, clock);
        var memory = new MemoryStore(clock);
        var random = new Random(seed);
        // Some is asked for before anything was taken, the rest while the store already knows what comes first.
        await EnqueueAsync(memory, sqlite, [.. Enumerable.Range(0, Items / 2).Select(number => At(number, random))]);
        var held = new List<(TakenWork InMemory, TakenWork InSqlite)>();
        for (var step = 0; step < 300; step++)
        {
            await EnqueueAsync(memory, sqlite, [.. Enumerable.Range(0, 10).Select(_ => At(random.Next(Items), random))]);
            held.AddRange(await TakeAsync(memory, sqlite, random.Next(1, 30)));
            for (var settled = random.Next(held.Count + 1); settled > 0; settled--)
            {
                var (one, other) = held[random.Next(held.Count)];
                held.Remove((one, other));
                var later = clock.GetUtcNow().AddSeconds(random.Next(Items));
                if (random.Next(3) == 0)
                {
                    await memory.PostponeAsync(one, later, default);
                    await sqlite.PostponeAsync(other, later, default);
                }
                else
                {
                    await memory.CompleteAsync(one, default);
                    await sqlite.CompleteAsync(other, default);
                }
            }

            Assert.Equal(await memory.NextDueAsync(Share, default), await sqlite.NextDueAsync(Share, default));
            clock.Advance(TimeSpan.FromSeconds(random.Next(40)));
        }

        clock.Advance(TimeSpan.FromDays(1));
        while ((await TakeAsync(memory, sqlite, 200)).Count > 0) { }
        Assert.Equal(await memory.LengthAsync(default), await sqlite.LengthAsync(default));
    }

    private (int Number, DateTimeOffset Due) At(int number, Random random) => (number, clock.GetUtcNow().AddSeconds(random.Next(Items)));

    private static async Task EnqueueAsync(MemoryStore memory, SqliteStore sqlite, IReadOnlyList<(int Number, DateTimeOffset Due)> items)
    {
        foreach (var some in items.DistinctBy(item => item.Number).Chunk(Commit.MaxChanges))
        {
            var work = some.Select(item => new ScheduledWork(
                new WorkItem.OfLane(new LaneId(new($"acc_{item.Number}"), "erp", "a")),
                item.Due
            ));
            var commit = new Commit(Home.OfJob("long"), [], [.. work]);
            Assert.Equal(CommitResult.Committed, await memory.CommitAsync(commit, default));
            Assert.Equal(CommitResult.Committed, await sqlite.CommitAsync(commit, default));
        }
    }

    private async Task<List<(TakenWork InMemory, TakenWork InSqlite)>> TakeAsync(MemoryStore memory, SqliteStore sqlite, int limit)
    {
        var lease = TimeSpan.FromHours(1);
        var expected = await memory.TakeAsync(Share, limit, clock.GetUtcNow(), lease, default);
        var taken = await sqlite.TakeAsync(Share, limit, clock.GetUtcNow(), lease, default);
        Assert.Equal(expected.Select(work => (work.Item, work.Attempt)), taken.Select(work => (work.Item, work.Attempt)));
        return [.. expected.Zip(taken)];
    }
}
