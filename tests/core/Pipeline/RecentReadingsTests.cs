using System.Text;
using QtcHub.Connectors;
using QtcHub.Inbox;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class RecentReadingsTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private readonly HubBench bench = new();

    public RecentReadingsTests() => Holds("Acme");

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Notices_that_wait_while_a_reading_begins_share_it()
    {
        await TellAsync("evt-1");
        await TellAsync("evt-2");
        bench.Clock.Advance(Moment);
        await bench.RunAsync();

        Assert.Equal(1, bench.Vendor.Reads);
        Assert.Equal(
            [NoticeResultKind.Revised, NoticeResultKind.Unchanged],
            [(await bench.ResultAsync("evt-1")).Kind, (await bench.ResultAsync("evt-2")).Kind]
        );
    }

    [Fact]
    public async Task A_notice_that_arrives_in_the_instant_in_which_a_reading_begins_causes_another()
    {
        bench.Vendor.DuringRead = async () =>
        {
            Holds("Acme Two");
            await TellAsync("evt-2");
        };
        await TellAsync("evt-1");
        await bench.RunAsync();

        Assert.Equal(2, bench.Vendor.Reads);
        Assert.Contains("Acme Two", bench.Sent(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reading_that_could_not_be_taken_in_answers_no_other_notice()
    {
        bench.Vendor.Holds("bill", "b1", BillJson("b1", "a1", 1000, status: "unheard-of"), 100);
        await bench.TellAsync("evt-1", NoticeJson("bill", "b1", 100));
        await bench.TellAsync("evt-2", NoticeJson("bill", "b1", 100));
        bench.Clock.Advance(Moment);
        await bench.RunAsync();

        Assert.Equal(NoticeResultKind.DeadLettered, (await bench.ResultAsync("evt-2")).Kind);
    }

    [Fact]
    public async Task A_list_is_read_once_for_all_notices_that_wait_for_it()
    {
        bench.Vendor.Lists("a1");
        await bench.TellAsync("evt-1", NoticeJson("bills", "a1", 100));
        await bench.TellAsync("evt-2", NoticeJson("bills", "a1", 100));
        bench.Clock.Advance(Moment);
        await bench.RunAsync();

        Assert.Equal(1, bench.Vendor.Reads);
        Assert.Equal(await bench.ResultAsync("evt-1"), await bench.ResultAsync("evt-2"));
    }

    [Fact]
    public async Task A_list_of_which_a_record_could_not_be_taken_in_is_read_again()
    {
        bench.Vendor.Holds("bill", "b1", BillJson("b1", "a1", 1000, status: "unheard-of"), 100);
        bench.Vendor.Lists("a1", new Notice("bill", "b1", Marker.AnyTime, null));
        await bench.TellAsync("evt-1", NoticeJson("bills", "a1", 100));
        await bench.TellAsync("evt-2", NoticeJson("bills", "a1", 100));
        bench.Clock.Advance(Moment);
        await bench.RunAsync();

        Assert.Equal(NoticeResultKind.DeadLettered, (await bench.ResultAsync("evt-2")).Kind);
    }

    [Fact]
    public async Task A_stamp_that_was_read_once_its_second_was_over_is_not_read_again()
    {
        bench.Vendor.CompleteUntil = 100;
        await ReadOnceAsync();
        await ToldLaterAsync(100);

        Assert.Equal((1, NoticeResultKind.Unchanged), (bench.Vendor.Reads, (await bench.ResultAsync("evt-2")).Kind));
    }

    [Fact]
    public async Task A_second_change_within_the_second_that_was_read_is_read_all_the_same()
    {
        bench.Vendor.CompleteUntil = 99;
        await ReadOnceAsync();
        Holds("Acme Two");
        await ToldLaterAsync(100);

        Assert.Contains("Acme Two", bench.Sent(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stamp_that_a_late_answer_did_not_have_yet_is_read_again()
    {
        bench.Vendor.CompleteUntil = 200;
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "As it was"), 90);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 90));
        await bench.RunAsync();
        Holds("Acme");
        await ToldLaterAsync(100);

        Assert.Contains("Acme", bench.Sent(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_process_knows_nothing_of_what_was_read_and_reads_again()
    {
        bench.Vendor.CompleteUntil = 100;
        await ReadOnceAsync();
        bench.Restart();
        await ToldLaterAsync(100);

        Assert.Equal(2, bench.Vendor.Reads);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public void Of_several_processes_each_has_a_clock_of_its_own(int seconds, bool isAnswered)
    {
        var told = bench.Clock.GetUtcNow();
        var arrival = new Arrival(bench.Shop, new Notice("account", "a1", Marker.AnyTime, null), "delivery", told, 0) { ToldAt = told };
        var readings = new RecentReadings(isShared: true);
        readings.Keep(arrival, told.AddSeconds(seconds), new RecordReading.Found(default, Marker.AnyTime));

        Assert.Equal(isAnswered, readings.Answer(arrival));
    }

    [Fact]
    public async Task A_notice_that_carries_what_is_known_needs_no_reading_in_the_same_instant_either()
    {
        await ReadOnceAsync();
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 100, AccountJson("a1", "Acme")));
        await bench.RunAsync();

        Assert.Equal((1, NoticeResultKind.Unchanged), (bench.Vendor.Reads, (await bench.ResultAsync("evt-2")).Kind));
    }

    [Fact]
    public async Task What_an_old_event_carries_does_not_make_another_from_between_pass_for_news()
    {
        var instant = DateTimeOffset.UnixEpoch.AddSeconds(100);
        var asRead = new Marker(instant.AddSeconds(-2), instant.AddSeconds(2));
        bench.Vendor.ReadsNextAs(new RecordReading.Found(Encoding.UTF8.GetBytes(AccountJson("a1", "Acme")), asRead));
        await ReadOnceAsync();
        // It was so before, and was something else in between.
        await bench.TellAsync("evt-99", NoticeJson("account", "a1", 99, AccountJson("a1", "Acme")));
        await bench.RunAsync();
        await bench.TellAsync("evt-100", NoticeJson("account", "a1", 100, AccountJson("a1", "In between")));
        await bench.RunAsync();

        Assert.Equal(2, bench.Vendor.Reads);
        Assert.Single(bench.Vendor.Sent);
    }

    private async Task ReadOnceAsync()
    {
        await TellAsync("evt-1");
        await bench.RunAsync();
        Assert.Equal(1, bench.Vendor.Reads);
    }

    private async Task ToldLaterAsync(long at)
    {
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", at));
        await bench.RunAsync();
    }

    private void Holds(string name) => bench.Vendor.Holds("account", "a1", AccountJson("a1", name), 100);

    private Task TellAsync(string eventId) => bench.TellAsync(eventId, NoticeJson("account", "a1", 100));
}
