using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class ParkingTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_document_waits_until_its_account_stands_in_the_target()
    {
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        Assert.Equal(
            (EffectState.Parked, Account("a1").Value),
            (await bench.StateAsync(BillLane("b1")), (await bench.LaneAsync(BillLane("b1"))).Current!.WaitsFor)
        );
        Assert.Equal(1, (await bench.Hub.VerifyAsync(CancellationToken.None)).Parked);

        // No sweep: the commit that makes the account wakes the document.
        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        await bench.RunAsync();

        Assert.Equal(2, bench.Vendor.Target.Count);
        Assert.Empty(await WaitersAsync());
    }

    [Fact]
    public async Task A_reference_that_is_applied_between_the_look_and_the_sleep_wakes_the_lane_all_the_same()
    {
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Store.Before = async commit =>
        {
            if (
                commit.Changes.OfType<Change.Insert>().Any(insert => insert.Row.Key.StartsWith(Rows.WaiterPrefix, StringComparison.Ordinal))
            )
            {
                // The account arrives, and looks for waiters, after the look that missed it and before there is a waiter.
                bench.Store.Before = null;
                bench.Clock.Advance(TimeSpan.FromSeconds(10));
                await bench.RunAsync();
            }
        };
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);

        Assert.Null(bench.Store.Before);
        Assert.Equal(2, bench.Vendor.Target.Count);
    }

    [Fact]
    public async Task A_reference_that_is_applied_after_the_waiter_is_written_and_before_the_lane_sleeps_wakes_it_too()
    {
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Store.After = async commit =>
        {
            if (
                commit.Changes.OfType<Change.Insert>().Any(insert => insert.Row.Key.StartsWith(Rows.WaiterPrefix, StringComparison.Ordinal))
            )
            {
                bench.Store.After = null;
                bench.Clock.Advance(TimeSpan.FromSeconds(10));
                await bench.RunAsync();
            }
        };
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);

        Assert.Null(bench.Store.After);
        Assert.Equal(2, bench.Vendor.Target.Count);
    }

    [Fact]
    public async Task A_reference_whose_own_effect_is_dead_lettered_names_that_letter()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);

        var letter = Assert.Single(await bench.LettersAsync());
        Assert.EndsWith(
            $"see dead letter {letter.Id}",
            (await bench.LaneAsync(BillLane("b1"))).Current!.Fault!.Detail,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_waits_past_the_limit_becomes_a_dead_letter()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.PassAsync(TimeSpan.FromDays(8), steps: 2);

        Assert.Equal(
            ["MissingReference", "Rejected"],
            (await bench.LettersAsync()).Select(letter => letter.Fault.Name).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_newer_revision_takes_the_place_of_what_is_parked()
    {
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, "newer"), 200);
        await bench.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Equal([EffectState.Superseded, EffectState.Applied], await bench.EndedAsync(BillLane("b1")));
        Assert.Contains("newer", bench.Vendor.Target["t-2"].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_wake_up_is_made_good_by_the_sweep()
    {
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        var waiter = Assert.Single(await WaitersAsync());
        await bench.Store.CommitAsync(
            new Commit(Home.OfRecord(Account("a1")), new Change.Delete(waiter.Key, waiter.Version)),
            CancellationToken.None
        );
        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        await bench.RunAsync();
        Assert.Single(bench.Vendor.Target);

        await bench.Hub.SweepAsync(CancellationToken.None);
        await bench.RunAsync();

        Assert.Equal(2, bench.Vendor.Target.Count);
    }

    private Task<IReadOnlyList<Row>> WaitersAsync() =>
        bench.Store.ReadManyAsync(Home.OfRecord(Account("a1")), "waiter/", 10, CancellationToken.None);
}
