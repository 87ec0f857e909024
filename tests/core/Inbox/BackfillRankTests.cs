using System.Globalization;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Inbox;

/// <summary>A backfill has the lowest rank, keeps its place whatever it meets, and is refused where it makes no sense.</summary>
public sealed class BackfillRankTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Webhook_that_comes_just_after_a_page_is_taken_in_before_it()
    {
        Hold(3);
        await PageAsync();
        bench.Vendor.Holds("account", "live", AccountJson("live", "Live"), 100);
        await bench.TellAsync("evt-live", NoticeJson("account", "live", 100));
        bench.Clock.Advance(TimeSpan.FromSeconds(2));

        var first = await bench.TakeAsync("from-shop");

        Assert.Equal("delivery|shop:evt-live", first.Item.Id);
    }

    [Fact]
    public async Task It_asks_for_no_more_while_much_of_what_it_stored_waits()
    {
        bench.Vendor.PageSize = Backfiller.MostAtOnce;
        Hold(Backfiller.MostAtOnce + 1);
        Assert.Equal(BackfillStep.Stored, (await PageAsync()).Step);

        var waits = await PageAsync();

        Assert.Equal((BackfillStep.WaitsForItsWork, Backfiller.MostAtOnce), (waits.Step, waits.Progress.Waiting));
        Assert.Single(bench.Vendor.Listings);
        await bench.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(BackfillStep.Finished, (await PageAsync()).Step);
    }

    [Fact]
    public async Task Page_that_holds_more_than_may_wait_is_stored_in_parts_and_counted_once()
    {
        bench.Vendor.PageSize = (2 * Backfiller.MostAtOnce) + 1;
        Hold(bench.Vendor.PageSize);

        var parts = new List<BackfillPage>();
        do
        {
            parts.Add(await PageAsync());
            await bench.PassAsync(TimeSpan.FromSeconds(2));
        } while (parts[^1].Step != BackfillStep.Finished);

        Assert.Equal([100L, 200L, 201L], parts.Select(part => part.Progress.Stored));
        Assert.Equal([0L, 0L, 201L], parts.Select(part => part.Progress.Listed));
        Assert.Equal([null, null, null], bench.Vendor.Listings.Select(asked => asked.Cursor));
        Assert.Equal(201, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Target_that_takes_no_more_calls_holds_it_back_and_one_that_is_refused_records_does_not()
    {
        bench.Vendor.PageSize = 40;
        Hold(80);
        await PageAsync();
        bench.Vendor.Down = new Fault.Unavailable("closed");
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        await bench.RunAsync();
        Assert.Equal(BackfillStep.WaitsForItsWork, (await PageAsync()).Step);

        bench.Vendor.Down = new Fault.Rejected("no", "never");
        await bench.PassAsync(TimeSpan.FromMinutes(5), steps: 30);

        Assert.Equal(BackfillStep.Finished, (await PageAsync()).Step);
        Assert.Equal(40, (await bench.LettersAsync()).Count);
    }

    [Fact]
    public async Task System_that_takes_no_more_calls_is_not_asked()
    {
        Hold(1);
        bench.Vendor.RefusesNextList(new Fault.Unavailable("closed"));

        var refused = await PageAsync();
        var closed = await PageAsync();

        Assert.Equal((BackfillStep.WaitsForSystem, "Unavailable"), (refused.Step, refused.Fault!.Name));
        Assert.Equal((BackfillStep.WaitsForSystem, null), (closed.Step, closed.Fault));
        Assert.Equal(bench.Clock.GetUtcNow() + TimeSpan.FromSeconds(5), closed.Again);
        Assert.Single(bench.Vendor.Listings);
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(BackfillStep.Finished, (await PageAsync()).Step);
    }

    [Fact]
    public async Task Fault_that_passes_is_met_again_a_few_times_and_then_needs_a_person_who_may_try_again()
    {
        Hold(1);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            bench.Vendor.RefusesNextList(new Fault.Transient("not now"));
        }

        BackfillPage[] met = [await PageAsync(), await PageAsync(), await PageAsync()];

        Assert.Equal([BackfillStep.WaitsForSystem, BackfillStep.WaitsForSystem, BackfillStep.Failed], met.Select(page => page.Step));
        Assert.Equal([true, true, false], met.Select(page => page.Again is not null));
        Assert.Equal(BackfillStep.Finished, (await PageAsync()).Step);
    }

    [Fact]
    public async Task Refusal_needs_a_person_at_once()
    {
        bench.Vendor.RefusesNextList(new Fault.Rejected("no-such-list", "no"));

        var page = await PageAsync();

        Assert.Equal((BackfillStep.Failed, null), (page.Step, page.Again));
    }

    [Fact]
    public async Task Store_that_is_too_busy_for_a_page_loses_none_of_it()
    {
        Hold(2);
        bench.Store.IsTooBusyFor = commit => commit.Home.Value.EndsWith("a1-100", StringComparison.Ordinal);
        Assert.Equal(BackfillStep.WaitsForStore, (await PageAsync()).Step);
        bench.Store.IsTooBusyFor = _ => false;

        var page = await PageAsync();

        Assert.Equal((BackfillStep.Finished, 2L, 2L), (page.Step, page.Progress.Listed, page.Progress.Stored));
    }

    [Fact]
    public async Task Window_that_reaches_into_the_future_ends_when_it_began()
    {
        var request = bench.Hub.ReadBackfill("shop", "BillingAccount", "2026-02-01", "2026-04-01").Value;

        await bench.Hub.BackfillAsync(request, CancellationToken.None);

        Assert.Equal(bench.Clock.GetUtcNow(), Assert.Single(bench.Vendor.Listings).Until);
    }

    [Theory]
    [InlineData("2026-03-29", "2026-03-28T23:00:00Z")]
    [InlineData("2026-03-30", "2026-03-29T22:00:00Z")]
    [InlineData("2026-03-29T00:00:00Z", "2026-03-29T00:00:00Z")]
    [InlineData("2026-03-29T02:00+02:00", "2026-03-29T00:00:00Z")]
    public void Day_begins_in_the_calendar_of_its_entity(string written, string first)
    {
        using var berlin = new HubBench(hub: HubFiles.Hub.Replace("timeZone: UTC", "timeZone: Europe/Berlin", StringComparison.Ordinal));

        var request = berlin.Hub.ReadBackfill("shop", "Invoice", written, "2026-06-01").Value;

        Assert.Equal(DateTimeOffset.Parse(first, CultureInfo.InvariantCulture), request.From);
    }

    [Fact]
    public void Day_whose_midnight_does_not_exist_begins_after_the_gap()
    {
        using var cairo = new HubBench(hub: HubFiles.Hub.Replace("timeZone: UTC", "timeZone: Africa/Cairo", StringComparison.Ordinal));

        var request = cairo.Hub.ReadBackfill("shop", "Invoice", "2024-04-26", "2024-04-27").Value;

        Assert.Equal(new DateTimeOffset(2024, 4, 25, 22, 0, 0, TimeSpan.Zero), request.From);
        Assert.Equal(TimeSpan.FromHours(23), request.Until - request.From);
    }

    [Theory]
    [InlineData(
        "books",
        "Invoice",
        "2026-01-01",
        "2026-02-01",
        "books Invoice: cannot be backfilled; what can: shop BillingAccount, shop Invoice"
    )]
    [InlineData(
        "shop",
        "Payment",
        "2026-01-01",
        "2026-02-01",
        "shop Payment: cannot be backfilled; what can: shop BillingAccount, shop Invoice"
    )]
    [InlineData(
        "nobody",
        "Invoice",
        "2026-01-01",
        "2026-02-01",
        "nobody Invoice: cannot be backfilled; what can: shop BillingAccount, shop Invoice"
    )]
    [InlineData("shop", "invoice", "01/02/2026", "2026-02-01", "from: '01/02/2026' is neither a day")]
    [InlineData("shop", "Invoice", "2026-01-01", "2026-01-01T00:00:00", "to: '2026-01-01T00:00:00' is neither a day")]
    [InlineData("shop", "Invoice", "2026-01-01", "2026-01-01", "to: ends where it begins")]
    public void What_cannot_be_backfilled_is_refused_with_what_can(string system, string entity, string from, string to, string says)
    {
        var refused = bench.Hub.ReadBackfill(system, entity, from, to);

        Assert.StartsWith(says, Assert.IsType<Fault.Invalid>(refused.Fault).Detail, StringComparison.Ordinal);
    }

    private void Hold(int records)
    {
        for (var index = 0; index < records; index++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"a{index}");
            bench.Vendor.ListsRecord("account", id, AccountJson(id, "Ada"), 100);
        }
    }

    private Task<BackfillPage> PageAsync() =>
        bench.Hub.BackfillAsync(bench.Hub.ReadBackfill("shop", "BillingAccount", "2026-01-01", "2026-02-01").Value, CancellationToken.None);
}
