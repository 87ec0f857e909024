using Microsoft.Extensions.Time.Testing;
using QtcHub.Ledger;
using QtcHub.Stores.Azure;
using QtcHub.Stores.Azure.Model;

namespace QtcHub.Tests.Stores;

public sealed class UpkeepTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_that_are_lost_or_wrong_are_made_anew_from_the_homes()
    {
        var parts = CloudStores.Modelled(clock);
        var (store, _) = CloudStores.Over(parts);
        // Of a home whose key is too long for a partition's name, only the row itself tells which it is.
        Home[] homes = [Home.OfJob("a"), Home.OfJob("b"), Home.OfJob(new string('.', 300))];
        foreach (var home in homes)
        {
            await store.CommitAsync(new Commit(home, Insert("one", "Due"), Insert("two", "Applied"), Insert("none", "", kind: "")), Stop);
        }

        var before = await ListedAsync(store);
        foreach (var row in ((ModelTable)parts.Table).Rows.Where(IsOfList).Where((_, at) => at % 2 == 0))
        {
            await parts.Table.SubmitAsync(row.Partition, [new CloudWrite.Delete(row.RowKey)], Stop);
        }

        var stray = ((ModelTable)parts.Table).Rows.First(IsOfList);
        var wrong = stray with { RowKey = stray.RowKey[..^24] + new string('f', 24) };
        await parts.Table.SubmitAsync(stray.Partition, [new CloudWrite.Put(wrong)], Stop);
        Assert.NotEqual(before, await ListedAsync(store));
        clock.Advance(TimeSpan.FromDays(2));
        var (rebuilding, _) = CloudStores.Over(parts);
        Assert.Equal(9, await ((AzureStore)rebuilding).RebuildAsync(Stop));
        Assert.Equal(before, await ListedAsync(rebuilding));
        Assert.Equal([new RowCount("lane", "Applied", 3), new RowCount("lane", "Due", 3)], await rebuilding.CountAsync(Stop));
    }

    [Fact]
    public async Task Blob_that_no_row_names_is_swept_once_it_is_old_enough()
    {
        var parts = CloudStores.Modelled(clock);
        var (store, _) = CloudStores.Over(parts);
        var home = Home.OfJob("a");
        await store.CommitAsync(new Commit(home, new Change.Insert(new Row("big", "", "", new byte[40_000]))), Stop);
        var named = Assert.Single(((ModelBlobs)parts.Blobs).Names);
        await parts.Blobs.PutAsync($"{named}x", new byte[1], Stop);
        await parts.Blobs.PutAsync("h!nowhere/none/0000000001.0", new byte[1], Stop);
        await ((AzureStore)store).SweepBlobsAsync(null, Stop);
        Assert.Equal(3, ((ModelBlobs)parts.Blobs).Names.Count);
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Null(await ((AzureStore)store).SweepBlobsAsync(null, Stop));
        Assert.Equal([named], ((ModelBlobs)parts.Blobs).Names);
        Assert.Equal(40_000, (await store.ReadAsync(home, "big", Stop))!.Body.Length);
    }

    private static bool IsOfList(CloudRow row) => row.Partition.StartsWith("l!", StringComparison.Ordinal);

    private static async Task<List<string>> ListedAsync(IHubStore store) =>
        [.. (await store.ListAsync("lane", null, null, 100, Stop)).Rows.Select(row => $"{row.Home} {row.Row.Key} {row.Row.State}")];

    private static Change Insert(string key, string state, string kind = "lane") =>
        new Change.Insert(new Row(key, kind, state, "{}"u8.ToArray()));
}
