using QtcHub.Ledger;
using QtcHub.Stores.Memory;

namespace QtcHub.Tests.Stores;

public sealed class MemoryHubStore : HubStoreContract
{
    protected override Task<(IHubStore Store, IWorkQueue Queue)> OpenAsync()
    {
        var store = new MemoryStore(Clock);
        return Task.FromResult<(IHubStore Store, IWorkQueue Queue)>((store, store));
    }

    [Fact]
    public async Task A_copy_has_every_row_whether_or_not_a_list_asks_for_it()
    {
        await Commit(Here, Insert("listed", "1", "lane", "Due"), Insert("unlisted", "2", ""));
        var copy = ((MemoryStore)Store).Copy();
        Assert.Equal(["listed", "unlisted"], (await copy.ReadManyAsync(Here, "", 9, Stop)).Select(row => row.Key));
        Assert.Single((await copy.ListAsync("lane", "Due", null, 9, Stop)).Rows);
    }

    [Fact]
    public void Every_call_completes_before_it_returns()
    {
        var commit = new Commit(Here, [Insert("a")], [new ScheduledWork(Lane("x"), Start)]);
        Assert.True(Store.CommitAsync(commit, Stop).IsCompletedSuccessfully);
        Assert.True(Store.ReadAsync(Here, "a", Stop).IsCompletedSuccessfully);
        Assert.True(Store.ReadManyAsync(Here, "", 1, Stop).IsCompletedSuccessfully);
        Assert.True(Store.ListAsync("lane", null, null, 1, Stop).IsCompletedSuccessfully);
        Assert.True(Store.CountAsync(Stop).IsCompletedSuccessfully);
        Assert.True(Queue.NextDueAsync("to-erp", Stop).IsCompletedSuccessfully);
        Assert.True(Queue.LengthAsync(Stop).IsCompletedSuccessfully);
        var taken = Queue.TakeAsync("to-erp", 1, Start, TimeSpan.FromSeconds(1), Stop);
        Assert.True(taken.IsCompletedSuccessfully);
        var work = new TakenWork(Lane("x"), 1, 1, Start);
        Assert.True(Queue.PostponeAsync(work, Start, Stop).IsCompletedSuccessfully);
        Assert.True(Queue.CompleteAsync(work, Stop).IsCompletedSuccessfully);
    }
}

public sealed class MemoryWorkQueue : WorkQueueContract
{
    protected override Task<(IHubStore Store, IWorkQueue Queue)> OpenAsync()
    {
        var store = new MemoryStore(Clock);
        return Task.FromResult<(IHubStore Store, IWorkQueue Queue)>((store, store));
    }
}
