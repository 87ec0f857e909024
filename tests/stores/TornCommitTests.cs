using System.Text;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Stores.Azure;
using QtcHub.Stores.Azure.Model;

namespace QtcHub.Tests.Stores;

/// <summary>A commit in which any one call goes wrong, in every way, over the model of the cloud.</summary>
public sealed class TornCommitTests
{
    private const int MostCalls = 60;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Home Here = Home.OfJob("here");
    private readonly FakeTimeProvider clock = new(Start);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CloudFault.DiesBefore)]
    [InlineData(CloudFault.DiesAfter)]
    public async Task Commit_of_a_process_that_dies_at_any_call_is_whole_or_void_once_the_relay_has_run(CloudFault fault)
    {
        var whole = new List<bool>();
        for (var at = 1; at < MostCalls; at++)
        {
            var parts = await BeganAsync();
            var faults = new CloudFaults(parts, fault, at);
            var (store, _) = CloudStores.Over(faults.Parts);
            try
            {
                Assert.Equal(CommitResult.Committed, await store.CommitAsync(Change, Stop));
            }
            catch (ProcessDiedException)
            {
                // Another process finds what it left.
            }

            if (!faults.HasStruck)
            {
                break;
            }

            whole.Add(await SettledAsync(parts));
        }

        Assert.Contains(true, whole);
        Assert.Contains(false, whole);
        Assert.True(whole.Count > 12, $"{whole.Count} calls");
    }

    [Theory]
    [InlineData(CloudFault.LostBefore)]
    [InlineData(CloudFault.LostAfter)]
    [InlineData(CloudFault.Busy)]
    public async Task Answer_to_the_caller_is_true_whichever_call_is_lost_or_refused(CloudFault fault)
    {
        var results = new List<CommitResult>();
        for (var at = 1; at < MostCalls; at++)
        {
            var parts = await BeganAsync();
            var faults = new CloudFaults(parts, fault, at);
            var (store, _) = CloudStores.Over(faults.Parts);
            var result = await store.CommitAsync(Change, Stop);
            if (!faults.HasStruck)
            {
                break;
            }

            results.Add(result);
            Assert.Equal(result == CommitResult.Committed, await SettledAsync(parts));
        }

        Assert.DoesNotContain(CommitResult.Conflict, results);
        Assert.True(results.Count > 12, $"{results.Count} calls");
        if (fault != CloudFault.Busy)
        {
            Assert.DoesNotContain(CommitResult.Overloaded, results);
        }
        else
        {
            Assert.Contains(CommitResult.Overloaded, results);
            Assert.Contains(CommitResult.Committed, results);
        }
    }

    [Theory]
    [InlineData(CloudFault.DiesBefore)]
    [InlineData(CloudFault.DiesAfter)]
    [InlineData(CloudFault.LostBefore)]
    [InlineData(CloudFault.LostAfter)]
    [InlineData(CloudFault.Busy)]
    public async Task Relay_in_which_any_call_goes_wrong_leaves_every_torn_commit_to_the_next(CloudFault fault)
    {
        var pairs = 0;
        foreach (var first in new[] { CloudFault.DiesBefore, CloudFault.DiesAfter })
        {
            for (var (at, isTorn) = (1, true); isTorn && at < MostCalls; at++)
            {
                for (var (then, isStruck) = (1, true); isStruck && then < MostCalls; then++)
                {
                    var parts = await BeganAsync();
                    isTorn = await StruckAsync(parts, first, at, async store => await store.CommitAsync(Change, Stop));
                    clock.Advance(TimeSpan.FromMinutes(2));
                    isStruck = isTorn && await StruckAsync(parts, fault, then, store => store.RelayAsync(Stop));
                    await SettledAsync(parts);
                    pairs++;
                }
            }
        }

        Assert.True(pairs > 100, $"{pairs} pairs");
    }

    [Fact]
    public async Task Late_echo_of_any_write_of_a_commit_changes_nothing()
    {
        var echoed = 0;
        for (var writes = int.MaxValue; echoed < writes; echoed++)
        {
            var parts = await BeganAsync();
            var sent = new List<(string Partition, IReadOnlyList<CloudWrite> Writes)>();
            var watched = new WatchedCloud(parts)
            {
                BeforeWrite = (partition, these) =>
                {
                    sent.Add((partition, these));
                    return Task.FromResult<CloudAnswer?>(null);
                },
            };
            var (store, _) = CloudStores.Over(watched.Parts);
            Assert.Equal(CommitResult.Committed, await store.CommitAsync(Change, Stop));
            writes = sent.Count;
            await parts.Table.SubmitAsync(sent[echoed].Partition, sent[echoed].Writes, Stop);
            Assert.True(await SettledAsync(parts));
        }

        Assert.True(echoed > 8, $"{echoed} writes");
    }

    [Fact]
    public async Task Slow_commit_that_the_relay_gave_up_never_comes()
    {
        var parts = await BeganAsync();
        var halted = new HaltedTable(parts.Table);
        var (slow, _) = CloudStores.Over(parts with { Table = halted });
        var commit = slow.CommitAsync(Change, Stop);
        await halted.Reached;
        clock.Advance(TimeSpan.FromMinutes(2));
        var (relaying, _) = CloudStores.Over(parts);
        await ((AzureStore)relaying).RelayAsync(Stop);
        halted.GoOn();
        Assert.Equal(CommitResult.Overloaded, await commit);
        Assert.False(await SettledAsync(parts));
    }

    [Fact]
    public async Task Lost_commit_of_two_leaves_the_winners_list_alone()
    {
        var parts = await BeganAsync();
        var (one, queue) = CloudStores.Over(parts);
        var (other, _) = CloudStores.Over(parts);
        var results = new[] { await one.CommitAsync(Change, Stop), await other.CommitAsync(Change, Stop) };
        Assert.Equal([CommitResult.Committed, CommitResult.Conflict], results);
        Assert.Equal(1, await queue.LengthAsync(Stop));
        Assert.True(await SettledAsync(parts));
    }

    [Fact]
    public async Task Late_echo_of_a_due_row_takes_nothing_of_its_commit_back()
    {
        var parts = await BeganAsync();
        var echo = new EchoingTable(parts.Table);
        var (store, _) = CloudStores.Over(parts with { Table = echo });
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(Change, Stop));
        await echo.RepeatAsync();
        Assert.True(await SettledAsync(parts));
    }

    /// <summary>A row that changes its list and has a body in a blob, one that goes, one that comes, and work.</summary>
    private static Commit Change =>
        new(
            Here,
            [
                new Change.Replace(Row("moved", "lane", "Applied", 40_000), 1),
                new Change.Delete("gone", 1),
                new Change.Insert(Row("come", "lane", "Due", 10)),
                new Change.Insert(Row("audit", "", "", 10)),
            ],
            [new ScheduledWork(new WorkItem.OfWaiters(new CanonicalId("acc_1")), Start)]
        );

    private async Task<CloudParts> BeganAsync()
    {
        var parts = CloudStores.Modelled(clock);
        var (store, _) = CloudStores.Over(parts);
        var before = new Commit(
            Here,
            new Change.Insert(Row("moved", "lane", "Due", 50_000)),
            new Change.Insert(Row("gone", "lane", "Due", 10))
        );
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(before, Stop));
        return parts;
    }

    /// <summary>Lets the relay run and checks that all of the commit is there or none, in rows, lists, blobs and queue; gives which.</summary>
    private async Task<bool> SettledAsync(CloudParts parts)
    {
        clock.Advance(TimeSpan.FromMinutes(2));
        var (store, queue) = CloudStores.Over(parts);
        await ((AzureStore)store).RelayAsync(Stop);
        var rows = await store.ReadManyAsync(Here, "", 10, Stop);
        var isWhole = rows.Any(row => row.Key == "come");
        string[] expected = isWhole ? ["audit:1:10", "come:1:10", "moved:2:40000"] : ["gone:1:10", "moved:1:50000"];
        Assert.Equal(expected, rows.Select(row => $"{row.Key}:{row.Version}:{row.Body.Length}"));
        Assert.Equal(isWhole ? ["come"] : ["gone", "moved"], await ListAsync(store, "Due"));
        Assert.Equal(isWhole ? ["moved"] : [], await ListAsync(store, "Applied"));
        Assert.Equal(
            isWhole ? [new RowCount("lane", "Applied", 1), new RowCount("lane", "Due", 1)] : [new RowCount("lane", "Due", 2)],
            await store.CountAsync(Stop)
        );
        Assert.Equal(isWhole ? 1 : 0, await queue.LengthAsync(Stop));
        Assert.Equal(isWhole ? 1 : 0, (await queue.TakeAsync("hub", 10, clock.GetUtcNow(), TimeSpan.FromMinutes(1), Stop)).Count);
        Assert.Single(((ModelBlobs)parts.Blobs).Names);
        clock.Advance(TimeSpan.FromDays(2));
        await ((AzureStore)store).RelayAsync(Stop);
        Assert.DoesNotContain(((ModelTable)parts.Table).Rows, row => row.Partition.StartsWith("due", StringComparison.Ordinal));
        return isWhole;
    }

    /// <summary>Does something over storage in which one call goes wrong; false where there was no such call.</summary>
    private static async Task<bool> StruckAsync(CloudParts parts, CloudFault fault, int at, Func<AzureStore, Task> act)
    {
        var faults = new CloudFaults(parts, fault, at);
        try
        {
            await act((AzureStore)CloudStores.Over(faults.Parts).Store);
        }
        catch (ProcessDiedException)
        {
            // Another process finds what it left.
        }

        return faults.HasStruck;
    }

    private static async Task<string[]> ListAsync(IHubStore store, string state) =>
        [.. (await store.ListAsync("lane", state, null, 10, Stop)).Rows.Select(row => row.Row.Key)];

    private static Row Row(string key, string kind, string state, int bytes) =>
        new(key, kind, state, Encoding.UTF8.GetBytes(new string('x', bytes)));

    /// <summary>Repeats the writing of a due row long after, as a network may.</summary>
    private sealed class EchoingTable(ICloudTable inner) : ICloudTable
    {
        private (string Partition, IReadOnlyList<CloudWrite> Writes)? due;

        public Task RepeatAsync() => inner.SubmitAsync(due!.Value.Partition, due.Value.Writes, Stop);

        public Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken) =>
            inner.GetAsync(partition, row, cancellationToken);

        public Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken) =>
            inner.QueryAsync(range, cancellationToken);

        public Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken) =>
            inner.ScanAsync(from, before, continuation, cancellationToken);

        public Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken)
        {
            if (partition.StartsWith("due", StringComparison.Ordinal) && writes[0] is CloudWrite.Put)
            {
                due = (partition, writes);
            }

            return inner.SubmitAsync(partition, writes, cancellationToken);
        }
    }

    /// <summary>Holds up the first transaction of a home until it is let go.</summary>
    private sealed class HaltedTable(ICloudTable inner) : ICloudTable
    {
        private readonly TaskCompletionSource reached = new();
        private readonly TaskCompletionSource released = new();

        public Task Reached => reached.Task;

        public void GoOn() => released.SetResult();

        public Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken) =>
            inner.GetAsync(partition, row, cancellationToken);

        public Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken) =>
            inner.QueryAsync(range, cancellationToken);

        public Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken) =>
            inner.ScanAsync(from, before, continuation, cancellationToken);

        public async Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken)
        {
            if (partition.StartsWith("h!", StringComparison.Ordinal) && reached.TrySetResult())
            {
                await released.Task;
            }

            return await inner.SubmitAsync(partition, writes, cancellationToken);
        }
    }
}
