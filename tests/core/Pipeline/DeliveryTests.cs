using QtcHub.Connectors;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class DeliveryTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Many_notices_of_one_delivery_are_each_taken_in_and_the_delivery_is_done_when_all_are()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "One"), 100);
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Two"), 100);
        bench.Vendor.ReadsNextAs(new Fault.Transient("reset"));
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100), NoticeJson("account", "a2", 100), NoticeJson("coupon", "c1", 100));
        await bench.RunAsync();

        Assert.False((await bench.DeliveryAsync("evt-1")).IsDone);
        Assert.Equal([null, NoticeResultKind.Revised, NoticeResultKind.Ignored], await KindsAsync("evt-1"));

        await bench.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Equal([NoticeResultKind.Revised, NoticeResultKind.Revised, NoticeResultKind.Ignored], await KindsAsync("evt-1"));
        Assert.Equal(2, bench.Vendor.Target.Count);
    }

    [Fact]
    public async Task A_notice_that_no_route_takes_ends_with_its_delivery_and_makes_no_work()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "One"), 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100), NoticeJson("coupon", "c1", 100));
        var delivery = await bench.TakeAsync("from-shop");
        await bench.Hub.ProcessAsync(delivery, CancellationToken.None);
        Assert.Equal([null, NoticeResultKind.Ignored], await KindsAsync("evt-1"));

        var work = await bench.TakeAsync("from-shop");
        Assert.Equal(0, Assert.IsType<WorkItem.OfNotice>(work.Item).Index);
        await bench.Hub.ProcessAsync(work, CancellationToken.None);
        Assert.Equal([NoticeResultKind.Revised, NoticeResultKind.Ignored], await KindsAsync("evt-1"));
    }

    [Fact]
    public async Task Notices_of_which_no_route_takes_any_end_with_their_delivery()
    {
        await bench.TellAsync("evt-1", NoticeJson("coupon", "c1", 100), NoticeJson("coupon", "c2", 100));
        await bench.RunAsync();
        Assert.True((await bench.DeliveryAsync("evt-1")).IsDone);
    }

    [Fact]
    public async Task One_bad_notice_does_not_keep_the_others_of_its_delivery()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", ""), 100);
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Two"), 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100), NoticeJson("account", "a2", 100));
        await bench.RunAsync();

        Assert.Equal([NoticeResultKind.DeadLettered, NoticeResultKind.Revised], await KindsAsync("evt-1"));
        Assert.Equal("account a1", Assert.Single(await bench.LettersAsync()).Affected);
        Assert.Equal(1, (await bench.Hub.VerifyAsync(CancellationToken.None)).DeadLettered);
    }

    [Fact]
    public async Task A_record_that_keeps_changing_is_read_again_ever_later_and_in_the_end_needs_a_person()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "One"), 100);
        for (var times = 0; times < 2_000; times++)
        {
            bench.Vendor.ReadsNextAs(new Fault.Conflict("changed meanwhile"));
        }

        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.RunAsync();
        Assert.Equal(1, bench.Vendor.Reads);

        await bench.PassAsync(new QtcHub.Hosting.PolicyOptions().WaitLimit + TimeSpan.FromHours(1), steps: 200);

        Assert.Equal("Conflict", Assert.Single(await bench.LettersAsync()).Fault.Name);
        Assert.True((await bench.DeliveryAsync("evt-1")).IsDone);
    }

    [Fact]
    public async Task An_event_that_tells_of_nothing_is_ignored_by_name()
    {
        await bench.TellAsync("evt-1");
        await bench.RunAsync();

        Assert.Equal("event-type-not-read", (await bench.ResultAsync("evt-1")).Rule);
    }

    [Fact]
    public async Task What_is_found_unreadable_after_the_answer_is_a_dead_letter_and_not_lost()
    {
        Assert.Equal(Webhooks.ReceiptKind.Accepted, (await bench.SendAsync("""{"id":"evt-1"}""")).Kind);
        await bench.RunAsync();

        Assert.Equal("notices: an event has notices", Assert.Single(await bench.LettersAsync()).Fault.Detail);
        Assert.True((await bench.DeliveryAsync("evt-1")).IsDone);
    }

    [Fact]
    public async Task Work_done_twice_changes_nothing_the_second_time()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "One"), 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        var work = await bench.TakeAsync("from-shop");
        await bench.Hub.ProcessAsync(work, CancellationToken.None);
        await bench.Hub.ProcessAsync(work, CancellationToken.None);
        await bench.RunAsync();

        Assert.Equal(1, (await bench.HeadAsync(Account("a1")))!.Revision);
        Assert.Equal(1, bench.Vendor.Reads);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task A_process_that_dies_with_work_in_hand_loses_nothing()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "One"), 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.TakeAsync("from-shop");
        bench.Restart();
        await bench.RunAsync();
        Assert.Empty(bench.Vendor.Sent);

        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Single(bench.Vendor.Target);
    }

    private async Task<IEnumerable<NoticeResultKind?>> KindsAsync(string eventId) =>
        (await bench.DeliveryAsync(eventId)).Notices!.Value.Select(notice => notice?.Kind);
}
