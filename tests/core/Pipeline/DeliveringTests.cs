using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class DeliveringTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task An_update_goes_to_the_record_that_the_create_made()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a1", "Acme Two", 200);

        Assert.Equal([null, "t-1"], bench.Vendor.Sent.Select(sent => sent.ExternalId));
        Assert.Equal(EffectKey.Of(AccountLane("a1"), isCreate: true, 1, 1), bench.Vendor.Sent[0].Key);
        Assert.Equal(EffectKey.Of(AccountLane("a1"), isCreate: false, 2, 1), bench.Vendor.Sent[1].Key);
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task A_retry_sends_the_same_bytes_under_the_same_key()
    {
        bench.Vendor.AnswersNext(new Fault.Transient("reset before it was sent"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.Equal(EffectState.Due, await bench.StateAsync(AccountLane("a1")));
        await bench.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Equal(bench.Vendor.Sent[0].Key, bench.Vendor.Sent[1].Key);
        Assert.Equal(bench.Sent(0), bench.Sent(1));
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task A_transient_fault_becomes_a_dead_letter_after_the_policys_attempts()
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            bench.Vendor.AnswersNext(new Fault.Transient("reset"));
        }

        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 20);

        Assert.Equal(3, bench.Vendor.Sent.Count);
        var letter = Assert.Single(await bench.LettersAsync());
        Assert.Equal(3, letter.Attempts.Length);
        Assert.Equal(("account a1", false), (letter.Affected, letter.OutcomeUnknown));
    }

    [Fact]
    public async Task Waiting_for_quota_and_for_a_system_uses_no_attempt()
    {
        for (var time = 0; time < 4; time++)
        {
            bench.Vendor.AnswersNext(new Fault.RateLimited(TimeSpan.FromSeconds(2), "slow down"));
            bench.Vendor.AnswersNext(new Fault.Unavailable("maintenance"));
            bench.Vendor.AnswersNext(new Fault.Unauthorized("expired"));
        }

        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(10), steps: 300);

        Assert.Equal(13, bench.Vendor.Sent.Count);
        Assert.Empty(await bench.LettersAsync());
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task A_wait_for_quota_lasts_as_long_as_the_vendor_says_and_leaves_every_attempt()
    {
        for (var time = 0; time < 10; time++)
        {
            bench.Vendor.AnswersNext(new Fault.RateLimited(TimeSpan.FromSeconds(30), "slow down"));
        }

        bench.Vendor.AnswersNext(new Fault.Transient("reset"));
        var told = bench.Clock.GetUtcNow();
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.True((await bench.LaneAsync(AccountLane("a1"))).Current!.Due >= told + TimeSpan.FromSeconds(30));

        await bench.PassAsync(TimeSpan.FromMinutes(10), steps: 60);

        Assert.Empty(await bench.LettersAsync());
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task A_revision_that_is_displaced_as_it_is_taken_is_not_sent()
    {
        var isFirst = true;
        bench.Store.Before = async commit =>
        {
            if (isFirst && commit.Changes.Any(change => change is Change.Replace { Row: { Kind: "lane", State: "InFlight" } }))
            {
                isFirst = false;
                await bench.ChangeAccountAsync("a1", "Second", 200);
            }
        };
        await bench.ChangeAccountAsync("a1", "First", 100);

        Assert.Contains("Second", bench.Sent(0), StringComparison.Ordinal);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task What_goes_back_to_an_earlier_form_after_a_send_in_vain_is_written_all_the_same()
    {
        await bench.ChangeAccountAsync("a1", "First", 100);
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-note", "stored but for its note"), commits: true);
        await bench.ChangeAccountAsync("a1", "Second", 200);
        await bench.ChangeAccountAsync("a1", "First", 300);

        Assert.Contains("First", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_revision_waits_while_a_write_is_under_way_and_goes_when_it_has_ended()
    {
        bench.Vendor.SucceedsNextAfter(() => bench.ChangeAccountAsync("a1", "Second", 200));
        await bench.ChangeAccountAsync("a1", "First", 100);

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Equal((null, "t-1"), (bench.Vendor.Sent[0].ExternalId, bench.Vendor.Sent[1].ExternalId));
        Assert.Contains("Second", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_sent_yet_is_superseded_by_what_is_newer()
    {
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.ChangeAccountAsync("a1", "Second", 200);
        await bench.PassAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([EffectState.Superseded, EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
        Assert.Equal(1, (await bench.Hub.VerifyAsync(CancellationToken.None)).Superseded);
        Assert.NotEqual(bench.Vendor.Sent[0].Key, bench.Vendor.Sent[1].Key);
    }

    [Fact]
    public async Task What_the_target_has_already_is_not_written_again()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Holds("account", "a1", """{"id":"a1","name":"Acme","email":"a@example.com","phone":"1"}""", 200);
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        await bench.RunAsync();

        Assert.Single(bench.Vendor.Sent);
        Assert.Equal([EffectState.Applied, EffectState.Unchanged], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task A_document_that_stands_and_that_its_route_selects_no_more_needs_a_person_until_it_is_selected_again()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, status: "draft"), 200);

        var letter = Assert.Single(await bench.LettersAsync());
        Assert.Equal(("PostedDocumentChanged", 1000L), (letter.Fault.Name, letter.Amount!.Value.MinorUnits));
        Assert.StartsWith("status of a posted document changed", letter.Fault.Detail, StringComparison.Ordinal);
        Assert.Equal(2, bench.Vendor.Sent.Count);

        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 300);
        Assert.Empty(await bench.LettersAsync());
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task A_document_that_never_came_to_stand_may_be_selected_no_more_in_silence()
    {
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, status: "draft"), 200);
        await bench.ChangeAccountAsync("a1", "Acme", 300);

        Assert.Empty(await bench.LettersAsync());
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task An_account_that_its_route_selects_no_more_rests_as_it_is()
    {
        const string Here = "to: [books], gone: inactivate";
        using var some = new HubBench(hub: HubFiles.Hub.Replace(Here, $"{Here}, when: name | one-of(Acme)", StringComparison.Ordinal));
        await some.ChangeAccountAsync("a1", "Acme", 100);
        await some.ChangeAccountAsync("a1", "Another", 200);

        Assert.Empty(await some.LettersAsync());
        Assert.Single(some.Vendor.Sent);
    }

    [Fact]
    public async Task A_changed_posted_document_needs_a_person_and_is_not_written()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 2000), 200);

        var letter = Assert.Single(await bench.LettersAsync());
        Assert.Equal(("PostedDocumentChanged", 2000L), (letter.Fault.Name, letter.Amount!.Value.MinorUnits));
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task A_field_that_may_change_does_change_on_a_posted_document()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, "one"), 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, "two"), 200);

        Assert.Contains("two", bench.Vendor.Target["t-2"].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_letter_about_a_posted_document_is_closed_when_its_source_puts_it_right()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 2000), 200);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 300);

        Assert.Empty(await bench.LettersAsync());
        Assert.Equal(0, (await bench.LaneAsync(BillLane("b1"))).OpenLetters);
    }

    [Fact]
    public async Task What_ended_before_it_was_created_is_never_created()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, status: "void"), 100);

        Assert.Single(bench.Vendor.Sent);
        Assert.Equal([EffectState.Unchanged], await bench.EndedAsync(BillLane("b1")));
    }

    [Fact]
    public async Task A_document_that_ended_after_it_was_created_is_held_for_a_person()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, status: "void"), 200);

        Assert.Equal(EffectState.Held, await bench.StateAsync(BillLane("b1")));
        Assert.Equal(1, (await bench.Hub.VerifyAsync(CancellationToken.None)).Held);
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Held_past_the_wait_limit_becomes_a_dead_letter()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, status: "void"), 200);
        await bench.PassAsync(TimeSpan.FromDays(6));
        Assert.Equal(EffectState.Held, await bench.StateAsync(BillLane("b1")));

        await bench.PassAsync(TimeSpan.FromDays(2));

        Assert.Contains("held too long", Assert.Single(await bench.LettersAsync()).Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_period_that_nobody_opens_in_time_becomes_a_dead_letter()
    {
        bench.Vendor.AnswersNext(new Fault.ClosedPeriod("2026-02", null));
        bench.Vendor.AnswersNext(new Fault.ClosedPeriod("2026-02", null));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.Equal(EffectState.Held, await bench.StateAsync(AccountLane("a1")));

        await bench.PassAsync(TimeSpan.FromDays(8));

        Assert.Equal("ClosedPeriod", Assert.Single(await bench.LettersAsync()).Fault.Name);
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task A_conflict_is_loaded_again_and_goes_as_a_new_generation()
    {
        bench.Vendor.AnswersNext(new Fault.Conflict("edited meanwhile"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal(EffectKey.Of(AccountLane("a1"), isCreate: true, 1, 2), bench.Vendor.Sent[1].Key);
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task One_conflict_costs_no_wait_and_a_record_that_stays_locked_is_asked_for_ever_less_often()
    {
        bench.Vendor.Down = new Fault.Conflict("somebody else is at work on it");
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.Equal(2, bench.Vendor.Sent.Count);

        bench.Vendor.Down = null;
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 30);
        Assert.Equal(3, bench.Vendor.Sent.Count);
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task What_has_to_wait_for_something_at_its_target_uses_no_attempts_and_is_looked_at_ever_less_often()
    {
        bench.Vendor.Down = new Fault.NotYet("billing has not taken it back yet");
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 120);
        var inTheFirstMinute = bench.Vendor.Sent.Count;
        await bench.PassAsync(TimeSpan.FromMinutes(10), steps: 120);

        Assert.InRange(inTheFirstMinute, 6, 16);
        Assert.InRange(bench.Vendor.Sent.Count - inTheFirstMinute, 8, 22);
        Assert.Equal(
            (EffectState.Due, 0),
            ((await bench.StateAsync(AccountLane("a1")))!.Value, (await bench.LaneAsync(AccountLane("a1"))).Current!.Attempts)
        );
        Assert.Empty(await bench.LettersAsync());

        bench.Vendor.Down = null;
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 2);
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task What_has_waited_for_something_at_its_target_for_as_long_as_anything_may_is_a_dead_letter()
    {
        bench.Vendor.Down = new Fault.NotYet("billing has not taken it back yet");
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromDays(6.9), steps: 7);
        Assert.Empty(await bench.LettersAsync());

        await bench.PassAsync(TimeSpan.FromHours(12));

        Assert.Equal("NotYet", Assert.Single(await bench.LettersAsync()).Fault.Name);
    }

    [Fact]
    public async Task A_record_of_the_target_that_is_anothers_already_is_refused()
    {
        var stranger = CanonicalId.Mint(RecordType.BillingAccount, "shop", "account", "stranger");
        await bench.Store.ClaimAsync("books", "customer", "t-1", stranger, CancellationToken.None);
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        var letter = Assert.Single(await bench.LettersAsync());
        Assert.StartsWith("claimed-by-another: ", letter.Fault.Detail, StringComparison.Ordinal);
        Assert.Null((await bench.LaneAsync(AccountLane("a1"))).ExternalId);
    }

    [Fact]
    public async Task A_claim_that_a_dead_process_left_is_adopted()
    {
        await bench.Store.ClaimAsync("shop", "account", "a1", Account("a1"), CancellationToken.None);
        await bench.Store.ClaimAsync("books", "customer", "t-1", Account("a1"), CancellationToken.None);
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal("t-1", (await bench.LaneAsync(AccountLane("a1"))).ExternalId);
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task A_later_success_closes_the_lanes_earlier_letters()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        var letter = Assert.Single(await bench.LettersAsync());
        await bench.ChangeAccountAsync("a1", "Acme Two", 200);

        Assert.Empty(await bench.LettersAsync());
        Assert.Equal("revision 2 was applied", (await bench.Hub.DeadLetterAsync(letter.Id, CancellationToken.None))!.ClosedBy);
    }
}
