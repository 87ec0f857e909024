using System.Text;
using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Hosting;

public sealed class MetricsTests : IDisposable
{
    private readonly HubBench bench = new();
    private readonly HeardMetrics heard;

    public MetricsTests() => heard = new HeardMetrics(bench);

    public void Dispose()
    {
        heard.Dispose();
        bench.Dispose();
    }

    [Fact]
    public async Task A_webhook_is_counted_by_the_rule_that_decided_about_it()
    {
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        await bench.SendAsync("{}", signature: "forged");
        await bench.SendAsync("{}", system: "nobody");

        Assert.Equal(1, heard.Sum("qtchub.webhooks", "system=shop rule=accepted"));
        Assert.Equal(1, heard.Sum("qtchub.webhooks", "system=shop rule=duplicate"));
        Assert.Equal(1, heard.Sum("qtchub.webhooks", "system=unknown rule=unknown-system"));
        Assert.Equal(4, heard.Sum("qtchub.webhooks"));
    }

    [Fact]
    public async Task A_poll_counts_what_no_webhook_has_told_and_what_one_has()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.AnswersNextPage(new ChangePage([Polled("evt-a1-100", "a1"), Polled("evt-lost", "a2")], null, IsLast: true));

        await bench.Hub.PollAsync("shop", CancellationToken.None);

