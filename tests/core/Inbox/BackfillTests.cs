using System.Globalization;
using QtcHub.Connectors;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Inbox;

public sealed class BackfillTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Everything_that_a_source_holds_is_brought_to_its_targets_page_by_page_and_once()
    {
        Hold(5);

        var page = await FinishAsync();

        Assert.Equal((3, 5L, 5L), (page.Progress.Pages, page.Progress.Listed, page.Progress.Stored));
        Assert.Equal(["account", "account", "account"], bench.Vendor.Listings.Select(asked => asked.Type));
        Assert.Equal([null, "2", "4"], bench.Vendor.Listings.Select(asked => asked.Cursor));
        Assert.Equal(5, bench.Vendor.Target.Count);
        Assert.Equal(5, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Delivery_effect_and_audit_name_the_backfill_as_their_origin()
    {
        Hold(1);
        await FinishAsync();

        var trace = await bench.Hub.TraceAsync(Account("a0").Value, CancellationToken.None);

        var record = Assert.Single(trace!.Records);
        Assert.Equal("backfill:shop:account-a0-100", Assert.Single(record.Effects).Origin);
        Assert.All(record.Audit, entry => Assert.Equal("backfill:shop:account-a0-100", entry.Origin));
        var delivery = await bench.DeliveryAsync("account-a0-100");
        Assert.Equal("backfill", delivery.FoundBy);
        Assert.False(delivery.Acknowledged);
    }

    [Fact]
    public async Task Letter_of_a_record_that_cannot_be_taken_in_names_the_backfill_too()
    {
        bench.Vendor.ListsRecord("account", "a0", """{"id":"a0"}""", 100);

        await FinishAsync();

        Assert.Equal("backfill:shop:account-a0-100", Assert.Single(await bench.LettersAsync()).Origin);
    }

    [Fact]
    public async Task Crash_between_a_page_and_its_cursor_asks_for_the_page_again_and_doubles_nothing()
    {
        Hold(4);
        bench.Store.Before = commit => IsEnd(commit) ? throw new OperationCanceledException("the process dies") : Task.CompletedTask;
        await Assert.ThrowsAsync<OperationCanceledException>(PageAsync);
        bench.Store.Before = null;
        bench.Restart();

        Assert.Equal(BackfillStep.WaitsForAnother, (await PageAsync()).Step);
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        var page = await FinishAsync();

        Assert.Equal([null, null, "2"], bench.Vendor.Listings.Select(asked => asked.Cursor));
        Assert.Equal((2, 4L), (page.Progress.Pages, page.Progress.Listed));
        Assert.Equal(4, bench.Vendor.Target.Count);
        Assert.Equal(4, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Crash_in_the_middle_of_a_page_loses_none_of_it()
    {
        Hold(2);
        var stored = 0;
        bench.Store.Before = commit =>
            commit.Home.Value.StartsWith("delivery|", StringComparison.Ordinal) && ++stored == 2
                ? throw new OperationCanceledException("the process dies")
                : Task.CompletedTask;
        await Assert.ThrowsAsync<OperationCanceledException>(PageAsync);
        bench.Store.Before = null;
        bench.Clock.Advance(TimeSpan.FromMinutes(2));

        await FinishAsync();

        Assert.Equal(2, bench.Vendor.Target.Count);
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Of_two_processes_at_once_one_lists()
    {
        Hold(1);
        BackfillPage? other = null;
        bench.Vendor.DuringList = async () => other = await PageAsync();

        var page = await PageAsync();

        Assert.Equal(BackfillStep.Finished, page.Step);
        Assert.Equal(BackfillStep.WaitsForAnother, other!.Step);
        Assert.Equal(bench.Clock.GetUtcNow() + TimeSpan.FromSeconds(1), other.Again);
        Assert.Single(bench.Vendor.Listings);
    }

    [Fact]
    public async Task Process_that_comes_back_after_its_lease_ran_out_does_not_move_the_cursor_of_the_one_that_took_over()
    {
        Hold(6);
        bench.Vendor.DuringList = async () =>
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(2));
            await PageAsync();
            await bench.PassAsync(TimeSpan.FromSeconds(2));
            await PageAsync();
        };

        var late = await PageAsync();

        Assert.Equal(BackfillStep.WaitsForAnother, late.Step);
        await bench.PassAsync(TimeSpan.FromSeconds(2));
        var last = await PageAsync();
        Assert.Equal([null, null, "2", "4"], bench.Vendor.Listings.Select(asked => asked.Cursor));
        Assert.Equal((BackfillStep.Finished, 6L, 6L), (last.Step, last.Progress.Listed, last.Progress.Stored));
    }

    [Fact]
    public async Task Record_that_changes_while_it_is_listed_ends_as_it_is_now()
    {
        bench.Vendor.ListsRecord("account", "a0", AccountJson("a0", "Old"), 100);
        await PageAsync();
        await bench.ChangeAccountAsync("a0", "New", 200);

        await bench.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Contains("New", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
        Assert.Equal(NoticeResultKind.Stale, (await bench.ResultAsync("account-a0-100")).Kind);
        Assert.Equal(1, (await bench.HeadAsync(Account("a0")))!.Revision);
    }

    [Fact]
    public async Task Finished_backfill_says_so_without_asking_and_begins_anew_only_where_it_is_told_to()
    {
        Hold(1);
        await FinishAsync();
        var sent = bench.Vendor.Sent.Count;
        bench.Vendor.ListsRecord("account", "late", AccountJson("late", "Late"), 150);

        Assert.Equal(BackfillStep.Finished, (await PageAsync()).Step);
        Assert.Single(bench.Vendor.Listings);

        Assert.True(await bench.Hub.RestartBackfillAsync(Request(), CancellationToken.None));
        var again = await FinishAsync();

        Assert.Equal((2L, 1L), (again.Progress.Listed, again.Progress.Stored));
        Assert.Equal(sent + 1, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Backfill_that_another_process_is_at_is_not_begun_anew()
    {
        Hold(1);
        var restarted = true;
        bench.Vendor.DuringList = async () => restarted = await bench.Hub.RestartBackfillAsync(Request(), CancellationToken.None);

        await PageAsync();

        Assert.False(restarted);
    }

    private void Hold(int records)
    {
        for (var index = 0; index < records; index++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"a{index}");
            bench.Vendor.ListsRecord("account", id, AccountJson(id, "Ada"), 100);
        }
    }

    private BackfillRequest Request() => bench.Hub.ReadBackfill("shop", "BillingAccount", "2026-01-01", "2026-02-01").Value;

    private Task<BackfillPage> PageAsync() => bench.Hub.BackfillAsync(Request(), CancellationToken.None);

    private async Task<BackfillPage> FinishAsync()
    {
        for (var round = 0; round < 20; round++)
        {
            var page = await PageAsync();
            await bench.PassAsync(TimeSpan.FromSeconds(2));
            if (page.Step == BackfillStep.Finished)
            {
                return page;
            }
        }

        throw new InvalidOperationException("the backfill does not end");
    }

    /// <summary>Whether a commit gives the job's lease back.</summary>
    private static bool IsEnd(Commit commit) =>
        commit.Home.Value.StartsWith("job|backfill", StringComparison.Ordinal)
        && commit.Changes.OfType<Change.Replace>().Any(change => Rows.Parse<BackfillJob>(change.Row).LeaseUntil is null);
}
