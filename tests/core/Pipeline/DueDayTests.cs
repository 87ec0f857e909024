using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>When a posted document is due belongs to its state: at a target it stays as the day it was posted with.</summary>
public sealed class DueDayTests : IDisposable
{
    private const string First = "2026-03-31";
    private const string Later = "2026-04-30";
    private const string Latest = "2026-05-31";

    private static readonly MappingFile[] Due =
    [
        new("own/bill.yaml", "override: scripted.bill -> Invoice\nfields:\n  dueOn: due | date\n"),
        new("own/entry.yaml", "override: Invoice -> scripted.entry\nfields:\n  due: dueOn | default(null)\n"),
    ];

    private static readonly string Matched = HubFiles.Hub.Replace(
        "routes:",
        "match: {BillingAccount: [number], Invoice: number}\nroutes:",
        StringComparison.Ordinal
    );

    private readonly HubBench bench = new(own: Due);

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_day_that_is_put_off_once_the_document_is_posted_is_not_written_and_the_effect_says_why()
    {
        await PostAsync(bench);
        await ChangeAsync(bench, Later, 200);

        Assert.Equal(First, Assert.Single(Days(bench)));
        Assert.Equal([EffectState.Applied, EffectState.Unchanged], await bench.EndedAsync(BillLane("b1")));
        var record = (await bench.Hub.TraceAsync(Bill("b1").Value, CancellationToken.None))!.Records[0];
        Assert.Contains(record.Audit, entry => entry.Reason == "only-its-state-changed");
        Assert.Contains(Later, System.Text.Encoding.UTF8.GetString((await ContentAsync(bench, 2)).Span), StringComparison.Ordinal);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task Whatever_else_changes_later_is_written_with_the_day_it_was_posted_with()
    {
        await PostAsync(bench);
        await ChangeAsync(bench, Later, 200);
        await ChangeAsync(bench, Later, 300, memo: "twice");
        await ChangeAsync(bench, Latest, 400, memo: "three times");
        await ChangeAsync(bench, null, 500, memo: "four times");

        Assert.Equal([First, First, First, First], Days(bench));
        Assert.Contains("four times", bench.Sent(4), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_was_posted_without_a_day_is_not_given_one()
    {
        await PostAsync(bench, due: null);
        await ChangeAsync(bench, Later, 200);
        await ChangeAsync(bench, Later, 300, memo: "twice");

        Assert.Equal([null, null], Days(bench));
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task A_day_that_was_put_off_before_the_document_came_to_its_target_is_the_one_it_is_posted_with()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.AnswersNext(new Fault.Rejected("no", "not in this way"));
        await ChangeAsync(bench, First, 100);
        Assert.Equal(EffectState.DeadLettered, await bench.StateAsync(BillLane("b1")));

        await ChangeAsync(bench, Later, 200);
        await ChangeAsync(bench, Latest, 300, memo: "twice");

        Assert.Equal([First, Later, Later], Days(bench));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_create_whose_answer_was_lost_stands_with_the_day_it_was_sent_with_where_it_was_carried_out(bool carriedOut)
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.AnswersNext(new Fault.Ambiguous("lost"), commits: carriedOut);
        await ChangeAsync(bench, First, 100);
        await ChangeAsync(bench, Later, 200);
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 10);
        await ChangeAsync(bench, Latest, 300, memo: "twice");

        var stands = Assert.Single(bench.Vendor.Target.Values, record => record.Body.Contains("total", StringComparison.Ordinal));
        Assert.Contains(carriedOut ? First : Later, stands.Body, StringComparison.Ordinal);
        Assert.Contains("twice", stands.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_found_by_its_match_key_keeps_the_day_that_it_has_there()
    {
        using var matched = new HubBench(hub: Matched, own: Due);
        await matched.ChangeAccountAsync("a1", "Acme", 100);
        matched.Vendor.Target["e-9"] = new TargetRecord(
            "",
            $$"""{"customer":"t-1","number":"b1","total":5.00,"memo":"m","void":false,"due":"{{First}}"}"""
        );
        matched.Vendor.Matches["e-9"] = "number=b1";
        await ChangeAsync(matched, Later, 200);
        Assert.Single(matched.Vendor.Sent);
        Assert.Equal([EffectState.Applied], await matched.EndedAsync(BillLane("b1")));

        await ChangeAsync(matched, Latest, 300);
        await ChangeAsync(matched, Latest, 400, memo: "twice");

        Assert.Equal(2, matched.Vendor.Sent.Count);
        Assert.Contains("twice", matched.Sent(1), StringComparison.Ordinal);
        Assert.DoesNotContain("due", matched.Sent(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_posted_after_the_backup_keeps_its_day_though_nobody_remembers_it()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        var (backup, takenAt) = (bench.Backup(), bench.Clock.GetUtcNow());
        await ChangeAsync(bench, First, 100);
        bench.Vendor.Holds("bill", "b1", Json(Later, "m"), 200);

        await bench.RestoreAsync(backup, takenAt);
        await bench.TellAsync("evt-b1-200", NoticeJson("bill", "b1", 200));
        await bench.PassAsync(TimeSpan.FromMinutes(5), steps: 20);
        Assert.Equal(First, Assert.Single(Days(bench)));

        await ChangeAsync(bench, Latest, 300, memo: "twice");

        Assert.DoesNotContain("due", bench.Sent(bench.Vendor.Sent.Count - 1), StringComparison.Ordinal);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task The_day_it_was_posted_with_outlives_the_content_of_that_time()
    {
        await PostAsync(bench);
        await ChangeAsync(bench, Later, 200, memo: "twice");
        await ChangeAsync(bench, Latest, 300, memo: "three times");
        bench.Clock.Advance(TimeSpan.FromDays(400));
        await bench.Hub.RetainRoundAsync(CancellationToken.None);

        await ChangeAsync(bench, Latest, 400, memo: "four times");

        Assert.Equal([First, First, First, First], Days(bench));
    }

    [Fact]
    public async Task A_remap_leaves_the_day_as_it_was_posted_and_calls_that_the_same()
    {
        await PostAsync(bench);
        await ChangeAsync(bench, Later, 200);

        var look = await bench.Hub.LookAtRemapAsync(new RemapRequest(RecordType.Invoice, "shop"), null, CancellationToken.None);

        var tally = Assert.Single(look.Targets);
        Assert.Equal((1, 1, 0, 0), (tally.Lanes, tally.Unchanged, tally.Changed, tally.Posted));
    }

    private static async Task PostAsync(HubBench bench, string? due = First)
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await ChangeAsync(bench, due, 100);
    }

    private static Task ChangeAsync(HubBench bench, string? due, long at, string memo = "m") =>
        bench.ChangeBillAsync("b1", Json(due, memo), at);

    private static string Json(string? due, string memo) =>
        due is null
            ? BillJson("b1", "a1", 500, memo)
            : BillJson("b1", "a1", 500, memo).Replace("\"memo\"", $"\"due\":\"{due}\",\"memo\"", StringComparison.Ordinal);

    /// <summary>The day of each request about the bill.</summary>
    private static IReadOnlyList<string?> Days(HubBench bench) =>
        [
            .. bench
                .Vendor.Sent.Where(request => request.Type == RecordType.Invoice)
                .Select(request => System.Text.Json.Nodes.JsonNode.Parse(request.Body.Span)!["due"]?.GetValue<string>()),
        ];

    private static Task<ReadOnlyMemory<byte>> ContentAsync(HubBench bench, int revision) =>
        bench.Store.ContentAsync(Bill("b1"), revision, CancellationToken.None);
}
