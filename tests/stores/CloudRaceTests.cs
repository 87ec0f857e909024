using System.Text;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Stores.Azure;
using QtcHub.Stores.Azure.Model;

namespace QtcHub.Tests.Stores;

/// <summary>Two processes whose calls cross, over the model of the cloud.</summary>
public sealed class CloudRaceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Home Here = Home.OfJob("here");
    private static readonly WorkItem Work = new WorkItem.OfWaiters(new CanonicalId("acc_1"));
    private readonly FakeTimeProvider clock = new(Start);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listed_row_whose_large_body_is_replaced_while_it_is_read_is_still_listed()
    {
        var (watched, store, other) = TwoProcesses();
        await Committed(other, new Change.Insert(Row("a", "Due", 40_000)));
        var replaced = 0;
        watched.BeforeBody = async _ =>
        {
            if (replaced++ == 0)
            {
                await Committed(other, new Change.Replace(Row("a", "Due", 50_000), 1));
            }
        };
        var listed = Assert.Single((await store.ListAsync("lane", "Due", null, 10, Stop)).Rows);
        Assert.Equal((2L, 50_000), (listed.Row.Version, listed.Row.Body.Length));
    }

    [Fact]
    public async Task Row_that_changes_its_state_while_a_list_of_every_state_is_read_is_listed_once()
    {
        var (watched, store, other) = TwoProcesses();
        await Committed(other, new Change.Insert(Row("a", "Applied", 1)), new Change.Insert(Row("b", "Due", 1)));
        // The entry in the new state's list is there, as it is before the transaction of the commit that moves the row.
        var halted = new WatchedCloud(Sound!);
        var (atTransaction, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        halted.BeforeWrite = async (partition, _) =>
        {
            if (partition.StartsWith("h!", StringComparison.Ordinal))
            {
                atTransaction.TrySetResult();
                await released.Task;
            }

            return null;
        };
        var (slow, _) = CloudStores.Over(halted.Parts);
        var moving = slow.CommitAsync(new Commit(Here, new Change.Replace(Row("a", "Due", 2), 1)), Stop);
        await atTransaction.Task;
        var reads = 0;
        watched.BeforeGet = async _ =>
        {
            if (++reads == 2)
            {
                released.SetResult();
                Assert.Equal(CommitResult.Committed, await moving);
            }
        };
        var listed = (await store.ListAsync("lane", null, null, 10, Stop)).Rows.Select(row => row.Row.Key);
        Assert.Equal(["a", "b"], listed);
    }

    [Fact]
    public async Task Entry_that_only_the_first_try_of_a_commit_needed_is_not_counted()
    {
        var (_, store, other) = TwoProcesses();
        await Committed(store, new Change.Insert(Row("a", "Due", 1)));
        // Another row under the same key and version, which this process does not know of.
        await Committed(other, new Change.Delete("a", 1));
        await Committed(other, new Change.Insert(Row("a", "Applied", 1)));
        var commit = new Commit(Here, [new Change.Replace(Row("a", "Applied", 2), 1)], [new ScheduledWork(Work, Start)]);
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(commit, Stop));
        Assert.Equal([new RowCount("lane", "Applied", 1)], await store.CountAsync(Stop));
    }

    [Fact]
    public async Task Commit_told_as_conflict_after_a_lost_sending_never_comes_however_late_that_arrives()
    {
        var (watched, store, other) = TwoProcesses();
        IReadOnlyList<CloudWrite>? lost = null;
        var home = "";
        watched.BeforeWrite = async (partition, writes) =>
        {
            if (lost is not null || !partition.StartsWith("h!", StringComparison.Ordinal))
            {
                return null;
            }

            (home, lost) = (partition, writes);
            await Committed(other, new Change.Insert(Row("a", "Due", 7)));
            return CloudAnswer.Of(CloudOutcome.Unknown);
        };
        Assert.Equal(
            CommitResult.Conflict,
            await store.CommitAsync(new Commit(Here, [new Change.Insert(Row("a", "Due", 9))], [new ScheduledWork(Work, Start)]), Stop)
        );
        await Committed(other, new Change.Delete("a", 1));
        var late = await Sound!.Table.SubmitAsync(home, lost!, Stop);
        Assert.Equal(CloudOutcome.Refused, late.Outcome);
        clock.Advance(TimeSpan.FromMinutes(2));
        var (relaying, queue) = CloudStores.Over(Sound);
        await ((AzureStore)relaying).RelayAsync(Stop);
        Assert.Null(await relaying.ReadAsync(Here, "a", Stop));
        Assert.Equal(0, await queue.LengthAsync(Stop));
        Assert.Empty(await relaying.CountAsync(Stop));
    }

    [Fact]
    public async Task Late_echo_of_a_committed_transaction_changes_nothing_once_its_rows_are_gone()
    {
        var (watched, store, other) = TwoProcesses();
        IReadOnlyList<CloudWrite>? sent = null;
        var home = "";
        watched.BeforeWrite = async (partition, writes) =>
        {
            if (sent is not null || !partition.StartsWith("h!", StringComparison.Ordinal))
            {
                return null;
            }

            (home, sent) = (partition, writes);
            await Sound!.Table.SubmitAsync(partition, writes, Stop);
            return CloudAnswer.Of(CloudOutcome.Unknown);
        };
        Assert.Equal(
            CommitResult.Committed,
            await store.CommitAsync(new Commit(Here, [new Change.Insert(Row("a", "Due", 9))], [new ScheduledWork(Work, Start)]), Stop)
        );
        clock.Advance(TimeSpan.FromMinutes(2));
        await ((AzureStore)other).RelayAsync(Stop);
        await Committed(other, new Change.Delete("a", 1));
        Assert.Equal(CloudOutcome.Refused, (await Sound!.Table.SubmitAsync(home, sent!, Stop)).Outcome);
        Assert.Null(await other.ReadAsync(Here, "a", Stop));
    }

    [Fact]
    public async Task Clock_that_runs_behind_delays_commits_and_loses_none()
    {
        var (_, _, other) = TwoProcesses();
        var behind = new FakeTimeProvider(Start - TimeSpan.FromHours(1));
        var watched = new WatchedCloud(Sound! with { Clock = behind });
        // A relay of a machine whose clock is right runs before every transaction of the one that is behind.
        watched.BeforeWrite = async (partition, _) =>
        {
            if (partition.StartsWith("h!", StringComparison.Ordinal))
            {
                await ((AzureStore)other).RelayAsync(Stop);
            }

            return null;
        };
        var (store, _) = CloudStores.Over(watched.Parts);
        var commit = new Commit(Here, [new Change.Insert(Row("a", "Due", 40_000))], [new ScheduledWork(Work, Start)]);
        Assert.Equal(CommitResult.Overloaded, await store.CommitAsync(commit, Stop));
        Assert.Null(await other.ReadAsync(Here, "a", Stop));
        await ((AzureStore)other).RelayAsync(Stop);
        Assert.Empty(await other.CountAsync(Stop));
        Assert.Empty(((ModelBlobs)Sound!.Blobs).Names);
        watched.BeforeWrite = (_, _) => Task.FromResult<CloudAnswer?>(null);
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(commit, Stop));
        Assert.Equal([new RowCount("lane", "Due", 1)], await other.CountAsync(Stop));
    }

    [Fact]
    public async Task Commit_whose_sending_is_lost_while_the_service_turns_busy_is_not_taken_back()
    {
        var (watched, store, other) = TwoProcesses();
        IReadOnlyList<CloudWrite>? lost = null;
        var home = "";
        watched.BeforeWrite = (partition, writes) =>
        {
            if (!partition.StartsWith("h!", StringComparison.Ordinal))
            {
                return Task.FromResult<CloudAnswer?>(null);
            }

            var outcome = lost is null ? CloudOutcome.Unknown : CloudOutcome.Busy;
            (home, lost) = (partition, lost ?? writes);
            return Task.FromResult<CloudAnswer?>(CloudAnswer.Of(outcome));
        };
        var commit = new Commit(Here, [new Change.Insert(Row("a", "Due", 40_000))], [new ScheduledWork(Work, Start)]);
        await Assert.ThrowsAsync<StoreFailedException>(() => store.CommitAsync(commit, Stop));
        Assert.Equal(CloudOutcome.Done, (await Sound!.Table.SubmitAsync(home, lost!, Stop)).Outcome);
        clock.Advance(TimeSpan.FromMinutes(2));
        var (relaying, queue) = CloudStores.Over(Sound);
        await ((AzureStore)relaying).RelayAsync(Stop);
        Assert.Equal(40_000, (await other.ReadAsync(Here, "a", Stop))!.Body.Length);
        Assert.Equal(["a"], (await other.ListAsync("lane", "Due", null, 10, Stop)).Rows.Select(row => row.Row.Key));
        Assert.Equal(1, await queue.LengthAsync(Stop));
    }

    [Fact]
    public async Task What_a_slow_commit_prepares_after_the_relay_gave_it_up_is_taken_back_by_the_next()
    {
        var (watched, store, other) = TwoProcesses();
        watched.BeforeWrite = async (partition, _) =>
        {
            if (partition.StartsWith("l!", StringComparison.Ordinal))
            {
                clock.Advance(TimeSpan.FromMinutes(2));
                await ((AzureStore)other).RelayAsync(Stop);
            }

            return null;
        };
        Assert.Equal(CommitResult.Overloaded, await store.CommitAsync(new Commit(Here, new Change.Insert(Row("a", "Due", 1))), Stop));
        Assert.Equal([new RowCount("lane", "Due", 1)], await other.CountAsync(Stop));
        await ((AzureStore)other).RelayAsync(Stop);
        Assert.Empty(await other.CountAsync(Stop));
    }

    [Fact]
    public async Task Commit_that_was_prepared_for_too_long_does_not_come()
    {
        var (watched, store, other) = TwoProcesses();
        watched.BeforeWrite = (partition, _) =>
        {
            clock.Advance(partition.StartsWith("l!", StringComparison.Ordinal) ? TimeSpan.FromMinutes(31) : TimeSpan.Zero);
            return Task.FromResult<CloudAnswer?>(null);
        };
        Assert.Equal(CommitResult.Overloaded, await store.CommitAsync(new Commit(Here, new Change.Insert(Row("a", "Due", 1))), Stop));
        Assert.Null(await other.ReadAsync(Here, "a", Stop));
        Assert.Empty(await other.CountAsync(Stop));
    }

    [Theory]
    [InlineData(CloudFault.DiesBefore)]
    [InlineData(CloudFault.DiesAfter)]
    public async Task Removal_of_a_listed_row_that_is_cut_off_anywhere_leaves_no_entry(CloudFault fault)
    {
        var counts = new List<long>();
        for (var (at, isStruck) = (1, true); isStruck && at < 30; at++)
        {
            var (_, _, other) = TwoProcesses();
            await Committed(other, new Change.Insert(Row("a", "Due", 1)), new Change.Insert(Row("b", "Due", 1)));
            var faults = new CloudFaults(Sound!, fault, at);
            try
            {
                await Committed(CloudStores.Over(faults.Parts).Store, new Change.Delete("a", 1));
            }
            catch (ProcessDiedException)
            {
                // The relay finds what it left.
            }

            clock.Advance(TimeSpan.FromMinutes(2));
            await ((AzureStore)other).RelayAsync(Stop);
            var count = Assert.Single(await other.CountAsync(Stop)).Count;
            Assert.Equal((await other.ReadManyAsync(Here, "", 10, Stop)).Count, count);
            counts.Add(count);
            isStruck = faults.HasStruck;
        }

        Assert.Contains(1, counts);
        Assert.Contains(2, counts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Taking_whose_answer_is_lost_gives_the_work_to_exactly_one(bool isOthers)
    {
        var (watched, _, other) = TwoProcesses();
        var otherQueue = CloudStores.Over(Sound!).Queue;
        await other.CommitAsync(new Commit(Here, [], [new ScheduledWork(Work, Start)]), Stop);
        var (struck, takenByOther) = (false, 0);
        watched.BeforeWrite = async (partition, writes) =>
        {
            if (struck)
            {
                return null;
            }

            struck = true;
            if (isOthers)
            {
                takenByOther = (await otherQueue.TakeAsync("hub", 1, Start, TimeSpan.FromMinutes(1), Stop)).Count;
            }
            else
            {
                await Sound!.Table.SubmitAsync(partition, writes, Stop);
            }

            return CloudAnswer.Of(CloudOutcome.Unknown);
        };
        var queue = new TableWorkQueue(watched.Parts with { NewId = () => new string('f', 24) });
        var taken = await queue.TakeAsync("hub", 1, Start, TimeSpan.FromMinutes(1), Stop);
        Assert.Equal(isOthers ? (0, 1) : (1, 0), (taken.Count, takenByOther));
        foreach (var work in taken)
        {
            await queue.CompleteAsync(work, Stop);
        }

        Assert.Equal(isOthers ? 1 : 0, await queue.LengthAsync(Stop));
    }

    private CloudParts? Sound { get; set; }

    private (WatchedCloud Watched, IHubStore Store, IHubStore Other) TwoProcesses()
    {
        Sound = CloudStores.Modelled(clock);
        var watched = new WatchedCloud(Sound);
        return (watched, CloudStores.Over(watched.Parts).Store, CloudStores.Over(Sound).Store);
    }

    private static async Task Committed(IHubStore store, params Change[] changes) =>
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(new Commit(Here, [.. changes]), Stop));

    private static Row Row(string key, string state, int bytes) => new(key, "lane", state, Encoding.UTF8.GetBytes(new string('x', bytes)));
}
