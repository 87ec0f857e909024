using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Hosting;

[Collection(SpansAlone.Name)]
public sealed class TracingTests : IDisposable
{
    private const string First = "delivery:shop:evt-a1-100";
    private readonly HubBench bench = new();
    private readonly HeardSpans heard = new();

    public void Dispose()
    {
        heard.Dispose();
        bench.Dispose();
    }

    [Fact]
    public async Task One_trace_leads_from_a_delivery_to_its_effect_whatever_process_takes_the_steps()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        await bench.TellAsync("evt-a1-100", NoticeJson("account", "a1", 100));
        bench.Restart();
        await bench.Hub.ProcessAsync(await bench.TakeAsync("from-shop"), CancellationToken.None);
        bench.Restart();
        bench.Vendor.AnswersNext(new Fault.Transient("reset"));
        await bench.RunAsync();
        bench.Restart();
        await bench.PassAsync(TimeSpan.FromSeconds(30));

        string[] expected = ["receive shop", "intake shop", "read shop", "deliver books", "write books", "deliver books", "write books"];
        Assert.Equal(expected, heard.Names);
        var context = HubTracing.ContextOf(First);
        Assert.All(heard.All, span => Assert.Equal(context.TraceId, span.TraceId));
        Assert.All(
            heard.All.Where(span => span.Kind != ActivityKind.Client),
            span => Assert.Equal((context.SpanId, true), (span.ParentSpanId, span.HasRemoteParent))
        );
        Assert.Equal(heard.One("intake shop").SpanId, heard.One("read shop").ParentSpanId);
        Assert.Equal(
            heard.All.Where(span => span.DisplayName == "deliver books").Select(span => span.SpanId),
            heard.All.Where(span => span.DisplayName == "write books").Select(span => span.ParentSpanId)
        );
    }

    [Fact]
    public void The_trace_of_a_delivery_is_the_hash_of_its_name()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(First)));
        var context = HubTracing.ContextOf(new DeliveryId("shop", "evt-a1-100").AsOrigin());

        Assert.Equal((hash[..32], hash[32..48]), (context.TraceId.ToHexString(), context.SpanId.ToHexString()));
    }

    [Fact]
    public async Task Spans_name_what_they_did_and_tell_no_content()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a1", "Acme Two", 200);

        var deliver = heard.All.First(span => span.DisplayName == "deliver books");
        Assert.Equal(
            ("shop:evt-a1-100", "books", "deliver", "process"),
            (
                deliver.GetTagItem("messaging.message.id"),
                deliver.GetTagItem("messaging.destination.name"),
                deliver.GetTagItem("messaging.operation.name"),
                deliver.GetTagItem("messaging.operation.type")
            )
        );
        Assert.Equal(
            (Account("a1").Value, "BillingAccount", "customer", 1, "applied"),
            (
                deliver.GetTagItem("qtchub.record"),
                deliver.GetTagItem("qtchub.record.type"),
                deliver.GetTagItem("qtchub.part"),
                deliver.GetTagItem("qtchub.revision"),
                deliver.GetTagItem("qtchub.outcome")
            )
        );
        Assert.Equal(["revised", "revised"], Outcomes("intake shop"));
        Assert.Equal(["accepted", "accepted"], Outcomes("receive shop"));
        var told = string.Join('\n', heard.All.SelectMany(span => span.TagObjects).Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.DoesNotContain("Acme", told, StringComparison.Ordinal);
        Assert.DoesNotContain("example.com", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duplicate_is_told_in_the_trace_of_the_delivery_it_repeats()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.TellAsync("evt-a1-100", NoticeJson("account", "a1", 100));

        Assert.Equal(["accepted", "duplicate"], Outcomes("receive shop"));
        Assert.Single(heard.All.Select(span => span.TraceId).Distinct());
    }

    [Fact]
    public async Task A_webhook_that_is_refused_begins_no_trace()
    {
        await bench.SendAsync("""{"id":"evt-1","notices":[]}""", signature: "forged");

        Assert.Empty(heard.All);
    }

    [Fact]
    public async Task A_receipt_that_the_store_is_too_busy_for_is_an_error()
    {
        bench.Store.IsTooBusyFor = _ => true;
        await bench.TellAsync("evt-1", NoticeJson("account", "a1", 100));

        Assert.Equal((ActivityStatusCode.Error, "busy"), Failure("receive shop"));
    }

    [Fact]
    public async Task Each_effect_is_told_in_the_trace_of_its_own_delivery()
    {
        bench.Vendor.AnswersNext(new Fault.Transient("reset"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.ChangeAccountAsync("a1", "Second", 200);

        var first = HubTracing.ContextOf(First).TraceId;
        var second = HubTracing.ContextOf("delivery:shop:evt-a1-200").TraceId;
        Assert.Equal([first, second], heard.All.Where(span => span.DisplayName == "deliver books").Select(span => span.TraceId));
        Assert.Equal(["retried", "applied"], Outcomes("deliver books"));
        var end = heard.One("supersede books");
        Assert.Equal((first, "superseded", 1), (end.TraceId, end.GetTagItem("qtchub.outcome"), end.GetTagItem("qtchub.revision")));
        Assert.Equal(second, Assert.Single(end.Links).Context.TraceId);
    }

    [Fact]
    public async Task The_span_of_a_dead_letter_is_an_error_and_that_of_a_retry_is_not()
    {
        bench.Vendor.AnswersNext(new Fault.Transient("reset"));
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name as Acme"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromSeconds(30));

        var steps = heard.All.Where(span => span.DisplayName == "deliver books").ToList();
        Assert.Equal(["retried", "dead-lettered"], Outcomes("deliver books"));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], steps.Select(span => span.Status));
        Assert.Equal(["Transient", "Rejected"], steps.Select(span => span.GetTagItem("qtchub.fault")));
        Assert.Equal("Rejected", steps[1].GetTagItem("error.type"));
        Assert.Null(steps[1].StatusDescription);
        Assert.All(heard.All.Where(span => span.DisplayName == "write books"), call => Assert.Equal(ActivityStatusCode.Error, call.Status));
    }

    [Fact]
    public async Task The_span_of_a_notice_that_needs_a_person_is_an_error()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        heard.Forget();
        var wrong = BillJson("b1", "a1", 1000).Replace("\"total\":1000", "\"total\":1", StringComparison.Ordinal);
        await bench.ChangeBillAsync("b1", wrong, 100);

        Assert.NotEmpty(await bench.LettersAsync());
        Assert.Equal(ActivityStatusCode.Error, heard.One("intake shop").Status);
        Assert.Equal(["dead-lettered"], Outcomes("intake shop"));
    }

    [Fact]
    public async Task A_lost_answer_and_its_reading_back_are_in_one_trace()
    {
        bench.Vendor.AnswersNext(new Fault.Ambiguous("cut"), commits: true);
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal(["unknown"], Outcomes("deliver books"));
        Assert.Equal(["applied"], Outcomes("read back books"));
        Assert.Equal(heard.One("read back books").SpanId, heard.One("find books").ParentSpanId);
        Assert.Single(heard.All.Select(span => span.TraceId).Distinct());
    }

    [Fact]
    public async Task What_a_person_releases_goes_on_in_the_trace_of_its_delivery()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.Hub.ReleaseAsync(AccountLane("a1"), "mina", "the name is right now", CancellationToken.None);
        await bench.RunAsync();

        Assert.Equal(["dead-lettered", "applied"], Outcomes("deliver books"));
        Assert.Single(heard.All.Select(span => span.TraceId).Distinct());
        Assert.DoesNotContain(
            heard.All.SelectMany(span => span.TagObjects),
            tag => tag.Value is string text && text.Contains("mina", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_polled_change_has_a_trace_of_its_own_that_links_to_the_poll()
    {
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        PolledDelivery found = new(
            "evt-a1-100",
            Encoding.UTF8.GetBytes($$"""{"id":"evt-a1-100","notices":[{{NoticeJson("account", "a1", 100)}}]}""")
        );
        bench.Vendor.AnswersNextPage(new ChangePage([found], null, IsLast: true));
        bench.Vendor.AnswersNextPage(new ChangePage([found], null, IsLast: true));

        await bench.Hub.PollAsync("shop", CancellationToken.None);
        await bench.RunAsync();
        await bench.Hub.PollAsync("shop", CancellationToken.None);

        Assert.Equal(
            [
                "poll shop",
                "list shop",
                "receive shop",
                "intake shop",
                "read shop",
                "deliver books",
                "write books",
                "poll shop",
                "list shop",
            ],
            heard.Names
        );
        var receive = heard.One("receive shop");
        Assert.Equal(HubTracing.ContextOf(First).TraceId, receive.TraceId);
        Assert.Equal(heard.All[0].SpanId, Assert.Single(receive.Links).Context.SpanId);
    }

    [Fact]
    public async Task A_step_whose_turn_it_is_not_leaves_no_span()
    {
        bench.Vendor.AnswersNext(new Fault.Unavailable("down"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a2", "Bcme", 100);

        Assert.Equal(EffectState.Due, await bench.StateAsync(AccountLane("a2")));
        Assert.Single(heard.All, span => span.DisplayName == "deliver books");
    }

    [Fact]
    public async Task A_bug_in_a_step_is_an_error_of_its_span()
    {
        bench.Store.Before = commit =>
            commit.Changes.Any(change => change is Change.Replace { Row: { Kind: "lane", State: "InFlight" } })
                ? throw new InvalidOperationException("Acme")
                : Task.CompletedTask;

        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.ChangeAccountAsync("a1", "Acme", 100));

        Assert.Equal((ActivityStatusCode.Error, "System.InvalidOperationException"), Failure("deliver books"));
    }

    [Fact]
    public async Task Nothing_is_begun_hashed_or_allocated_while_nobody_listens()
    {
        heard.Dispose();
        var lane = new Lane
        {
            Id = AccountLane("a1"),
            WantedRevision = 1,
            WantedOrigin = First,
            Current = new Effect
            {
                Revision = 1,
                Generation = 1,
                State = EffectState.Due,
                Origin = First,
                Due = bench.Clock.GetUtcNow(),
                Since = bench.Clock.GetUtcNow(),
            },
        };
        Assert.Equal(0, Allocated(lane));

        Activity? current = new("not none");
        bench.Vendor.SucceedsNextAfter(() =>
        {
            current = Activity.Current;
            return Task.CompletedTask;
        });
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Single(bench.Vendor.Target);
        Assert.Null(current);
    }

    [Fact]
    public async Task What_a_backfill_has_found_is_told_in_the_trace_of_its_delivery_from_its_storing_to_its_end()
    {
        bench.Vendor.ListsRecord("account", "a1", AccountJson("a1", "Acme"), 100);
        var request = bench.Hub.ReadBackfill("shop", "BillingAccount", "2026-01-01", "2026-02-01").Value;
        await bench.Hub.BackfillAsync(request, CancellationToken.None);
        await bench.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(1, heard.One("backfill shop").GetTagItem("messaging.batch.message_count"));
        var trace = HubTracing.ContextOf(new DeliveryId("shop", "account-a1-100").AsOrigin()).TraceId;
        Assert.All(["receive shop", "intake shop", "deliver books"], name => Assert.Equal(trace, heard.One(name).TraceId));
    }

    private static long Allocated(Lane lane)
    {
        var delivery = new DeliveryId("shop", "evt-a1-100");
        for (var warm = 0; ; warm++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var time = 0; time < 1000; time++)
            {
                HubTracing.Receive(delivery);
                HubTracing.TakeIn(delivery, 3);
                HubTracing.Step(lane);
                HubTracing.Supersede(lane.Id, lane.Current!);
                HubTracing.Poll("shop");
                HubTracing.Backfill("shop");
                HubTracing.LeaveOutIdle(HubTracing.Call("read", "shop"));
                HubTracing.Told(null, null);
            }

            if (warm == 2)
            {
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
    }

    private List<object?> Outcomes(string name) =>
        [.. heard.All.Where(span => span.DisplayName == name).Select(span => span.GetTagItem("qtchub.outcome"))];

    private (ActivityStatusCode Status, object? Error) Failure(string name) =>
        (heard.One(name).Status, heard.One(name).GetTagItem("error.type"));
}