        Assert.Equal(1, heard.Sum("qtchub.polled", "system=shop result=duplicate"));
        Assert.Equal(1, heard.Sum("qtchub.polled", "system=shop result=accepted"));
    }

    [Fact]
    public async Task A_notice_is_counted_once_by_how_it_ended()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 200);
        await bench.ChangeAccountAsync("a1", "Acme", 300);
        await bench.TellAsync("evt-old", NoticeJson("account", "a1", 100));
        await bench.TellAsync("evt-other", NoticeJson("unicorn", "u1", 100));
        await bench.TellAsync("evt-none");
        await bench.RunAsync();
        var wrong = BillJson("b1", "a1", 1000).Replace("\"total\":1000", "\"total\":1", StringComparison.Ordinal);
        await bench.ChangeBillAsync("b1", wrong, 100);

        Assert.Equal(1, heard.Sum("qtchub.notices", "system=shop result=revised"));
        Assert.Equal(1, heard.Sum("qtchub.notices", "system=shop result=unchanged"));
        Assert.Equal(1, heard.Sum("qtchub.notices", "system=shop result=stale"));
        Assert.Equal(1, heard.Sum("qtchub.notices", "system=shop result=ignored rule=no-route"));
        Assert.Equal(1, heard.Sum("qtchub.notices", "system=shop result=ignored rule=event-type-not-read"));
        Assert.Equal(1, heard.Sum("qtchub.notices", "system=shop result=dead-lettered rule=Invalid"));
        Assert.Equal(6, heard.Sum("qtchub.notices"));
        Assert.Equal(1, heard.Sum("qtchub.dead_letters", "system=shop fault=Invalid"));
    }

    [Fact]
    public async Task Each_notice_of_a_delivery_that_has_many_is_counted_once()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Bcme"), 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100), NoticeJson("account", "a2", 100));
        await bench.RunAsync();

        Assert.Equal(2, heard.Sum("qtchub.notices", "system=shop result=revised"));
        Assert.Equal(2, heard.Sum("qtchub.notices"));
    }

    [Fact]
    public async Task An_effect_is_counted_by_what_came_of_it()
    {
        bench.Vendor.AnswersNext(new Fault.Transient("reset"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        Assert.Equal(1, heard.Sum("qtchub.effects", "system=books outcome=retried"));
        Assert.Equal(1, heard.Sum("qtchub.faults", "system=books fault=Transient disposition=Retry"));

        await bench.ChangeAccountAsync("a1", "Second", 200);
        Assert.Equal(1, heard.Sum("qtchub.effects", "system=books outcome=superseded"));
        Assert.Equal(1, heard.Sum("qtchub.effects", "system=books outcome=applied"));

        bench.Vendor.AnswersNext(new Fault.Ambiguous("cut"), commits: true);
        await bench.ChangeAccountAsync("a1", "Third", 300);
        Assert.Equal(1, heard.Sum("qtchub.effects", "system=books outcome=unknown"));
        Assert.Equal(2, heard.Sum("qtchub.effects", "system=books outcome=applied"));

        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "Fourth", 400);
        Assert.Equal(1, heard.Sum("qtchub.effects", "system=books outcome=dead-lettered"));
        Assert.Equal(1, heard.Sum("qtchub.dead_letters", "system=books fault=Rejected"));

        await bench.Hub.ReleaseAsync(AccountLane("a1"), "mina", "right now", CancellationToken.None);
        Assert.Equal(1, heard.Sum("qtchub.effects", "system=books outcome=released"));
        Assert.Equal(heard.Sum("qtchub.effects"), heard.Of("qtchub.effects").Count);
    }

    [Fact]
    public async Task What_needs_no_write_and_what_waits_is_counted()
    {
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        Assert.Equal(1, heard.Sum("qtchub.effects", "system=books outcome=parked"));

        await bench.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, heard.Sum("qtchub.effects", "system=books outcome=resumed"));

        await bench.ChangeBillAsync("b2", BillJson("b2", "a1", 1000, status: "void"), 200);
        Assert.Equal(1, heard.Sum("qtchub.effects", "system=books outcome=unchanged"));
    }

    [Fact]
    public void Every_step_of_an_effect_has_an_outcome_to_be_counted_under() =>
        Assert.Equal(
            ["applied", "dead-lettered", "held", "parked", "released", "resumed", "retried", "superseded", "taken", "unchanged", "unknown"],
            EffectTransitions.All.Select(step => EffectOutcome.Of($"{step.From}>{step.To}")).Distinct().Order(StringComparer.Ordinal)
        );

    [Fact]
    public async Task The_lag_is_the_time_from_the_delivery_to_its_effect()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));
        bench.Clock.Advance(TimeSpan.FromSeconds(7));
        await bench.RunAsync();

        Assert.Equal([7], heard.Of("qtchub.lag", "system=books"));
    }

    [Fact]
    public async Task What_a_person_has_released_is_not_late()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Clock.Advance(TimeSpan.FromDays(3));
        await bench.Hub.ReleaseAsync(AccountLane("a1"), "mina", "right now", CancellationToken.None);
        await bench.RunAsync();

        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
        Assert.Empty(heard.Of("qtchub.lag"));
    }

    [Fact]
    public async Task What_a_backfill_has_found_is_not_late_and_counts_as_no_finding_of_a_poll()
    {
        bench.Vendor.ListsRecord("account", "a1", AccountJson("a1", "Acme"), 100);
        var request = bench.Hub.ReadBackfill("shop", "BillingAccount", "2026-01-01", "2026-02-01").Value;
        await bench.Hub.BackfillAsync(request, CancellationToken.None);
        await bench.PassAsync(TimeSpan.FromSeconds(7));

        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
        Assert.Empty(heard.Of("qtchub.lag"));
        Assert.Empty(heard.Of("qtchub.polled"));
    }

    [Fact]
    public async Task The_lag_costs_no_read_while_nobody_listens()
    {
        heard.Dispose();
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        var before = bench.Store.Reads;
        await bench.ChangeAccountAsync("a1", "Acme Two", 200);
        var silent = bench.Store.Reads - before;

        using var again = new HeardMetrics(bench);
        before = bench.Store.Reads;
        await bench.ChangeAccountAsync("a1", "Acme Three", 300);

        Assert.Equal(silent + 1, bench.Store.Reads - before);
    }

    [Fact]
    public async Task A_circuit_is_seen_while_it_is_open()
    {
        heard.Observe();
        Assert.Equal([0], heard.Of("qtchub.circuit", "system=books"));
        Assert.Equal([0], heard.Of("qtchub.circuit", "system=shop"));

        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        heard.Observe();
        Assert.Equal([1], heard.Of("qtchub.circuit", "system=books"));

        bench.Vendor.AnswersNext(new Fault.Unauthorized("expired"));
        await bench.PassAsync(TimeSpan.FromSeconds(10));
        heard.Observe();
        Assert.Equal([2], heard.Of("qtchub.circuit", "system=books"));
        Assert.Equal([0], heard.Of("qtchub.circuit", "system=shop"));

        await bench.PassAsync(TimeSpan.FromMinutes(1));
        heard.Observe();
        Assert.Equal([0], heard.Of("qtchub.circuit", "system=books"));
    }

    [Fact]
    public async Task Open_letters_are_told_when_the_head_asks()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.Hub.MeasureAsync(CancellationToken.None);
        await bench.ChangeAccountAsync("a1", "Acme Two", 200);
        await bench.Hub.MeasureAsync(CancellationToken.None);

        Assert.Equal([1, 0], heard.Of("qtchub.dead_letters.open"));
    }

    [Fact]
    public async Task What_a_vendor_says_is_left_of_its_quota_is_told_until_the_quota_begins_anew()
    {
        bench.Vendor.Wire.Headers["RateLimit-Remaining"] = "97";
        bench.Vendor.Wire.Headers["RateLimit-Limit"] = "100";
        bench.Vendor.Wire.Headers["RateLimit-Reset"] = "30";
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        heard.Observe();
        Assert.Equal([97], heard.Of("qtchub.quota.left", "system=books quota=calls"));
        Assert.Equal([100], heard.Of("qtchub.quota.limit", "system=books quota=calls"));

        bench.Vendor.Wire.Headers["RateLimit-Remaining"] = "96";
        await bench.ChangeAccountAsync("a1", "Acme Two", 200);
        heard.Observe();
        Assert.Equal([96], heard.Of("qtchub.quota.left"));

        await bench.PassAsync(TimeSpan.FromSeconds(30));
        heard.Observe();
        Assert.Empty(heard.Of("qtchub.quota.left"));
        Assert.Empty(heard.Of("qtchub.quota.limit"));
    }

    [Fact]
    public async Task A_vendor_that_says_neither_limit_nor_end_is_believed_for_an_hour()
    {
        bench.Vendor.Wire.Headers["X-RateLimit-Remaining"] = "5";
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(59));
        heard.Observe();
        Assert.Equal([5], heard.Of("qtchub.quota.left", "system=books"));
        Assert.Empty(heard.Of("qtchub.quota.limit"));

        await bench.PassAsync(TimeSpan.FromMinutes(1));
        heard.Observe();
        Assert.Empty(heard.Of("qtchub.quota.left"));
    }

    [Fact]
    public async Task Of_a_vendor_that_names_no_quota_nothing_is_measured()
    {
        bench.Vendor.Wire.Headers["X-Request-Id"] = "r-1";
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        heard.Observe();

        Assert.Empty(heard.Of("qtchub.quota.left"));
    }

    [Fact]
    public async Task No_tag_holds_an_id()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a1", "Acme Two", 200);

        Assert.NotEmpty(heard.Tags);
        Assert.DoesNotContain(
            heard.Tags,
            tags => tags.Contains("a1", StringComparison.Ordinal) || tags.Contains("acc_", StringComparison.Ordinal)
        );
    }

    private static PolledDelivery Polled(string eventId, string account) =>
        new(eventId, Encoding.UTF8.GetBytes($$"""{"id":"{{eventId}}","notices":[{{NoticeJson("account", account, 100)}}]}"""));
}
