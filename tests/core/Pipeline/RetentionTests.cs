using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;
using QtcHub.Webhooks;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class RetentionTests
{
    private static readonly Home Event1 = Home.OfDelivery(new DeliveryId("shop", "evt-a1-100"));

    [Fact]
    public async Task Content_past_its_time_goes_and_ids_hashes_lanes_and_audit_stay()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.ChangeAccountAsync("a1", "Second", 200);
        var audit = await KeysAsync(bench, "audit/");
        await bench.PassAsync(TimeSpan.FromDays(89));
        await RetainAsync(bench);
        Assert.NotNull(await bench.Store.ReadAsync(Event1, Rows.BodyKey, CancellationToken.None));

        await bench.PassAsync(TimeSpan.FromDays(3));
        await RetainAsync(bench);

        Assert.Null(await bench.Store.ReadAsync(Event1, Rows.BodyKey, CancellationToken.None));
        Assert.Equal([Rows.ContentKey(2)], await KeysAsync(bench, "content/"));
        Assert.Empty(await KeysAsync(bench, "request/"));
        Assert.Equal([EffectState.Applied, EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
        Assert.Equal(audit, await KeysAsync(bench, "audit/"));
        Assert.Equal("t-1", (await bench.LaneAsync(AccountLane("a1"))).ExternalId);
        var trace = await bench.Hub.TraceAsync("evt-a1-100", CancellationToken.None);
        Assert.False(Assert.Single(trace!.Deliveries).BodyIsKept);
        Assert.Equal([false, false], Assert.Single(trace.Records).RequestsKept);
    }

    [Fact]
    public async Task Event_of_two_years_ago_is_still_a_duplicate_and_its_record_can_still_change()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.PassAsync(TimeSpan.FromDays(730));
        await RetainAsync(bench);

        Assert.Equal(ReceiptKind.Duplicate, (await bench.TellAsync("evt-a1-100", NoticeJson("account", "a1", 100))).Kind);
        await bench.ChangeAccountAsync("a1", "Second", 200);

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Contains("Second", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_person_still_needs_stays()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.AnswersNext(new Fault.Rejected("no", "never"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.SendAsync("""{"id":"evt-bad","nothing":1}""");
        await bench.RunAsync();
        await bench.PassAsync(TimeSpan.FromDays(200));
        await RetainAsync(bench);

        Assert.Equal([Rows.ContentKey(1)], await KeysAsync(bench, "content/"));
        Assert.Single(await KeysAsync(bench, "request/"));
        var bad = Home.OfDelivery(new DeliveryId("shop", "evt-bad"));
        Assert.NotNull(await bench.Store.ReadAsync(bad, Rows.BodyKey, CancellationToken.None));
        Assert.True(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "asked them", CancellationToken.None));
        await bench.RunAsync();
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task Two_rounds_at_once_are_one()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.PassAsync(TimeSpan.FromDays(100));
        bool? inner = null;
        bench.Store.After = async commit =>
        {
            if (commit.Home == Home.OfJob("retention") && inner is null)
            {
                inner = false;
                inner = await bench.Hub.RetainAsync(CancellationToken.None);
            }
        };

        Assert.True(await bench.Hub.RetainAsync(CancellationToken.None));
        Assert.False(inner);
    }

    [Fact]
    public async Task All_rows_are_counted_in_a_stores_first_round_and_never_again()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        await bench.ChangeAccountAsync("a1", "First", 100);
        for (var day = 0; day < 100; day++)
        {
            await RetainAsync(bench);
            await bench.PassAsync(TimeSpan.FromDays(1));
        }

        Assert.Equal(1, bench.Store.Counts);
        Assert.Null(await bench.Store.ReadAsync(Event1, Rows.BodyKey, CancellationToken.None));
    }

    private static async Task RetainAsync(HubBench bench)
    {
        var pages = 0;
        while (await bench.Hub.RetainAsync(CancellationToken.None))
        {
            Assert.True(++pages < 10_000, "retention comes to an end");
        }
    }

    private static async Task<IReadOnlyList<string>> KeysAsync(HubBench bench, string prefix) =>
        [.. (await bench.Store.ReadManyAsync(Home.OfRecord(Account("a1")), prefix, 100, CancellationToken.None)).Select(row => row.Key)];
}
