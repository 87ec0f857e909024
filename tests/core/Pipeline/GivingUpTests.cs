using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class GivingUpTests : IDisposable
{
    private const string Reason = "MaxDeliveryCountExceeded";
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Lane_that_is_due_becomes_a_dead_letter_and_nothing_is_sent()
    {
        await PrepareAsync();

        await GiveUpTwiceAsync(new WorkItem.OfLane(AccountLane("a1")));

        Assert.Empty(bench.Vendor.Sent);
        var letter = Assert.Single(await bench.LettersAsync());
        Assert.Equal($"given-up: the queue gave the work up: {Reason}", letter.Fault.Detail);
        Assert.False(letter.OutcomeUnknown);
        Assert.Equal(EffectState.DeadLettered, await bench.StateAsync(AccountLane("a1")));
        var trace = await bench.Hub.TraceAsync(Account("a1").Value, CancellationToken.None);
        Assert.Contains(trace!.Records[0].Audit, entry => entry.States.SequenceEqual(["Due>InFlight", "InFlight>DeadLettered"]));
    }

    [Fact]
    public async Task Lane_given_up_can_be_released_and_is_sent()
    {
        await PrepareAsync();
        await GiveUpTwiceAsync(new WorkItem.OfLane(AccountLane("a1")));

        Assert.True(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "mended", CancellationToken.None));
        await bench.RunAsync();

        Assert.Single(bench.Vendor.Target);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task Lane_whose_retry_has_a_time_of_its_own_is_left_to_it()
    {
        bench.Vendor.AnswersNext(new Fault.Transient("not now"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.Equal(EffectState.Due, await bench.StateAsync(AccountLane("a1")));

        await GiveUpTwiceAsync(new WorkItem.OfLane(AccountLane("a1")));

        Assert.Empty(await bench.LettersAsync());
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task Call_under_way_is_left_to_its_lease()
    {
        bench.Vendor.SucceedsNextAfter(() => GiveUpTwiceAsync(new WorkItem.OfLane(AccountLane("a1"))));

        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Single(bench.Vendor.Target);
        Assert.Empty(await bench.LettersAsync());
        Assert.Null(await bench.StateAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task Unknown_outcome_is_left_to_its_reading_back()
    {
        bench.Vendor.AnswersNext(new Fault.Ambiguous("no answer"), commits: false);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.Equal(EffectState.Unknown, await bench.StateAsync(AccountLane("a1")));

        await GiveUpTwiceAsync(new WorkItem.OfLane(AccountLane("a1")));

        Assert.Equal(EffectState.Unknown, await bench.StateAsync(AccountLane("a1")));
        await bench.PassAsync(TimeSpan.FromMinutes(5), 20);
        Assert.Single(bench.Vendor.Target);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task What_is_parked_held_or_at_rest_is_not_touched()
    {
        bench.Vendor.AnswersNext(new Fault.ClosedPeriod("2026-02", null));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Other"), 100);
        bench.Vendor.AnswersNext(new Fault.ClosedPeriod("2026-02", null));
        await bench.ChangeBillAsync("b1", BillJson("b1", "a2", 1_000), 100);
        await bench.ChangeAccountAsync("a3", "Third", 100);
        LaneId[] lanes = [AccountLane("a1"), BillLane("b1"), AccountLane("a3")];
        var before = await StatesAsync(lanes);
        Assert.Equal([EffectState.Held, EffectState.Parked, null], before);

        foreach (var lane in lanes)
        {
            await GiveUpTwiceAsync(new WorkItem.OfLane(lane));
        }

        await GiveUpTwiceAsync(new WorkItem.OfLane(AccountLane("nobody")));
        await GiveUpTwiceAsync(new WorkItem.OfWaiters(Account("a2")));
        Assert.Equal(before, await StatesAsync(lanes));
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task Delivery_that_was_never_read_becomes_a_dead_letter_of_its_own()
    {
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100), NoticeJson("account", "a2", 100));
        var delivery = new DeliveryId("shop", "evt-1");

        await GiveUpTwiceAsync(new WorkItem.OfDelivery(delivery));
        await bench.RunAsync();

        var letter = Assert.Single(await bench.LettersAsync());
        Assert.Equal(new WorkItem.OfDelivery(delivery), letter.Work);
        Assert.True((await bench.DeliveryAsync("evt-1")).IsDone);
        Assert.Equal(1, (await bench.Hub.VerifyAsync(CancellationToken.None)).DeadLettered);
    }

    [Fact]
    public async Task One_notice_of_several_is_given_up_and_the_others_go_on()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Other"), 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100), NoticeJson("account", "a2", 100));
        var delivery = new DeliveryId("shop", "evt-1");
        await bench.Hub.ProcessAsync(await bench.TakeAsync("from-shop"), CancellationToken.None);

        // The delivery's own work is done: its notices go on by themselves.
        await GiveUpTwiceAsync(new WorkItem.OfDelivery(delivery));
        Assert.Empty(await bench.LettersAsync());

        await GiveUpTwiceAsync(new WorkItem.OfNotice("shop", "account", "a1", delivery, 0));
        await bench.RunAsync();

        Assert.Equal("account a1", Assert.Single(await bench.LettersAsync()).Affected);
        Assert.Single(bench.Vendor.Target);
        await GiveUpTwiceAsync(new WorkItem.OfNotice("shop", "account", "a2", delivery, 1));
        await GiveUpTwiceAsync(new WorkItem.OfNotice("shop", "account", "a9", delivery, 9));
        await GiveUpTwiceAsync(new WorkItem.OfDelivery(new DeliveryId("shop", "unheard-of")));
        Assert.Single(await bench.LettersAsync());
    }

    private async Task PrepareAsync()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.Hub.ProcessAsync(await bench.TakeAsync("from-shop"), CancellationToken.None);
        Assert.Equal(EffectState.Due, await bench.StateAsync(AccountLane("a1")));
    }

    private async Task GiveUpTwiceAsync(WorkItem work)
    {
        Assert.Equal(WorkOutcome.Finished, await bench.Hub.GiveUpAsync(work, Reason, CancellationToken.None));
        Assert.Equal(WorkOutcome.Finished, await bench.Hub.GiveUpAsync(work, Reason, CancellationToken.None));
    }

    private async Task<EffectState?[]> StatesAsync(IEnumerable<LaneId> lanes)
    {
        var states = new List<EffectState?>();
        foreach (var lane in lanes)
        {
            states.Add(await bench.StateAsync(lane));
        }

        return [.. states];
    }
}
