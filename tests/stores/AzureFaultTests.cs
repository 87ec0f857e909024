using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Ledger;
using QtcHub.Stores.Azure;

namespace QtcHub.Tests.Stores;

/// <summary>Faults on the wire between the store and Azurite.</summary>
public sealed class AzureFaultTests(Azurite azurite)
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Home Here = Home.OfJob("here");
    private readonly FakeTimeProvider clock = new(Start);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transaction_whose_answer_is_lost_is_committed_and_done_once()
    {
        var wire = new FaultyWire { LosesAnswerOf = "$batch" };
        var (store, _) = CloudStores.Over(await azurite.OpenAsync(clock, wire));
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(Insert("a"), Stop));
        Assert.Equal(1, wire.Struck);
        Assert.Equal(1, (await store.ReadAsync(Here, "a", Stop))!.Version);
        wire.Struck = 0;
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(Replace("a", 1), Stop));
        Assert.Equal(1, wire.Struck);
        Assert.Equal(2, (await store.ReadAsync(Here, "a", Stop))!.Version);
        Assert.Equal([new RowCount("lane", "Applied", 1)], await store.CountAsync(Stop));
    }

    [Fact]
    public async Task Busy_service_is_asked_again_and_then_the_caller_is_told()
    {
        var wire = new FaultyWire();
        var (store, _) = CloudStores.Over(await azurite.OpenAsync(clock, wire));
        wire.BusyFor = 2;
        Assert.Equal(CommitResult.Committed, await store.CommitAsync(Insert("a"), Stop));
        wire.BusyFor = int.MaxValue;
        Assert.Equal(CommitResult.Overloaded, await store.CommitAsync(Insert("b"), Stop));
        wire.BusyFor = 0;
        Assert.Null(await store.ReadAsync(Here, "b", Stop));
        Assert.NotNull(await store.ReadAsync(Here, "a", Stop));
        Assert.Equal(["a"], (await store.ListAsync("lane", "Due", null, 10, Stop)).Rows.Select(row => row.Row.Key));
    }

    [Fact]
    public async Task Storage_that_does_not_answer_is_a_failed_store_and_says_nothing_of_keys()
    {
        var wire = new FaultyWire();
        var (store, _) = CloudStores.Over(await azurite.OpenAsync(clock, wire));
        wire.IsCut = true;
        var failed = await Assert.ThrowsAsync<StoreFailedException>(() => store.ReadAsync(Here, "secret-key", Stop));
        Assert.DoesNotContain("secret-key", failed.ToString(), StringComparison.Ordinal);
        Assert.Equal(CommitResult.Overloaded, await store.CommitAsync(Insert("a"), Stop));
    }

    [Fact]
    public async Task Two_processes_on_one_table_see_each_others_rows_and_share_its_work()
    {
        var parts = await azurite.OpenAsync(clock);
        var (one, firstQueue) = CloudStores.Over(parts);
        var (other, secondQueue) = CloudStores.Over(parts);
        Assert.Equal(CommitResult.Committed, await one.CommitAsync(Insert("a"), Stop));
        Assert.Equal(1, (await one.ReadAsync(Here, "a", Stop))!.Version);
        Assert.Equal(CommitResult.Committed, await other.CommitAsync(Replace("a", 1), Stop));
        Assert.Equal(CommitResult.Conflict, await one.CommitAsync(Replace("a", 1), Stop));
        Assert.Equal(CommitResult.Committed, await one.CommitAsync(Replace("a", 2), Stop));
        var works = Enumerable.Range(0, 20).Select(i => new ScheduledWork(new WorkItem.OfWaiters(new($"acc_{i}")), Start));
        Assert.Equal(CommitResult.Committed, await one.CommitAsync(new Commit(Here, [], [.. works]), Stop));
        var taken = await Task.WhenAll(Take(firstQueue), Take(secondQueue), Take(firstQueue), Take(secondQueue));
        Assert.Equal(20, taken.SelectMany(works => works).Select(work => work.Item.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(20, taken.Sum(works => works.Count));
    }

    private static Task<IReadOnlyList<TakenWork>> Take(IWorkQueue queue) =>
        queue.TakeAsync("hub", 10, Start, TimeSpan.FromMinutes(1), Stop);

    private static Commit Insert(string key) => new(Here, new Change.Insert(new Row(key, "lane", "Due", "{}"u8.ToArray())));

    private static Commit Replace(string key, long version) =>
        new(Here, new Change.Replace(new Row(key, "lane", "Applied", Encoding.UTF8.GetBytes($"{version}")), version));

    /// <summary>What stands between the SDK and the service: it loses answers, cuts the line, and answers in the service's name.</summary>
    private sealed class FaultyWire : HttpPipelinePolicy
    {
        public string? LosesAnswerOf { get; init; }

        public int Struck { get; set; }

        public int BusyFor { get; set; }

        public bool IsCut { get; set; }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            throw new InvalidOperationException("the store is asynchronous");

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (IsCut)
            {
                throw new RequestFailedException("cut");
            }

            if (BusyFor > 0 && message.Request.Method != RequestMethod.Get)
            {
                BusyFor--;
                message.Response = new BusyAnswer();
                return;
            }

            await ProcessNextAsync(message, pipeline);
            if (LosesAnswerOf is { } address && Struck == 0 && message.Request.Uri.ToString().Contains(address, StringComparison.Ordinal))
            {
                Struck++;
                throw new RequestFailedException("lost");
            }
        }
    }

    private sealed class BusyAnswer : Response
    {
        public override int Status => 503;

        public override bool IsError => true;

        public override string ReasonPhrase => "Server busy";

        public override Stream? ContentStream { get; set; } = new MemoryStream();

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose() => ContentStream?.Dispose();

        protected override bool ContainsHeader(string name) => false;

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [];

        protected override bool TryGetHeader(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = null;
            return false;
        }

        protected override bool TryGetHeaderValues(
            string name,
            [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IEnumerable<string>? values
        )
        {
            values = null;
            return false;
        }
    }
}
