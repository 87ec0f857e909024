using System.Text;
using QtcHub.Connectors;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class ListIntakeTests : IDisposable
{
    private readonly HubBench bench = new();

    public ListIntakeTests() => bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Every_record_on_a_list_is_taken_in_and_the_notice_says_so()
    {
        Holds("b1", 1000);
        Holds("b2", 2000);
        bench.Vendor.Lists("a1", Member("b1"), Member("b2"));
        await TellAsync("evt-1");

        Assert.Equal(new NoticeResult(NoticeResultKind.Ignored, null, 0, "its-members-were-taken-in"), await bench.ResultAsync("evt-1"));
        Assert.Equal(1, (await bench.HeadAsync(Bill("b1")))!.Revision);
        Assert.Equal(1, (await bench.HeadAsync(Bill("b2")))!.Revision);
    }

    [Fact]
    public async Task A_record_that_a_list_carries_whole_is_not_read_again()
    {
        var embedded = System.Text.Encoding.UTF8.GetBytes(BillJson("b1", "a1", 1000));
        bench.Vendor.Lists("a1", Member("b1") with { Embedded = embedded, Marker = Marker.At(DateTimeOffset.UnixEpoch.AddSeconds(100)) });
        await TellAsync("evt-1");

        Assert.Equal(1, (await bench.HeadAsync(Bill("b1")))!.Revision);
        // The list, and the account that the bill refers to.
        Assert.Equal(2, bench.Vendor.Reads);
    }

    [Fact]
    public async Task A_record_that_left_the_list_is_taken_in_once_more_and_then_no_longer()
    {
        Holds("b1", 1000);
        bench.Vendor.Lists("a1", Member("b1"));
        await TellAsync("evt-1");
        bench.Vendor.Deletes("bill", "b1", 200);
        bench.Vendor.Lists("a1");
        await TellAsync("evt-2");
        Assert.Equal(2, (await bench.HeadAsync(Bill("b1")))!.Revision);

        var reads = bench.Vendor.Reads;
        await TellAsync("evt-3");
        Assert.Equal(reads + 1, bench.Vendor.Reads);
    }

    [Fact]
    public async Task A_record_of_another_type_that_left_the_list_is_taken_in_once_more_as_what_it_is()
    {
        Holds("b1", 1000);
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Other"), 100);
        bench.Vendor.Lists("a1", Member("b1"), new Notice("account", "a2", Marker.AnyTime, null));
        await TellAsync("evt-1");
        Assert.Equal(1, (await bench.HeadAsync(Account("a2")))!.Revision);

        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Renamed"), 200);
        bench.Vendor.Lists("a1", Member("b1"));
        await TellAsync("evt-2");
        Assert.Equal(2, (await bench.HeadAsync(Account("a2")))!.Revision);

        var reads = bench.Vendor.Reads;
        await TellAsync("evt-3");
        // The list, and what is on it.
        Assert.Equal(reads + 2, bench.Vendor.Reads);
    }

    [Fact]
    public async Task What_is_so_by_another_record_is_read_again_once_that_one_has_left_though_nobody_tells_of_it()
    {
        bench.Vendor.Lists("a1");
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Group"), 100, new SourceList("bills", "a1"));
        await bench.TellAsync("evt-a2", NoticeJson("account", "a2", 100));
        await bench.RunAsync();
        Assert.Equal((1, 2), ((await bench.HeadAsync(Account("a2")))!.Revision, bench.Vendor.Reads));

        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Alone"), 100);
        await TellAsync("evt-1");
        Assert.Equal(2, (await bench.HeadAsync(Account("a2")))!.Revision);
    }

    [Fact]
    public async Task What_was_so_by_another_record_that_left_before_it_could_tell_is_taken_in_as_it_is_then()
    {
        bench.Vendor.Lists("a1");
        bench.Vendor.ReadsNextAs(
            new RecordReading.Found(Encoding.UTF8.GetBytes(AccountJson("a2", "Group")), Marker.At(DateTimeOffset.UnixEpoch.AddSeconds(100)))
            {
                SoByList = new SourceList("bills", "a1"),
            }
        );
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Alone"), 100);
        await bench.TellAsync("evt-a2", NoticeJson("account", "a2", 100));
        await bench.RunAsync();

        var head = (await bench.HeadAsync(Account("a2")))!;
        var content = await bench.Store.ContentAsync(head.Id, head.Revision, CancellationToken.None);
        Assert.Contains("Alone", Encoding.UTF8.GetString(content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_gone_is_an_empty_one()
    {
        Holds("b1", 1000);
        bench.Vendor.Lists("a1", Member("b1"));
        await TellAsync("evt-1");
        bench.Vendor.Deletes("bill", "b1", 200);
        bench.Vendor.Loses("bills", "a1");
        await TellAsync("evt-2");

        Assert.Equal(2, (await bench.HeadAsync(Bill("b1")))!.Revision);
    }

    [Fact]
    public async Task A_list_that_is_read_meanwhile_is_read_again_so_that_nothing_old_is_believed_last()
    {
        Holds("b1", 1000);
        bench.Vendor.Lists("a1", Member("b1"));
        bench.Vendor.DuringRead = async () =>
        {
            bench.Vendor.Deletes("bill", "b1", 200);
            bench.Vendor.Lists("a1");
            await TellAsync("evt-2");
        };
        await TellAsync("evt-1");

        Assert.Null(await bench.HeadAsync(Bill("b1")));
        Assert.Equal("its-members-were-taken-in", (await bench.ResultAsync("evt-1")).Rule);
    }

    [Fact]
    public async Task One_record_that_needs_a_person_does_not_keep_the_others_from_being_taken_in()
    {
        bench.Vendor.Holds("bill", "b1", BillJson("b1", "a1", 1000, status: "unheard-of"), 100);
        Holds("b2", 2000);
        bench.Vendor.Lists("a1", Member("b1"), Member("b2"));
        await TellAsync("evt-1");

        Assert.Equal(1, (await bench.HeadAsync(Bill("b2")))!.Revision);
        Assert.Equal("bills a1", Assert.Single(await bench.LettersAsync()).Affected);
    }

    [Fact]
    public async Task What_was_on_the_list_is_kept_until_it_has_been_taken_in()
    {
        Holds("b1", 1000);
        bench.Vendor.Lists("a1", Member("b1"));
        await TellAsync("evt-1");
        bench.Vendor.Lists("a1");
        bench.Vendor.Holds("bill", "b1", BillJson("b1", "a1", 1000, status: "unheard-of"), 200);
        await TellAsync("evt-2");
        bench.Vendor.Deletes("bill", "b1", 300);
        await TellAsync("evt-3");

        Assert.Equal(2, (await bench.HeadAsync(Bill("b1")))!.Revision);
    }

    private static Notice Member(string bill) => new("bill", bill, Marker.AnyTime, null);

    private void Holds(string bill, long cents) => bench.Vendor.Holds("bill", bill, BillJson(bill, "a1", cents), 100);

    private async Task TellAsync(string eventId)
    {
        await bench.TellAsync(eventId, NoticeJson("bills", "a1", 100));
        await bench.RunAsync();
    }
}
