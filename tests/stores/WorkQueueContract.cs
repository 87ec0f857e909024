using QtcHub.Ledger;

namespace QtcHub.Tests.Stores;

/// <summary>What every store must do with work.</summary>
public abstract class WorkQueueContract : StoreUnderTest
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Work_is_taken_earliest_due_first_and_not_before_it_is_due()
    {
        await Enqueue(Lane("c"), Start.AddSeconds(3));
        await Enqueue(Lane("a"), Start.AddSeconds(2));
        await Enqueue(Lane("b"), Start.AddSeconds(1));
        await Enqueue(Lane("d"), Start.AddSeconds(1));
        Assert.Empty(await TakeIds(Start.AddTicks(9_999_999)));
        Assert.Equal([Lane("b").Id], await TakeIds(Start.AddSeconds(2), limit: 1));
        Assert.Equal([Lane("d").Id, Lane("a").Id], await TakeIds(Start.AddSeconds(2)));
        Assert.Equal([Lane("c").Id], await TakeIds(Start.AddSeconds(3)));
    }

    [Fact]
    public async Task Every_sort_of_work_comes_back_as_it_was()
    {
        var delivery = new DeliveryId("stripe", "evt:1");
        WorkItem[] items =
        [
            new WorkItem.OfDelivery(delivery),
            new WorkItem.OfNotice("stripe", "invoice", "in_1", delivery, 2),
            Lane("a"),
            new WorkItem.OfWaiters(new("acc_b")),
        ];
        foreach (var item in items)
        {
            await Enqueue(item, Start);
        }

        var taken = new List<TakenWork>();
        foreach (var share in new[] { "from-stripe", "to-erp", "hub" })
        {
            taken.AddRange(await Queue.TakeAsync(share, 10, Start, Minute, Stop));
        }

        Assert.Equal(items, taken.Select(work => work.Item));
        Assert.All(taken, work => Assert.Equal((1, Start), (work.Attempt, work.Since)));
    }

    [Fact]
    public async Task Shares_do_not_see_each_others_work()
    {
        await Enqueue(Lane("a", "erp"), Start);
        await Enqueue(Lane("a", "crm"), Start.AddHours(1));
        Assert.Equal([Lane("a", "erp").Id], await TakeIds(Start.AddHours(2)));
        Assert.Equal(Start.AddHours(1), await Queue.NextDueAsync("to-crm", Stop));
        Assert.Null(await Queue.NextDueAsync("to-none", Stop));
        Assert.Equal([Lane("a", "crm").Id], await TakeIds(Start.AddHours(2), "to-crm"));
    }

    [Fact]
    public async Task Leased_work_is_given_to_nobody_else_until_the_lease_ends()
    {
        await Enqueue(Lane("a"), Start);
        await TakeOne();
        Assert.Empty(await TakeIds(Start));
        Assert.Empty(await TakeIds(Start + Minute - TimeSpan.FromTicks(1)));
        Assert.Equal([Lane("a").Id], await TakeIds(Start + Minute));
    }

    [Fact]
    public async Task Concurrent_takers_never_share_work()
    {
        var expected = Enumerable.Range(0, 60).Select(i => Lane($"{i:00}")).ToList();
        await Store.CommitAsync(new Commit(Here, [], [.. expected.Select(item => new ScheduledWork(item, Start))]), Stop);
        var takers = Enumerable.Range(0, 12).Select(_ => Queue.TakeAsync("to-erp", 7, Start, Minute, Stop));
        var taken = (await Task.WhenAll(takers)).SelectMany(works => works).ToList();
        Assert.Equal(expected.Select(item => item.Id), taken.Select(work => work.Item.Id).Order(StringComparer.Ordinal));
        Assert.Equal(60, taken.Select(work => work.Ticket).Distinct().Count());
    }

    [Fact]
    public async Task Taking_again_after_the_lease_counts_an_attempt_and_voids_the_former_ticket()
    {
        await Enqueue(Lane("a"), Start);
        var former = await TakeOne();
        Clock.Advance(Minute);
        var latter = await TakeOne(now: Start + Minute);
        Assert.True(latter.Ticket > former.Ticket);
        Assert.Equal((2, Start), (latter.Attempt, latter.Since));
        await Queue.CompleteAsync(former, Stop);
        await Queue.PostponeAsync(former, Start, Stop);
        Assert.Equal(1, await Queue.LengthAsync(Stop));
        Assert.Empty(await TakeIds(Start + Minute));
        await Queue.CompleteAsync(latter, Stop);
        Assert.Equal(0, await Queue.LengthAsync(Stop));
    }

    [Fact]
    public async Task Ticket_of_an_ended_lease_holds_until_someone_else_takes_the_work()
    {
        await Enqueue(Lane("a"), Start);
        var late = await TakeOne();
        Clock.Advance(TimeSpan.FromHours(1));
        await Queue.CompleteAsync(late, Stop);
        Assert.Empty(await TakeIds(Start.AddHours(1)));
    }

    [Fact]
    public async Task Completed_work_is_gone_and_its_ticket_void_for_what_comes_under_the_same_id()
    {
        await Enqueue(Lane("a"), Start);
        var work = await TakeOne();
        await Queue.CompleteAsync(work, Stop);
        Assert.Empty(await TakeIds(Start.AddHours(1)));
        Clock.Advance(Minute);
        await Enqueue(Lane("a"), Start);
        await Queue.CompleteAsync(work, Stop);
        await Queue.PostponeAsync(work, Start.AddHours(5), Stop);
        var anew = await TakeOne();
        Assert.Equal((1, Start + Minute), (anew.Attempt, anew.Since));
        Assert.True(anew.Ticket > work.Ticket);
        await Queue.CompleteAsync(work, Stop);
        Assert.Equal(1, await Queue.LengthAsync(Stop));
    }

    [Fact]
    public async Task Postponed_work_comes_back_at_its_time_and_remembers_its_attempts()
    {
        await Enqueue(Lane("a"), Start);
        var work = await TakeOne();
        await Queue.PostponeAsync(work, Start.AddHours(2), Stop);
        Assert.Equal(Start.AddHours(2), await Queue.NextDueAsync("to-erp", Stop));
        Assert.Empty(await TakeIds(Start.AddHours(1)));
        var again = await TakeOne(now: Start.AddHours(2));
        Assert.Equal((2, Start), (again.Attempt, again.Since));
        await Queue.PostponeAsync(work, Start, Stop);
        Assert.Empty(await TakeIds(Start.AddHours(2)));
    }

    [Fact]
    public async Task Enqueuing_what_waits_keeps_the_earlier_due_time()
    {
        await Enqueue(Lane("a"), Start.AddHours(2));
        Clock.Advance(Minute);
        await Enqueue(Lane("a"), Start.AddHours(3));
        Assert.Equal(Start.AddHours(2), await Queue.NextDueAsync("to-erp", Stop));
        await Enqueue(Lane("a"), Start.AddHours(1));
        Assert.Equal(Start.AddHours(1), await Queue.NextDueAsync("to-erp", Stop));
        Assert.Equal(1, await Queue.LengthAsync(Stop));
        var work = await TakeOne(now: Start.AddHours(1));
        Assert.Equal((1, Start), (work.Attempt, work.Since));
    }

    [Fact]
    public async Task Enqueuing_what_is_leased_does_it_once_more_after_the_lease()
    {
        await Enqueue(Lane("a"), Start);
        var work = await TakeOne();
        await Enqueue(Lane("a"), Start.AddSeconds(20));
        await Enqueue(Lane("a"), Start.AddSeconds(10));
        await Enqueue(Lane("a"), Start.AddSeconds(30));
        Assert.Empty(await TakeIds(Start.AddSeconds(40)));
        Clock.Advance(TimeSpan.FromSeconds(5));
        await Queue.CompleteAsync(work, Stop);
        Assert.Equal(Start.AddSeconds(10), await Queue.NextDueAsync("to-erp", Stop));
        var again = await TakeOne(now: Start.AddSeconds(10));
        Assert.Equal((1, Start.AddSeconds(5)), (again.Attempt, again.Since));
        await Queue.CompleteAsync(again, Stop);
        Assert.Equal(0, await Queue.LengthAsync(Stop));
    }

    [Fact]
    public async Task Postponing_what_was_enqueued_again_takes_the_earlier_of_both_times()
    {
        await Enqueue(Lane("a"), Start);
        var first = await TakeOne();
        await Enqueue(Lane("a"), Start.AddSeconds(10));
        await Queue.PostponeAsync(first, Start.AddHours(1), Stop);
        Assert.Equal(Start.AddSeconds(10), await Queue.NextDueAsync("to-erp", Stop));
        var second = await TakeOne(now: Start.AddSeconds(10));
        await Enqueue(Lane("a"), Start.AddHours(9));
        await Queue.PostponeAsync(second, Start.AddHours(1), Stop);
        Assert.Equal(Start.AddHours(1), await Queue.NextDueAsync("to-erp", Stop));
        var third = await TakeOne(now: Start.AddHours(1));
        await Queue.CompleteAsync(third, Stop);
        Assert.Equal(0, await Queue.LengthAsync(Stop));
    }

    [Fact]
    public async Task What_was_asked_for_before_a_second_taking_is_done_by_it_and_what_is_due_later_is_kept()
    {
        await Enqueue(Lane("a"), Start);
        await Enqueue(Lane("b"), Start);
        await TakeIds(Start);
        await Enqueue(Lane("a"), Start);
        await Enqueue(Lane("b"), Start.AddHours(1));
        foreach (var work in await Queue.TakeAsync("to-erp", 10, Start + Minute, Minute, Stop))
        {
            await Queue.CompleteAsync(work, Stop);
        }

        Assert.Equal(1, await Queue.LengthAsync(Stop));
        Assert.Equal([Lane("b").Id], await TakeIds(Start.AddHours(1)));
    }

    [Fact]
    public async Task Work_is_enqueued_only_if_its_commit_wins()
    {
        await Commit(Here, Insert("a"));
        var lost = new Commit(Here, [Insert("b"), Insert("a")], [new ScheduledWork(Lane("x"), Start)]);
        Assert.Equal(CommitResult.Conflict, await Store.CommitAsync(lost, Stop));
        Assert.Equal(0, await Queue.LengthAsync(Stop));
        var won = new Commit(Here, [Insert("b")], [new ScheduledWork(Lane("x"), Start), new ScheduledWork(Lane("y"), Start)]);
        Assert.Equal(CommitResult.Committed, await Store.CommitAsync(won, Stop));
        Assert.Equal([Lane("x").Id, Lane("y").Id], await TakeIds(Start));
    }

    [Fact]
    public async Task Lost_commit_does_not_hasten_work_that_waits()
    {
        await Commit(Here, Insert("a"));
        await Enqueue(Lane("x"), Start.AddHours(1));
        var lost = new Commit(Here, [Insert("a")], [new ScheduledWork(Lane("x"), Start)]);
        Assert.Equal(CommitResult.Conflict, await Store.CommitAsync(lost, Stop));
        Assert.Equal(Start.AddHours(1), await Queue.NextDueAsync("to-erp", Stop));
    }

    [Fact]
    public async Task Next_due_is_the_earliest_waiting_or_the_end_of_a_lease_and_length_counts_both()
    {
        Assert.Null(await Queue.NextDueAsync("to-erp", Stop));
        Assert.Equal(0, await Queue.LengthAsync(Stop));
        await Enqueue(Lane("a"), Start);
        await Enqueue(Lane("b"), Start.AddHours(1).AddTicks(1));
        await Enqueue(Lane("c", "crm"), Start);
        Assert.Equal(Start, await Queue.NextDueAsync("to-erp", Stop));
        var work = await TakeOne();
        Assert.Equal(Start + Minute, await Queue.NextDueAsync("to-erp", Stop));
        Assert.Equal(3, await Queue.LengthAsync(Stop));
        await Queue.CompleteAsync(work, Stop);
        Assert.Equal(Start.AddHours(1).AddTicks(1), await Queue.NextDueAsync("to-erp", Stop));
        Assert.Equal(2, await Queue.LengthAsync(Stop));
    }

    [Fact]
    public async Task No_asking_is_lost_however_askings_and_takings_cross()
    {
        const int askings = 400;
        var lane = Lane("a");
        await Store.CommitAsync(new Commit(Here, Insert("n")), Stop);
        var asked = 1L;
        var seen = 0L;
        var asking = Task.Run(
            async () =>
            {
                while (asked <= askings)
                {
                    var row = await Store.ReadAsync(Here, "n", Stop);
                    var commit = new Commit(Here, [new Change.Replace(row!, row!.Version)], [new ScheduledWork(lane, Start)]);
                    Assert.Equal(CommitResult.Committed, await Store.CommitAsync(commit, Stop));
                    Interlocked.Increment(ref asked);
                }
            },
            Stop
        );
        while (!asking.IsCompleted || await Queue.LengthAsync(Stop) > 0)
        {
            foreach (var work in await Queue.TakeAsync("to-erp", 1, Start, Minute, Stop))
            {
                seen = (await Store.ReadAsync(Here, "n", Stop))!.Version;
                await Queue.CompleteAsync(work, Stop);
            }
        }

        await asking;
        Assert.Equal(askings + 1, seen);
    }

    [Fact]
    public async Task Instants_of_another_offset_are_the_same_instants()
    {
        await Enqueue(Lane("a"), Start.ToOffset(TimeSpan.FromHours(5)));
        var work = await TakeOne(now: Start.ToOffset(TimeSpan.FromHours(-8)));
        await Queue.PostponeAsync(work, Start.AddHours(1).ToOffset(TimeSpan.FromHours(2)), Stop);
        Assert.Equal(Start.AddHours(1), await Queue.NextDueAsync("to-erp", Stop));
        Assert.Empty(await TakeIds(Start.AddHours(1).AddTicks(-1)));
    }
}
