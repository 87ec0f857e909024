using QtcHub.Ledger;

namespace QtcHub.Tests.Stores;

public sealed class SqliteBatchTests : SqliteStoreFolder
{
    [Fact]
    public async Task Commits_that_wait_together_share_a_transaction()
    {
        await using var store = Open();
        List<Task<CommitResult>> commits;
        using (Folder.HoldWriter())
        {
            commits = [.. Enumerable.Range(0, 200).Select(i => store.CommitAsync(Numbered(i), Stop))];
        }

        Assert.All(await Task.WhenAll(commits), result => Assert.Equal(CommitResult.Committed, result));
        Assert.Equal(200, store.Commits);
        // The first may have been on its way alone.
        Assert.InRange(store.Transactions, 1, 2);
    }

    [Fact]
    public async Task Lone_commits_do_not_wait_for_company()
    {
        await using var store = Open();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(CommitResult.Committed, await store.CommitAsync(Numbered(i), Stop));
        }

        Assert.Equal((5, 5), (store.Commits, store.Transactions));
    }

    [Fact]
    public async Task Concurrent_callers_group_without_being_held()
    {
        await using var store = Open();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 64),
            new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Stop },
            async (caller, stop) =>
            {
                for (var i = 0; i < 10; i++)
                {
                    await store.CommitAsync(Numbered((caller * 10) + i, 3000), stop);
                }
            }
        );
        Assert.Equal(640, store.Commits);
        Assert.True(store.Transactions < 640, $"{store.Transactions} transactions for 640 commits");
    }

    [Fact]
    public async Task Loser_in_a_batch_leaves_the_winners_whole_and_nothing_of_itself()
    {
        await using var store = Open();
        await store.CommitAsync(Numbered(3), Stop);
        await store.CommitAsync(Numbered(7), Stop);
        List<Task<CommitResult>> commits;
        using (Folder.HoldWriter())
        {
            commits = [.. Enumerable.Range(0, 10).Select(i => store.CommitAsync(WithHead(i), Stop))];
        }

        var results = await Task.WhenAll(commits);
        Assert.InRange(store.Transactions, 3, 4);
        for (var i = 0; i < 10; i++)
        {
            var expected = i is 3 or 7 ? CommitResult.Conflict : CommitResult.Committed;
            Assert.Equal(expected, results[i]);
            string[] keys = i is 3 or 7 ? ["a", "b", "c"] : ["Head", "a", "b", "c"];
            Assert.Equal(keys, (await store.ReadManyAsync(Home.OfJob($"{i:00000}"), "", 10, Stop)).Select(row => row.Key));
        }

        Assert.Equal(10, await store.LengthAsync(Stop));
        Assert.Equal(10, store.Commits);
    }

    [Fact]
    public async Task Work_calls_ride_in_the_same_transaction_as_commits()
    {
        await using var store = Open();
        await store.CommitAsync(Numbered(0), Stop);
        await store.CommitAsync(Numbered(1), Stop);
        var taken = await store.TakeAsync("hub", 10, Start, TimeSpan.FromMinutes(1), Stop);
        var before = store.Transactions;
        List<Task> calls;
        using (Folder.HoldWriter())
        {
            calls = [store.CommitAsync(Numbered(2), Stop), store.CompleteAsync(taken[0], Stop), store.PostponeAsync(taken[1], Start, Stop)];
            // Taking waits for nobody, and sees only what is durable: nothing of these yet.
            Assert.Empty(await store.TakeAsync("hub", 10, Start, TimeSpan.FromMinutes(1), Stop));
        }

        await Task.WhenAll(calls);
        Assert.InRange(store.Transactions - before, 1, 2);
        var later = await store.TakeAsync("hub", 10, Start, TimeSpan.FromMinutes(1), Stop);
        Assert.Equal([taken[1].Item.Id, "waiters|acc_2"], later.Select(work => work.Item.Id));
    }

    [Fact]
    public async Task Too_many_waiting_commits_are_answered_overloaded_at_once_and_not_written()
    {
        await using var store = Open(new() { MaxWaiting = 10 });
        var accepted = new List<Task<CommitResult>>();
        var refused = -1;
        using (Folder.HoldWriter())
        {
            // At most ten are with the writer and ten more wait.
            for (var i = 0; i <= 20 && refused < 0; i++)
            {
                var commit = store.CommitAsync(Numbered(i), Stop);
                if (commit.IsCompleted)
                {
                    Assert.Equal(CommitResult.Overloaded, await commit);
                    refused = i;
                }
                else
                {
                    accepted.Add(commit);
                }
            }
        }

        Assert.InRange(refused, 10, 20);
        Assert.All(await Task.WhenAll(accepted), result => Assert.Equal(CommitResult.Committed, result));
        Assert.False(await Holds(store, refused));
        Assert.Equal(refused, await store.LengthAsync(Stop));
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(Numbered(refused), Stop));
    }

    [Fact]
    public async Task Too_many_waiting_bytes_are_answered_overloaded()
    {
        await using var store = Open(new() { MaxWaitingBytes = 4 * 1024 * 1024 });
        List<Task<CommitResult>> commits;
        using (Folder.HoldWriter())
        {
            // 1.5 MB each: two fit into the queue, two may be with the writer.
            commits = [.. Enumerable.Range(0, 6).Select(i => store.CommitAsync(Numbered(i, 500_000), Stop))];
        }

        var results = await Task.WhenAll(commits);
        Assert.InRange(results.Count(result => result == CommitResult.Overloaded), 2, 4);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(results[i] == CommitResult.Committed, await Holds(store, i));
        }
    }

    [Fact]
    public async Task Backlog_older_than_two_seconds_is_answered_overloaded()
    {
        await using var store = Open();
        var commits = new List<Task<CommitResult>>();
        using (Folder.HoldWriter())
        {
            // The writer may take the first ones with it; whoever then waits becomes the backlog of the next.
            for (var i = 0; i < 4 && !commits.Exists(commit => commit.IsCompleted); i++)
            {
                commits.Add(store.CommitAsync(Numbered(i), Stop));
                Clock.Advance(TimeSpan.FromSeconds(1.5));
                commits.Add(store.CommitAsync(Numbered(100 + i), Stop));
                Assert.DoesNotContain(commits[^2..], commit => i == 0 && commit.IsCompleted);
                Clock.Advance(TimeSpan.FromSeconds(0.6));
            }
        }

        var results = await Task.WhenAll(commits);
        Assert.Contains(CommitResult.Overloaded, results);
        Assert.Equal(results.Count(result => result == CommitResult.Committed), await store.LengthAsync(Stop));
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(Numbered(999), Stop));
    }

    [Fact]
    public async Task Reads_do_not_wait_for_the_writer_and_see_what_was_acknowledged()
    {
        await using var store = Open();
        await store.CommitAsync(Numbered(1), Stop);
        Task<CommitResult> pending;
        using (Folder.HoldWriter())
        {
            pending = store.CommitAsync(Numbered(2), Stop);
            Assert.True(await Holds(store, 1));
            Assert.False(await Holds(store, 2));
            Assert.False(pending.IsCompleted);
        }

        await pending;
        Assert.True(await Holds(store, 2));
    }

    [Fact]
    public async Task Closing_writes_what_waits_and_refuses_what_comes_later()
    {
        var store = Open();
        List<Task<CommitResult>> commits;
        Task closed;
        using (Folder.HoldWriter())
        {
            commits = [.. Enumerable.Range(0, 20).Select(i => store.CommitAsync(Numbered(i), Stop))];
            closed = store.DisposeAsync().AsTask();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CommitAsync(Numbered(99), Stop));
            Assert.False(closed.IsCompleted);
        }

        await closed;
        Assert.All(await Task.WhenAll(commits), result => Assert.Equal(CommitResult.Committed, result));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadAsync(Home.OfJob("a"), "a", Stop));
    }

    private static Commit WithHead(int number)
    {
        // The new row comes first, so that a loser has something to take back.
        var numbered = Numbered(number);
        return numbered with
        {
            Changes = [new Change.Insert(new Row("Head", "record", "", ReadOnlyMemory<byte>.Empty)), .. numbered.Changes],
        };
    }
}
