using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

public sealed class SqliteDurabilityTests : SqliteStoreFolder
{
    [Fact]
    public async Task Reopened_store_holds_everything_and_goes_on_with_its_tickets()
    {
        TakenWork taken;
        await using (var store = Open())
        {
            await store.CommitAsync(Numbered(1), Stop);
            await store.CommitAsync(Numbered(2), Stop);
            await store.CommitAsync(
                new Commit(Home.OfJob("00001"), new Change.Replace(new Row("b", "lane", "applied", "new"u8.ToArray()), 1)),
                Stop
            );
            taken = (await store.TakeAsync("hub", 1, Start, TimeSpan.FromMinutes(1), Stop))[0];
        }

        Clock.Advance(TimeSpan.FromSeconds(1));
        await using var reopened = Open();
        var row = await reopened.ReadAsync(Home.OfJob("00001"), "b", Stop);
        Assert.Equal(("applied", 2L, "new"), (row!.State, row.Version, System.Text.Encoding.UTF8.GetString(row.Body.Span)));
        Assert.True(await Holds(reopened, 2));
        Assert.Equal(2, await reopened.LengthAsync(Stop));
        // Nobody is left who could hold the lease: what was taken begins again, under a ticket that voids the former one.
        var others = await reopened.TakeAsync("hub", 5, Start, TimeSpan.FromMinutes(1), Stop);
        Assert.Equal(["waiters|acc_1", "waiters|acc_2"], others.Select(work => work.Item.Id).Order(StringComparer.Ordinal));
        Assert.All(others, work => Assert.True(work.Ticket > taken.Ticket));
        await reopened.CompleteAsync(taken, Stop);
        Assert.Equal(2, await reopened.LengthAsync(Stop));
    }

    [Fact]
    public async Task Log_cut_off_anywhere_opens_to_a_whole_prefix_of_the_commits()
    {
        const int Count = 40;
        await using var store = Open();
        for (var i = 0; i < Count; i++)
        {
            // Large bodies spread a commit over many pages, so that most cuts go through one.
            await store.CommitAsync(Numbered(i, 6000), Stop);
        }

        var log = await File.ReadAllBytesAsync(Folder.Database + "-wal", Stop);
        var database = await File.ReadAllBytesAsync(Folder.Database, Stop);
        var random = new Random(20260301);
        var prefixes = new HashSet<int>();
        for (var cut = 0; cut < 60; cut++)
        {
            prefixes.Add(await PrefixAfterCut(database, log.AsMemory(0, cut == 0 ? log.Length : random.Next(log.Length))));
        }

        Assert.Contains(Count, prefixes);
        Assert.True(prefixes.Count > 10, "the cuts fall into different commits");
    }

    [Fact]
    public async Task Acknowledged_commit_is_in_the_files_before_the_caller_knows()
    {
        await using var store = Open();
        for (var i = 0; i < 10; i++)
        {
            await store.CommitAsync(Numbered(i), Stop);
            var log = await File.ReadAllBytesAsync(Folder.Database + "-wal", Stop);
            Assert.Equal(i + 1, await PrefixAfterCut(await File.ReadAllBytesAsync(Folder.Database, Stop), log));
        }
    }

    [Fact]
    public async Task Another_connection_never_sees_part_of_a_commit()
    {
        await using var store = Open();
        using var looking = Folder.Connect();
        var writing = Parallel.ForEachAsync(
            Enumerable.Range(0, 300),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Stop },
            async (i, stop) => await store.CommitAsync(Numbered(i), stop)
        );
        var looks = 0;
        do
        {
            Assert.Equal(
                0L,
                DataFolder.Ask(
                    looking,
                    "SELECT (SELECT count(*) FROM rows) - 3 * (SELECT count(*) FROM work) + (SELECT count(*) FROM rows) % 3"
                )
            );
            looks++;
        } while (!writing.IsCompleted);

        await writing;
        Assert.True(looks > 1);
        Assert.Equal(900L, DataFolder.Ask(looking, "SELECT count(*) FROM rows"));
    }

    [Fact]
    public async Task Full_disk_fails_every_waiting_caller_and_the_store_for_good_and_loses_nothing_acknowledged()
    {
        var acknowledged = new List<int>();
        await using (var store = Open(new() { MaxDatabaseBytes = 400 * 1024 }))
        {
            await store.CommitAsync(Numbered(0, 3000), Stop);
            acknowledged.Add(0);
            var failed = 0;
            for (var round = 0; round < 50 && failed == 0; round++)
            {
                var first = 1 + (round * 8);
                List<Task<CommitResult>> batch;
                using (Folder.HoldWriter())
                {
                    batch = [.. Enumerable.Range(first, 8).Select(i => store.CommitAsync(Numbered(i, 3000), Stop))];
                }

                for (var i = 0; i < 8; i++)
                {
                    if (await Record.ExceptionAsync(() => batch[i]) is { } failure)
                    {
                        Assert.IsType<StoreFailedException>(failure);
                        failed++;
                    }
                    else
                    {
                        acknowledged.Add(first + i);
                    }
                }
            }

            Assert.True(failed > 0, "the disk became full");
            Assert.Contains(
                "SQLite error 13",
                (await store.Failed.WaitAsync(TimeSpan.FromSeconds(10), Stop)).Message,
                StringComparison.Ordinal
            );
            await Assert.ThrowsAsync<StoreFailedException>(() => store.CommitAsync(Numbered(9999, 0), Stop));
            await Assert.ThrowsAsync<StoreFailedException>(() => store.TakeAsync("hub", 1, Start, TimeSpan.FromSeconds(1), Stop));
            await Assert.ThrowsAsync<StoreFailedException>(() => store.ReadAsync(Home.OfJob("00000"), "a", Stop));
            await Assert.ThrowsAsync<StoreFailedException>(() => store.LengthAsync(Stop));
        }

        await using var reopened = Open();
        foreach (var number in acknowledged)
        {
            Assert.True(await Holds(reopened, number), $"commit {number} was acknowledged");
        }

        Assert.Equal(acknowledged.Count, await reopened.LengthAsync(Stop));
        Assert.Equal(CommitResult.Committed, await reopened.CommitAsync(Numbered(9999), Stop));
    }

    [Fact]
    public async Task Store_that_works_has_not_failed()
    {
        await using var store = Open();
        await store.CommitAsync(Numbered(1), Stop);
        await store.CommitAsync(Numbered(1), Stop);
        Assert.False(store.Failed.IsCompleted);
    }

    private async Task<int> PrefixAfterCut(ReadOnlyMemory<byte> database, ReadOnlyMemory<byte> log)
    {
        using var copy = new DataFolder();
        await File.WriteAllBytesAsync(copy.Database, database, Stop);
        await File.WriteAllBytesAsync(copy.Database + "-wal", log, Stop);
        await using var store = SqliteStore.Open(copy.Path, Clock);
        using (var plain = copy.Connect())
        {
            Assert.Equal("ok", DataFolder.Ask(plain, "PRAGMA integrity_check"));
        }

        var length = (int)await store.LengthAsync(Stop);
        for (var i = 0; i < length; i++)
        {
            Assert.True(await Holds(store, i), $"commit {i} of {length} is missing");
        }

        Assert.False(await Holds(store, length));
        return length;
    }
}
