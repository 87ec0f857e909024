using QtcHub.Connectors;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class IntakeTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_change_at_the_source_reaches_the_target_of_a_kind_that_only_these_tests_know()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal(
            """{"number":"a1","name":"Acme","email":"a@example.com","inactive":false}""",
            Assert.Single(bench.Vendor.Target).Value.Body
        );
        Assert.Equal(new NoticeResult(NoticeResultKind.Revised, Account("a1"), 1, null), await bench.ResultAsync("evt-a1-100"));
    }

    [Fact]
    public async Task A_delivery_of_more_notices_than_a_commit_has_room_for_is_taken_in_whole()
    {
        string[] notices = [.. Enumerable.Range(1, (2 * Commit.MaxChanges) + 1).Select(number => $"a{number}")];
        foreach (var id in notices)
        {
            bench.Vendor.Holds("account", id, AccountJson(id, "Acme"), 100);
        }

        await bench.TellAsync("evt-1", [.. notices.Select(id => NoticeJson("account", id, 100))]);
        await bench.RunAsync();

        Assert.Equal(notices.Length, bench.Vendor.Target.Count);
        Assert.True((await bench.DeliveryAsync("evt-1")).IsDone);
    }

    [Fact]
    public async Task A_record_that_is_known_in_this_form_is_unchanged_and_not_written_again()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a1", "Acme", 200);

        Assert.Equal(NoticeResultKind.Unchanged, (await bench.ResultAsync("evt-a1-200")).Kind);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task A_change_of_no_mapped_field_is_ignored_by_name()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Holds("account", "a1", """{"id":"a1","name":"Acme","email":"a@example.com","colour":"red"}""", 200);
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        await bench.RunAsync();

        Assert.Equal(
            (NoticeResultKind.Ignored, "no-mapped-field-changed"),
            ((await bench.ResultAsync("evt-2")).Kind, (await bench.ResultAsync("evt-2")).Rule)
        );
        Assert.Equal(1, (await bench.HeadAsync(Account("a1")))!.Revision);
    }

    [Fact]
    public async Task A_stale_notice_is_acknowledged_and_not_read()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 200);
        var reads = bench.Vendor.Reads;
        await bench.TellAsync("evt-old", NoticeJson("account", "a1", 100, AccountJson("a1", "Old name")));
        await bench.RunAsync();

        Assert.Equal(NoticeResultKind.Stale, (await bench.ResultAsync("evt-old")).Kind);
        Assert.Equal(reads, bench.Vendor.Reads);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task A_notice_that_carries_a_newer_record_needs_no_read()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        var reads = bench.Vendor.Reads;
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200, AccountJson("a1", "Acme Two")));
        await bench.RunAsync();

        Assert.Equal(reads, bench.Vendor.Reads);
        Assert.Contains("Acme Two", bench.Sent(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notice_of_the_same_instant_is_read_rather_than_believed()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 100, AccountJson("a1", "Not true")));
        await bench.RunAsync();

        Assert.Equal(NoticeResultKind.Unchanged, (await bench.ResultAsync("evt-2")).Kind);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task A_read_counts_only_if_the_head_is_the_same_at_commit_as_before_the_read_began()
    {
        await bench.ChangeAccountAsync("a1", "First", 100);
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Second"), 200);
        bench.Vendor.DuringRead = async () =>
        {
            // While the second state is on its way here, the third is taken in by another worker.
            bench.Vendor.Holds("account", "a1", AccountJson("a1", "Third"), 300);
            await bench.TellAsync("evt-3", NoticeJson("account", "a1", 300));
            await bench.RunAsync();
        };
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        await bench.RunAsync();

        Assert.Equal(2, (await bench.HeadAsync(Account("a1")))!.Revision);
        Assert.Contains("Third", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(
            bench.Vendor.Sent,
            sent => System.Text.Encoding.UTF8.GetString(sent.Body.Span).Contains("Second", StringComparison.Ordinal)
        );
        Assert.Equal(NoticeResultKind.Stale, (await bench.ResultAsync("evt-2")).Kind);
    }

    [Fact]
    public async Task A_read_that_found_nothing_new_does_not_take_back_what_was_taken_in_during_it()
    {
        await bench.ChangeAccountAsync("a1", "First", 100);
        bench.Vendor.Holds("account", "a1", """{"id":"a1","name":"First","email":"a@example.com","colour":"red"}""", 200);
        bench.Vendor.DuringRead = () => bench.ChangeAccountAsync("a1", "Second", 300);
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        await bench.RunAsync();

        Assert.Equal(2, (await bench.HeadAsync(Account("a1")))!.Revision);
        Assert.Equal(NoticeResultKind.Stale, (await bench.ResultAsync("evt-2")).Kind);
    }

    [Fact]
    public async Task An_event_from_before_the_record_was_last_seen_unchanged_is_stale()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a1", "Acme", 300);
        await bench.TellAsync("evt-between", NoticeJson("account", "a1", 200, AccountJson("a1", "Taken back since")));
        await bench.RunAsync();

        Assert.Equal(NoticeResultKind.Stale, (await bench.ResultAsync("evt-between")).Kind);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task A_lane_that_moves_during_a_read_does_not_make_the_read_worthless()
    {
        await bench.ChangeAccountAsync("a1", "First", 100);
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Second"), 200);
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        var reads = bench.Vendor.Reads;
        await bench.RunAsync();
        Assert.Equal(reads + 1, bench.Vendor.Reads);

        await bench.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Contains("Second", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_answers_with_an_older_state_than_it_told_of_is_asked_again()
    {
        await bench.ChangeAccountAsync("a1", "Newest", 300);
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Older"), 100);
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 400));
        await bench.RunAsync();
        Assert.False((await bench.DeliveryAsync("evt-2")).IsDone);

        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Newer still"), 400);
        await bench.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(2, (await bench.ResultAsync("evt-2")).Revision);
    }

    [Fact]
    public async Task A_deletion_inactivates_where_the_route_says_so_and_deletes_nothing()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Deletes("account", "a1", 200);
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        await bench.RunAsync();

        Assert.Equal(
            """{"number":"a1","name":"Acme","email":"a@example.com","inactive":true}""",
            Assert.Single(bench.Vendor.Target).Value.Body
        );
        Assert.True((await bench.HeadAsync(Account("a1")))!.Source("shop")!.IsGone);
    }

    [Fact]
    public async Task One_404_does_not_make_a_record_gone()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Loses("account", "a1");
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        await bench.RunAsync();
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Single(bench.Vendor.Sent);
        Assert.Null((await bench.HeadAsync(Account("a1")))!.Source("shop")!.MissingSince);
        Assert.True((await bench.DeliveryAsync("evt-2")).IsDone);
    }

    [Fact]
    public async Task Two_404s_count_as_gone_only_when_they_are_apart()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Loses("account", "a1");
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        await bench.TellAsync("evt-3", NoticeJson("account", "a1", 201));
        await bench.RunAsync();
        Assert.Single(bench.Vendor.Sent);

        await bench.PassAsync(TimeSpan.FromSeconds(59));
        Assert.Single(bench.Vendor.Sent);

        await bench.PassAsync(TimeSpan.FromSeconds(61));

        Assert.Contains("\"inactive\":true", bench.Sent(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_was_never_found_is_ignored_by_name_after_a_second_look()
    {
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.RunAsync();
        Assert.False((await bench.DeliveryAsync("evt-1")).IsDone);
        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("not-found-at-source", (await bench.ResultAsync("evt-1")).Rule);
        Assert.Null(await bench.HeadAsync(Account("a1")));
    }

    [Fact]
    public async Task What_was_deleted_before_it_was_known_is_not_created_by_an_older_event_that_carries_it()
    {
        bench.Vendor.Deletes("account", "a1", 200);
        await bench.TellAsync("evt-deleted", NoticeJson("account", "a1", 200));
        await bench.RunAsync();
        await bench.TellAsync("evt-created", NoticeJson("account", "a1", 100, AccountJson("a1", "Acme")));
        await bench.RunAsync();

        Assert.Equal("deleted-before-it-was-known", (await bench.ResultAsync("evt-deleted")).Rule);
        Assert.Equal(NoticeResultKind.Stale, (await bench.ResultAsync("evt-created")).Kind);
        Assert.Empty(bench.Vendor.Sent);
    }

    [Fact]
    public async Task A_type_that_no_route_takes_is_ignored_by_name()
    {
        await bench.TellAsync("evt-1", NoticeJson("coupon", "c1", 100));
        await bench.RunAsync();

        Assert.Equal("no-route", (await bench.ResultAsync("evt-1")).Rule);
    }

    [Fact]
    public async Task A_record_that_the_route_does_not_select_gets_no_lane()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, status: "draft"), 100);

        Assert.Empty(await bench.Store.LanesAsync(Bill("b1"), CancellationToken.None));
        Assert.Equal(1, (await bench.Hub.VerifyAsync(CancellationToken.None)).Ignored);
    }

    [Fact]
    public async Task A_reference_that_is_not_known_is_fetched_from_its_source_first()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 50);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);

        Assert.Equal(
            ["customer", "entry"],
            bench.Vendor.Sent.Select(sent => sent.Type == QtcHub.Canonical.RecordType.Invoice ? "entry" : "customer")
        );
        Assert.Equal("""{"customer":"t-1","number":"b1","total":10.00,"memo":"m","void":false}""", bench.Sent(1));
    }

    [Fact]
    public async Task A_record_that_breaks_its_own_rules_becomes_a_dead_letter_of_its_delivery()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        var wrong = BillJson("b1", "a1", 1000).Replace("\"total\":1000", "\"total\":1001", StringComparison.Ordinal);
        await bench.ChangeBillAsync("b1", wrong, 100);

        var letter = Assert.Single(await bench.LettersAsync());
        Assert.Equal(("Invalid", "total: net of lines + tax = total"), (letter.Fault.Name, letter.Fault.Detail));
        Assert.Equal("bill b1", letter.Affected);
        Assert.Equal(NoticeResultKind.DeadLettered, (await bench.ResultAsync("evt-b1-100")).Kind);
    }

    [Fact]
    public async Task A_source_that_stays_down_for_a_read_becomes_a_dead_letter_after_the_attempts()
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            bench.Vendor.ReadsNextAs(new Fault.Transient("reset"));
        }

        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 12);

        Assert.Equal("Transient", Assert.Single(await bench.LettersAsync()).Fault.Name);
        Assert.Equal(3, bench.Vendor.Reads);
    }

    [Fact]
    public async Task A_source_that_answers_again_in_time_leaves_no_letter()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        bench.Vendor.ReadsNextAs(new Fault.Transient("reset"));
        bench.Vendor.ReadsNextAs(new Fault.Unauthorized("expired"));
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 12);

        Assert.Empty(await bench.LettersAsync());
        Assert.Single(bench.Vendor.Target);
        Assert.Null((await bench.DeliveryAsync("evt-1")).Fault);
    }
}
