using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>What becomes of writes whose answer was lost, by what the target promises.</summary>
public sealed class LostAnswerTests
{
    private static readonly Fault Lost = new Fault.Ambiguous("the connection was cut");

    [Fact]
    public async Task Upsert_a_write_that_was_carried_out_is_found_by_reading_back_and_not_sent_again()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.AnswersNext(Lost, commits: true);
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Single(bench.Vendor.Sent);
        Assert.Equal(1, bench.Vendor.Finds);
        Assert.Equal("t-1", (await bench.LaneAsync(AccountLane("a1"))).ExternalId);
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task Upsert_absence_proves_nothing_while_the_vendor_may_still_be_working()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.AnswersNext(Lost);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromSeconds(44), steps: 11);
        Assert.Single(bench.Vendor.Sent);
        Assert.Equal(EffectState.Unknown, await bench.StateAsync(AccountLane("a1")));

        await bench.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Equal((bench.Vendor.Sent[0].Key, bench.Sent(0)), (bench.Vendor.Sent[1].Key, bench.Sent(1)));
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task Upsert_absence_proves_nothing_where_the_look_began_while_the_vendor_may_still_have_been_working()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.AnswersNext(Lost);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromSeconds(41), steps: 10);
        bench.Vendor.AfterFind = () =>
        {
            bench.Vendor.Target["t-9"] = new TargetRecord(Account("a1").Value, bench.Sent(0));
            bench.Clock.Advance(TimeSpan.FromSeconds(8));
        };
        await bench.PassAsync(TimeSpan.FromSeconds(3));
        await bench.PassAsync(TimeSpan.FromSeconds(6), steps: 2);

        Assert.Null(bench.Vendor.AfterFind);
        Assert.Single(bench.Vendor.Sent);
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task Upsert_a_record_that_is_found_half_done_is_claimed_before_it_is_written_to()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.AnswersNext(Lost);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Target["t-9"] = new TargetRecord(Account("a1").Value, """{"number":"a1"}""");
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 10);

        Assert.Equal("t-9", (await bench.LaneAsync(AccountLane("a1"))).ExternalId);
        Assert.Equal(Account("a1"), await bench.Store.ClaimedAsync("books", "customer", "t-9", CancellationToken.None));
        Assert.Contains("Acme", bench.Vendor.Target["t-9"].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_one_lost_answer_costs_no_wait_and_a_vendor_that_goes_on_losing_them_is_asked_ever_less_often()
    {
        using var bench = new HubBench(TargetPromise.Key);
        bench.Vendor.Down = Lost;
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.Equal(2, bench.Vendor.Sent.Count);

        await bench.PassAsync(TimeSpan.FromHours(1), steps: 120);
        Assert.InRange(bench.Vendor.Sent.Count, 40, 120);
        Assert.Single(bench.Vendor.Sent.Select(sent => sent.Key).Distinct());

        bench.Vendor.Down = null;
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 4);
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task A_posted_document_whose_create_was_never_confirmed_does_not_change_either()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.AnswersNext(Lost);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        bench.Vendor.Target["t-9"] = new TargetRecord(Bill("b1").Value, """{"number":"b1"}""");
        bench.Vendor.AnswersNext(new Fault.Transient("never left the house"));
        await bench.PassAsync(TimeSpan.FromSeconds(48), steps: 12);
        Assert.Equal(
            (EffectState.Due, "t-9"),
            (await bench.StateAsync(BillLane("b1")), (await bench.LaneAsync(BillLane("b1"))).ExternalId)
        );

        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 2000), 200);
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 10);

        Assert.Equal("PostedDocumentChanged", Assert.Single(await bench.LettersAsync()).Fault.Name);
        Assert.Equal("""{"number":"b1"}""", bench.Vendor.Target["t-9"].Body);
    }

    [Fact]
    public async Task Upsert_a_record_that_is_found_but_anothers_is_not_written_to()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.AnswersNext(Lost);
        await bench.Store.ClaimAsync("books", "customer", "t-9", Account("stranger"), CancellationToken.None);
        bench.Vendor.Target["t-9"] = new TargetRecord(Account("a1").Value, """{"number":"a1"}""");
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 10);

        Assert.Single(bench.Vendor.Sent);
        Assert.StartsWith("claimed-by-another", Assert.Single(await bench.LettersAsync()).Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upsert_a_newer_revision_waits_until_the_outcome_is_known()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.AnswersNext(Lost);
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.ChangeAccountAsync("a1", "Second", 200);
        Assert.Single(bench.Vendor.Sent);

        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 20);

        Assert.Contains("Second", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_live_key_sends_the_same_bytes_again_under_the_same_key_and_makes_one_record()
    {
        using var bench = new HubBench(TargetPromise.Key);
        bench.Vendor.AnswersNext(Lost, commits: true);
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Equal((bench.Vendor.Sent[0].Key, bench.Sent(0)), (bench.Vendor.Sent[1].Key, bench.Sent(1)));
        Assert.Equal(0, bench.Vendor.Finds);
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task A_newer_revision_does_not_overtake_a_lost_create_that_is_sent_again_under_its_key()
    {
        using var bench = new HubBench(TargetPromise.Key);
        bench.Vendor.AnswersNext(Lost, commits: true, () => bench.ChangeAccountAsync("a1", "Second", 200));
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 10);

        Assert.Contains("Second", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
        Assert.Equal([null, null, "t-1"], bench.Vendor.Sent.Select(sent => sent.ExternalId));
    }

    [Fact]
    public async Task A_key_of_creates_alone_does_not_have_a_lost_change_said_again_while_it_may_yet_be_carried_out()
    {
        using var bench = new HubBench(new TargetPromise(Idempotency.KeyHeaderOnCreate, TimeSpan.FromHours(24), Lookup: true));
        bench.Vendor.AnswersNext(Lost, commits: true);
        await bench.ChangeAccountAsync("a1", "First", 100);
        Assert.Equal(2, bench.Vendor.Sent.Count);

        bench.Vendor.AnswersNext(Lost);
        await bench.ChangeAccountAsync("a1", "Second", 200);
        await bench.ChangeAccountAsync("a1", "Third", 300);
        await bench.PassAsync(TimeSpan.FromSeconds(41), steps: 10);
        Assert.Equal(3, bench.Vendor.Sent.Count);

        bench.Vendor.Target["t-1"] = bench.Vendor.Target["t-1"] with { Body = bench.Sent(2) };
        await bench.PassAsync(TimeSpan.FromSeconds(6), steps: 2);

        Assert.Equal(4, bench.Vendor.Sent.Count);
        Assert.Contains("Third", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Past_its_life_a_key_counts_as_none_and_a_person_settles()
    {
        using var bench = new HubBench(TargetPromise.Key);
        bench.Vendor.AnswersNext(Lost, commits: true);
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.Equal(2, bench.Vendor.Sent.Count);
        bench.Vendor.KnowsKeys = false;
        await bench.PassAsync(TimeSpan.FromHours(25));

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.True(Assert.Single(await bench.LettersAsync()).OutcomeUnknown);
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task A_lost_write_whose_retries_never_leave_the_house_keeps_its_lane_as_a_dead_letter()
    {
        using var bench = new HubBench(TargetPromise.Key);
        bench.Vendor.AnswersNext(Lost, commits: true);
        bench.Vendor.AnswersNext(new Fault.Transient("not sent"));
        bench.Vendor.AnswersNext(new Fault.Transient("not sent"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(5), steps: 20);
        await bench.ChangeAccountAsync("a1", "Second", 200);

        Assert.True(Assert.Single(await bench.LettersAsync()).OutcomeUnknown);
        Assert.Equal(3, bench.Vendor.Sent.Count);
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task A_refusal_under_a_live_key_says_nothing_of_a_lost_write_before_it_which_is_not_made_a_second_time()
    {
        using var bench = new HubBench(TargetPromise.Key);
        bench.Vendor.AnswersNext(Lost, commits: true);
        bench.Vendor.AnswersNext(new Fault.Rejected("forbidden", "no permission"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        Assert.True(Assert.Single(await bench.LettersAsync()).OutcomeUnknown);
        await bench.ChangeAccountAsync("a1", "Second", 200);
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, bench.Vendor.Sent.Count);

        Assert.True(await bench.Hub.ReleaseAsync(AccountLane("a1"), "ann", "permitted again", CancellationToken.None));
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 10);

        Assert.Empty(await bench.LettersAsync());
        Assert.Contains("Second", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_under_the_key_of_a_lost_write_is_looked_up_where_it_can_be_before_another_key_is_used()
    {
        using var bench = new HubBench(new TargetPromise(Idempotency.KeyHeader, TimeSpan.FromHours(24), Lookup: true));
        bench.Vendor.AnswersNext(Lost, commits: true);
        bench.Vendor.AnswersNext(new Fault.Conflict("broke down, and nothing was found"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 20);

        Assert.Single(bench.Vendor.Target);
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
        Assert.Single(bench.Vendor.Sent.Select(sent => sent.Key).Distinct());
    }

    [Fact]
    public async Task What_was_lost_and_is_refused_again_once_it_cannot_be_at_work_any_more_is_refused()
    {
        using var bench = new HubBench(new TargetPromise(Idempotency.KeyHeader, TimeSpan.FromHours(24), Lookup: true));
        bench.Vendor.AnswersNext(Lost);
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        Assert.Empty(await bench.LettersAsync());
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 20);

        Assert.False(Assert.Single(await bench.LettersAsync()).OutcomeUnknown);
        await bench.ChangeAccountAsync("a1", "Second", 200);
        Assert.Contains("Second", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_key_or_lookup_a_person_settles_and_the_letter_keeps_its_lane()
    {
        using var bench = new HubBench(TargetPromise.Nothing);
        bench.Vendor.AnswersNext(Lost);
        await bench.ChangeAccountAsync("a1", "First", 100);
        Assert.True(Assert.Single(await bench.LettersAsync()).OutcomeUnknown);

        await bench.ChangeAccountAsync("a1", "Second", 200);
        await bench.PassAsync(TimeSpan.FromDays(8), steps: 8);

        Assert.Single(bench.Vendor.Sent);
        Assert.Equal(
            (EffectState.DeadLettered, 2),
            (await bench.StateAsync(AccountLane("a1")), (await bench.LaneAsync(AccountLane("a1"))).WantedRevision)
        );
    }

    [Fact]
    public async Task A_person_who_releases_an_unknown_letter_has_the_same_request_sent_and_then_the_newer_revision()
    {
        using var bench = new HubBench(TargetPromise.Nothing);
        bench.Vendor.AnswersNext(Lost);
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.ChangeAccountAsync("a1", "Second", 200);

        Assert.True(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "not in the books", CancellationToken.None));
        await bench.RunAsync();

        Assert.Equal((bench.Vendor.Sent[0].Key, bench.Sent(0)), (bench.Vendor.Sent[1].Key, bench.Sent(1)));
        Assert.Equal([null, null, "t-1"], bench.Vendor.Sent.Select(sent => sent.ExternalId));
        Assert.Contains("Second", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task A_released_request_whose_answer_is_lost_once_more_needs_a_person_once_more()
    {
        using var bench = new HubBench(TargetPromise.Nothing);
        bench.Vendor.AnswersNext(Lost);
        bench.Vendor.AnswersNext(Lost);
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "not in the books", CancellationToken.None);
        await bench.RunAsync();

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Equal(EffectState.DeadLettered, await bench.StateAsync(AccountLane("a1")));
        Assert.Null(Assert.Single(await bench.LettersAsync()).ClosedBy);
        Assert.Equal(1, (await bench.LaneAsync(AccountLane("a1"))).OpenLetters);
    }

    [Fact]
    public async Task An_expired_lease_goes_to_unknown_and_never_to_due()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.SucceedsNextAfter(() => throw new InvalidOperationException("the process is killed"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.ChangeAccountAsync("a1", "Acme", 100));
        bench.Restart();
        Assert.Equal(EffectState.InFlight, await bench.StateAsync(AccountLane("a1")));

        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 4);

        Assert.Single(bench.Vendor.Sent);
        Assert.Single(bench.Vendor.Target);
        var steps = (await bench.Hub.TraceAsync(Account("a1").Value, CancellationToken.None))!
            .Records[0]
            .Audit.SelectMany(entry => entry.States);
        Assert.Equal(["Due>InFlight", "InFlight>Unknown", "Unknown>Applied"], steps);
    }

    [Fact]
    public async Task A_call_whose_work_is_gone_from_the_queue_is_settled_by_the_sweep()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.SucceedsNextAfter(() => throw new InvalidOperationException("the process is killed"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.ChangeAccountAsync("a1", "Acme", 100));
        bench.Restart();
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await bench.LoseWorkAsync("to-books");

        await bench.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task A_late_outcome_under_an_old_fence_changes_nothing()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Vendor.AnswersNext(
            new Fault.Rejected("late", "this answer comes after the lease"),
            commits: true,
            async () =>
            {
                // The first worker stands still until its lease is over and another has settled what it did.
                await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 4);
            }
        );
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Empty(await bench.LettersAsync());
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task An_outcome_of_an_earlier_taking_does_not_end_a_later_one()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        var second = new TaskCompletionSource();
        var others = Task.CompletedTask;
        bench.Vendor.AnswersNext(
            new Fault.Rejected("late", "this answer comes while another worker's call is under way"),
            commits: false,
            () =>
            {
                others = bench.PassAsync(TimeSpan.FromMinutes(2), steps: 4);
                return Task.CompletedTask;
            }
        );
        bench.Vendor.SucceedsNextAfter(() => second.Task);
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal(EffectState.InFlight, await bench.StateAsync(AccountLane("a1")));

        second.SetResult();
        await others;

        Assert.Empty(await bench.LettersAsync());
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task Every_call_of_a_write_has_to_be_sent_before_its_lease_ends_and_a_later_attempt_has_a_lease_of_its_own()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        var first = bench.Clock.GetUtcNow();
        bench.Vendor.AnswersNext(new Fault.Transient("never left the house"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 60);

        // The system's time for a call, and a second over.
        var bound = first + TimeSpan.FromSeconds(11);
        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Equal(bound, bench.Vendor.Sent[0].SendBefore);
        Assert.True(bench.Vendor.Sent[1].SendBefore > bound);
    }

    [Fact]
    public async Task A_worker_that_stood_still_after_taking_a_lane_does_not_send()
    {
        using var bench = new HubBench(TargetPromise.Upsert);
        bench.Store.After = commit =>
        {
            if (commit.Changes.Any(change => change is Change.Replace { Row: { Kind: "lane", State: "InFlight" } }))
            {
                bench.Clock.Advance(TimeSpan.FromSeconds(5));
            }

            return Task.CompletedTask;
        };
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Empty(bench.Vendor.Sent);
        Assert.Equal(EffectState.InFlight, await bench.StateAsync(AccountLane("a1")));
    }
}
