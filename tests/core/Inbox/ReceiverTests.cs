using System.Text;
using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using QtcHub.Webhooks;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Inbox;

public sealed class ReceiverTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Duplicate_delivery_is_acknowledged_and_changes_nothing()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        Assert.Equal(ReceiptKind.Accepted, (await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100))).Kind);
        await bench.RunAsync();
        var before = await bench.DeliveryAsync("evt-1");

        Assert.Equal(ReceiptKind.Duplicate, (await bench.TellAsync("evt-1", NoticeJson("account", "a1", 999))).Kind);
        await bench.RunAsync();

        var after = await bench.DeliveryAsync("evt-1");
        Assert.Equal((before.ReceivedAt, before.BodyHash, before.IsDone), (after.ReceivedAt, after.BodyHash, after.IsDone));
        Assert.Equal(1, bench.Vendor.Reads);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task Bodies_without_an_event_id_that_are_alike_in_the_same_instant_are_deliveries_of_their_own_and_each_is_read()
    {
        using var unnamed = new HubBench(namesEvents: false);
        unnamed.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        var first = await unnamed.TellAsync("", NoticeJson("account", "a1", 100));
        await unnamed.RunAsync();
        unnamed.Vendor.Holds("account", "a1", AccountJson("a1", "Acme Two"), 100);
        var second = await unnamed.TellAsync("", NoticeJson("account", "a1", 100));
        await unnamed.RunAsync();

        Assert.Equal([ReceiptKind.Accepted, ReceiptKind.Accepted], [first.Kind, second.Kind]);
        Assert.NotEqual(first.Delivery, second.Delivery);
        Assert.Equal(2, unnamed.Vendor.Reads);
        Assert.Contains("Acme Two", unnamed.Sent(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_receipts_at_the_same_instants_make_the_same_deliveries()
    {
        var runs = new List<IReadOnlyList<DeliveryId?>>();
        for (var run = 0; run < 2; run++)
        {
            using var unnamed = new HubBench(namesEvents: false);
            runs.Add([(await unnamed.TellAsync("")).Delivery, (await unnamed.TellAsync("")).Delivery]);
        }

        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public async Task The_body_is_stored_as_it_came_and_nothing_else_happens_before_the_answer()
    {
        var receipt = await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));

        var body = await bench.Store.ReadAsync(Home.OfDelivery(receipt.Delivery!.Value), Rows.BodyKey, CancellationToken.None);
        Assert.Equal("""{"id":"evt-1","notices":[{"type":"account","id":"a1","at":100}]}""", Encoding.UTF8.GetString(body!.Body.Span));
        Assert.Equal(0, bench.Vendor.Reads);
        Assert.False((await bench.DeliveryAsync("evt-1")).IsDone);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_must_not_be_kept_of_a_body_never_reaches_the_store(bool namesEvents)
    {
        using var session = new HubBench(namesEvents: namesEvents);
        session.Vendor.Keeps = """{"notices":[]}""";
        var receipt = await session.SendAsync("""{"id":"evt-1","session":"s3cret","notices":[]}""");

        var delivery = await session.Store.DeliveryAsync(receipt.Delivery!.Value, CancellationToken.None);
        var body = await session.Store.ReadAsync(Home.OfDelivery(receipt.Delivery!.Value), Rows.BodyKey, CancellationToken.None);
        Assert.Equal("""{"notices":[]}""", Encoding.UTF8.GetString(body!.Body.Span));
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body.Body.Span)),
            delivery!.Value.Value.BodyHash
        );
    }

    [Fact]
    public async Task What_the_vendor_has_to_read_is_in_the_answer_to_what_was_accepted_and_in_no_other()
    {
        Assert.Equal("taken", (await bench.TellAsync("evt-1")).Acknowledgement?.Body);
        Assert.Equal("taken", (await bench.TellAsync("evt-1")).Acknowledgement?.Body);
        Assert.Null((await bench.SendAsync("""{"id":"evt-2","notices":[]}""", signature: "forged")).Acknowledgement);
        Assert.Null((await bench.SendAsync("{")).Acknowledgement);
    }

    [Theory]
    [InlineData("shop", "forged", "application/json", ReceiptKind.Unauthenticated)]
    [InlineData("nobody", "genuine", "application/json", ReceiptKind.UnknownSystem)]
    [InlineData("shop", "genuine", "text/plain", ReceiptKind.UnsupportedType)]
    [InlineData("shop", "genuine", "APPLICATION/JSON; charset=utf-8", ReceiptKind.Accepted)]
    public async Task A_request_is_judged_before_it_is_stored(string system, string signature, string mediaType, ReceiptKind kind)
    {
        var receipt = await bench.SendAsync("""{"id":"evt-1","notices":[]}""", system, signature, mediaType);

        Assert.Equal(kind, receipt.Kind);
        var stored = await bench.Store.ListAsync("delivery", null, null, 10, CancellationToken.None);
        Assert.Equal(kind == ReceiptKind.Accepted ? 1 : 0, stored.Rows.Count);
    }

    [Fact]
    public async Task A_body_without_an_envelope_is_refused()
    {
        Assert.Equal(ReceiptKind.Unreadable, (await bench.SendAsync("{")).Kind);
    }

    [Theory]
    [InlineData("evt\\n1", false)]
    [InlineData("evt 1", false)]
    [InlineData("evt\\u00e9", false)]
    [InlineData("evt\\u202e1", false)]
    [InlineData("evt/1?#~%\\\\", true)]
    public async Task An_event_id_is_visible_ascii(string eventId, bool isFit)
    {
        var receipt = await bench.SendAsync($$"""{"id":"{{eventId}}","notices":[]}""");

        Assert.Equal(isFit ? (ReceiptKind.Accepted, "accepted") : (ReceiptKind.Unreadable, "event-id-unfit"), (receipt.Kind, receipt.Rule));
    }

    [Fact]
    public async Task An_event_id_has_at_most_128_characters()
    {
        var longest = new string('%', 128);

        Assert.Equal(ReceiptKind.Accepted, (await bench.SendAsync($$"""{"id":"{{longest}}","notices":[]}""")).Kind);
        Assert.Equal("event-id-unfit", (await bench.SendAsync($$"""{"id":"{{longest}}%","notices":[]}""")).Rule);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_and_one_at_the_limit_is_not()
    {
        const int limit = 256 * 1024;
        const string envelope = """{"id":"evt-1","notices":[]}""";

        Assert.Equal(ReceiptKind.Accepted, (await bench.SendAsync(envelope.PadRight(limit))).Kind);
        Assert.Equal(ReceiptKind.TooLarge, (await bench.SendAsync(envelope.PadRight(limit + 1))).Kind);
    }

    [Fact]
    public async Task What_a_busy_store_did_not_take_is_not_acknowledged_and_comes_again()
    {
        bench.Store.IsTooBusyFor = _ => true;
        Assert.Equal(ReceiptKind.Busy, (await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100))).Kind);

        bench.Store.IsTooBusyFor = _ => false;
        Assert.Equal(ReceiptKind.Accepted, (await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100))).Kind);
    }

    [Fact]
    public async Task A_poll_finds_what_no_webhook_told_of()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        bench.Vendor.AnswersNextPage(Page("c1", isLast: false, "evt-1"));
        bench.Vendor.AnswersNextPage(Page(null, isLast: true, "evt-1"));

        Assert.True((await bench.Hub.PollAsync("shop", CancellationToken.None)).MoreNow);
        Assert.False((await bench.Hub.PollAsync("shop", CancellationToken.None)).MoreNow);
        await bench.RunAsync();

        Assert.Equal([null, "c1"], bench.Vendor.Cursors);
        Assert.Single(bench.Vendor.Sent);
        Assert.False((await bench.DeliveryAsync("evt-1")).Acknowledged);
    }

    [Fact]
    public async Task A_polled_delivery_counts_as_acknowledged_from_its_first_webhook_on()
    {
        bench.Vendor.AnswersNextPage(Page(null, isLast: true, "evt-1"));
        await bench.Hub.PollAsync("shop", CancellationToken.None);
        Assert.Equal(0, (await bench.Hub.VerifyAsync(CancellationToken.None)).Acknowledged);

        Assert.Equal(ReceiptKind.Duplicate, (await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100))).Kind);

        Assert.Equal(1, (await bench.Hub.VerifyAsync(CancellationToken.None)).Acknowledged);
    }

    [Fact]
    public async Task A_failed_page_is_asked_for_again_with_the_same_cursor()
    {
        bench.Vendor.AnswersNextPage(Page("c1", isLast: false));
        bench.Vendor.AnswersNextPage(new Fault.Transient("reset"));
        await bench.Hub.PollAsync("shop", CancellationToken.None);
        Assert.IsType<Fault.Transient>((await bench.Hub.PollAsync("shop", CancellationToken.None)).Fault);
        await bench.Hub.PollAsync("shop", CancellationToken.None);

        Assert.Equal([null, "c1", "c1"], bench.Vendor.Cursors);
    }

    [Fact]
    public async Task The_cursor_moves_only_after_the_page_is_stored()
    {
        bench.Vendor.AnswersNextPage(Page("c1", isLast: false, "evt-1"));
        bench.Store.Before = commit =>
            commit.Home.Value.StartsWith("delivery|", StringComparison.Ordinal)
                ? throw new StoreFailedException("the disk is full")
                : Task.CompletedTask;
        await Assert.ThrowsAsync<StoreFailedException>(() => bench.Hub.PollAsync("shop", CancellationToken.None));
        bench.Store.Before = null;
        bench.Restart();
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        await bench.Hub.PollAsync("shop", CancellationToken.None);

        Assert.Equal([null, null], bench.Vendor.Cursors);
    }

    [Fact]
    public async Task A_change_that_the_vendor_lists_late_is_in_the_next_rounds_window()
    {
        await bench.Hub.PollAsync("shop", CancellationToken.None);
        bench.Clock.Advance(TimeSpan.FromHours(1));
        await bench.Hub.PollAsync("shop", CancellationToken.None);

        Assert.Equal(bench.Vendor.Windows[0].Until - TimeSpan.FromMinutes(5), bench.Vendor.Windows[1].From);
    }

    [Fact]
    public async Task Two_instances_do_not_poll_one_system_at_once()
    {
        bench.Vendor.AnswersNextPage(Page("c1", isLast: false, "evt-1"));
        PollResult(await PollDuringPollAsync());

        Assert.Single(bench.Vendor.Cursors);

        static void PollResult(QtcHub.Inbox.PollResult result) => Assert.False(result.MoreNow);
    }

    private async Task<QtcHub.Inbox.PollResult> PollDuringPollAsync()
    {
        QtcHub.Inbox.PollResult? second = null;
        bench.Store.Before = async commit =>
        {
            if (second is null && commit.Home.Value.StartsWith("delivery|", StringComparison.Ordinal))
            {
                bench.Store.Before = null;
                second = await bench.Hub.PollAsync("shop", CancellationToken.None);
            }
        };
        await bench.Hub.PollAsync("shop", CancellationToken.None);
        return second!;
    }

    private static ChangePage Page(string? cursor, bool isLast, params string[] events) =>
        new(
            [
                .. events.Select(id => new PolledDelivery(
                    id,
                    Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","notices":[{"type":"account","id":"a1","at":100}]}""")
                )),
            ],
            cursor,
            isLast
        );
}
