using System.Globalization;
using QtcHub.Connectors;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>A source tells that one account was merged into another: the survivor goes on, the loser is listed and never written.</summary>
public sealed class MergingTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Of_two_that_stand_in_the_target_the_survivor_stays_and_the_loser_is_told_to_a_person_and_never_written()
    {
        await StandAsync("a1", "a2");

        await MergeAsync("a1", "a2", 300);
        await bench.PassAsync(TimeSpan.FromDays(1), 3);

        var result = await bench.ResultAsync("merge-a1-300");
        Assert.Equal((NoticeResultKind.Linked, Account("a2"), "merged"), (result.Kind, result.Record, result.Rule));
        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Equal(["t-1", "t-2"], bench.Vendor.Target.Keys);
        var letter = Assert.Single(await bench.LettersAsync());
        Assert.StartsWith("merged-and-stands: books has t-1, ", letter.Fault.Detail, StringComparison.Ordinal);
        await bench.ChangeAccountAsync("a2", "Acme together", 400);
        Assert.Equal("t-2", bench.Vendor.Sent[2].ExternalId);
    }

    [Fact]
    public async Task Trace_of_either_tells_the_merge()
    {
        await StandAsync("a1", "a2");
        await MergeAsync("a1", "a2", 300);

        var traced = TraceDocument.Of((await bench.Hub.TraceAsync("a1", CancellationToken.None))!).Records;

        var loser = traced.Single(record => record.Id == Account("a1").Value);
        var survivor = traced.Single(record => record.Id == Account("a2").Value);
        Assert.Equal((Account("a2").Value, "Merged", true), (loser.MergedInto, loser.Lanes[0].State, loser.Sources[0].Gone));
        Assert.Equal([Account("a1").Value], survivor.Absorbed!);
        Assert.Equal($"into {Account("a2")}", Assert.Single(loser.Audit, entry => entry.Action == "merged").Reason);
        Assert.Equal($"{Account("a1")} was merged into it", Assert.Single(survivor.Audit, entry => entry.Action == "merged").Reason);
        Assert.All(
            traced.SelectMany(one => one.Audit).Where(one => one.Action == "merged"),
            one => Assert.Equal("delivery:shop:merge-a1-300", one.Origin)
        );
    }

    [Fact]
    public async Task What_refers_to_the_loser_goes_to_the_survivor()
    {
        await StandAsync("a1", "a2");
        await MergeAsync("a1", "a2", 300);

        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 400);

        Assert.Contains("\"customer\":\"t-2\"", bench.Sent(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_that_was_posted_to_the_loser_stays_with_it()
    {
        await StandAsync("a1", "a2");
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        await MergeAsync("a1", "a2", 300);

        await bench.ChangeBillAsync("b1", BillJson("b1", "a2", 500, memo: "moved"), 400);

        Assert.Contains("\"customer\":\"t-1\"", bench.Sent(3), StringComparison.Ordinal);
        Assert.Contains("\"memo\":\"moved\"", bench.Sent(3), StringComparison.Ordinal);
        Assert.DoesNotContain(await bench.LettersAsync(), letter => letter.Fault.Name == nameof(Fault.PostedDocumentChanged));
    }

    [Fact]
    public async Task Posted_document_that_moves_to_a_stranger_is_refused_as_ever()
    {
        await StandAsync("a1", "a2", "a3");
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        await MergeAsync("a1", "a2", 300);

        await bench.ChangeBillAsync("b1", BillJson("b1", "a3", 500), 400);

        Assert.Contains(await bench.LettersAsync(), letter => letter.Fault.Name == nameof(Fault.PostedDocumentChanged));
    }

    [Fact]
    public async Task Posted_document_that_went_over_with_its_account_before_the_merge_was_told_is_not_called_changed()
    {
        await StandAsync("a1", "a2");
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        bench.Vendor.Merges("account", "a1", "a2", 300);

        await bench.ChangeBillAsync("b1", BillJson("b1", "a2", 500, memo: "moved"), 300);

        Assert.Contains("\"customer\":\"t-1\"", bench.Sent(3), StringComparison.Ordinal);
        Assert.StartsWith("merged-and-stands", Assert.Single(await bench.LettersAsync()).Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Posted_document_that_went_over_waits_while_its_source_cannot_say_whether_its_account_was_merged()
    {
        await StandAsync("a1", "a2");
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        bench.Vendor.Holds("bill", "b1", BillJson("b1", "a2", 500), 300);
        await bench.TellAsync("b1-300", NoticeJson("bill", "b1", 300, BillJson("b1", "a2", 500)));
        bench.Vendor.ReadsNextAs(new Fault.RateLimited(TimeSpan.FromMinutes(1), "too fast"));
        await bench.RunAsync();
        Assert.Empty(await bench.LettersAsync());

        await bench.PassAsync(TimeSpan.FromMinutes(1), 2);

        Assert.Equal(nameof(Fault.PostedDocumentChanged), Assert.Single(await bench.LettersAsync()).Fault.Name);
    }

    [Fact]
    public async Task Merge_that_is_told_twice_changes_nothing_more()
    {
        await StandAsync("a1", "a2");
        await MergeAsync("a1", "a2", 300);
        var lane = await bench.Store.LaneAsync(AccountLane("a2"), CancellationToken.None);
        await MergeAsync("a1", "a2", 301);

        Assert.Equal(lane!.Value.Version, (await bench.Store.LaneAsync(AccountLane("a2"), CancellationToken.None))!.Value.Version);
        Assert.Single(await bench.LettersAsync());
        Assert.Single(await MergesOfAsync("a1"));
        Assert.Single(await MergesOfAsync("a2"));
        Assert.Equal(NoticeResultKind.Linked, (await bench.ResultAsync("merge-a1-301")).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Merge_that_is_told_before_its_records_are_known_makes_one(bool knowsSurvivor)
    {
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Acme"), 100);
        if (knowsSurvivor)
        {
            await bench.ChangeAccountAsync("a2", "Acme", 100);
        }

        await MergeAsync("a1", "a2", 300);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 400);

        Assert.Equal(Account("a2"), await bench.Store.ClaimedAsync("shop", "account", "a1", CancellationToken.None));
        Assert.Null(await bench.HeadAsync(Account("a1")));
        Assert.Contains("\"customer\":\"t-1\"", bench.Sent(1), StringComparison.Ordinal);
        Assert.Empty(await bench.LettersAsync());
        Assert.Equal(["shop:a1"], (await bench.HeadAsync(Account("a2")))!.Absorbed!);
    }

    [Fact]
    public async Task Earlier_word_of_the_loser_that_comes_late_changes_nothing()
    {
        await StandAsync("a1", "a2");
        await MergeAsync("a1", "a2", 300);

        await bench.TellAsync("late", NoticeJson("account", "a1", 290, AccountJson("a1", "Late")));
        await bench.RunAsync();

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Equal(1, (await bench.HeadAsync(Account("a2")))!.Revision);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chain_of_merges_leads_to_its_end_in_whatever_order_it_is_told(bool firstFirst)
    {
        await StandAsync("a1", "a2", "a3");
        bench.Vendor.Merges("account", "a1", "a2", 300);
        bench.Vendor.Merges("account", "a2", "a3", 310);
        foreach (
            var (loser, into, at) in firstFirst ? [("a1", "a2", 300), ("a2", "a3", 310)] : new[] { ("a2", "a3", 310), ("a1", "a2", 300) }
        )
        {
            await MergeAsync(loser, into, at);
        }

        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 400);

        Assert.Contains("\"customer\":\"t-3\"", bench.Sent(3), StringComparison.Ordinal);
        Assert.Equal(2, (await bench.LettersAsync()).Count);
        Assert.Equal(Account("a3"), await bench.Store.SurvivorAsync(Account("a1"), CancellationToken.None));
    }

    [Fact]
    public async Task Merge_back_and_forth_leaves_one_record_that_goes_on_as_the_one_that_lives()
    {
        await StandAsync("a1", "a2");
        await MergeAsync("a1", "a2", 300);
        await bench.ChangeAccountAsync("a2", "Second, after the first was changed", 315);
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "First again"), 310);
        await MergeAsync("a2", "a1", 320);

        Assert.Equal(("t-2", Account("a2").Value), (bench.Vendor.Sent[3].ExternalId, bench.Vendor.Sent[3].Reference));
        Assert.Contains("First again", bench.Sent(3), StringComparison.Ordinal);
        Assert.Equal("a1", (await bench.HeadAsync(Account("a2")))!.Source("shop")!.ExternalId);
        await bench.ChangeAccountAsync("a1", "First, later", 330);
        Assert.Contains("First, later", bench.Vendor.Target["t-2"].Body, StringComparison.Ordinal);

        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Second again"), 340);
        await MergeAsync("a1", "a2", 350);
        Assert.Contains("Second again", bench.Vendor.Target["t-2"].Body, StringComparison.Ordinal);
        Assert.DoesNotContain("again", bench.Vendor.Target["t-1"].Body, StringComparison.Ordinal);
        Assert.Equal(2, bench.Vendor.Target.Count);
        Assert.Single(await bench.LettersAsync());
    }

    [Fact]
    public async Task Merges_in_circles_are_a_dead_letter()
    {
        await StandAsync("a1", "a2");
        bench.Vendor.Merges("account", "a2", "a1", 300);
        await MergeAsync("a1", "a2", 300);

        Assert.StartsWith("merged-in-circles", Assert.Single(await bench.LettersAsync()).Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_sent_yet_is_never_sent_and_the_survivor_is()
    {
        bench.Vendor.Down = new Fault.Unavailable("down");
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Acme too"), 100);
        await MergeAsync("a1", "a2", 300);
        var tried = bench.Vendor.Sent.Count;
        bench.Vendor.Down = null;

        await bench.PassAsync(TimeSpan.FromMinutes(5), 10);

        Assert.Contains("Acme too", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
        Assert.All(bench.Vendor.Sent.Skip(tried), write => Assert.Equal(Account("a2").Value, write.Reference));
        Assert.Contains(EffectState.Superseded, await bench.EndedAsync(AccountLane("a1")));
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task Letter_of_the_loser_is_over_and_what_waited_for_it_goes_to_the_survivor()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a2", "Acme too", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        Assert.Equal(EffectState.Parked, await bench.StateAsync(BillLane("b1")));

        await MergeAsync("a1", "a2", 300);
        await bench.RunAsync();

        Assert.Empty(await bench.LettersAsync());
        Assert.Contains("\"customer\":\"t-1\"", bench.Sent(2), StringComparison.Ordinal);
        Assert.Null(await bench.StateAsync(BillLane("b1")));
    }

    [Fact]
    public async Task What_waits_for_the_loser_while_neither_stands_there_waits_for_the_survivor()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no"));
        await bench.ChangeAccountAsync("a2", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        await MergeAsync("a1", "a2", 300);
        Assert.Equal(Account("a2").Value, (await bench.LaneAsync(BillLane("b1"))).Current!.WaitsFor);

        await bench.ChangeAccountAsync("a2", "Acme Inc.", 400);

        Assert.Null(await bench.StateAsync(BillLane("b1")));
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task Call_that_was_under_way_settles_and_what_it_made_is_told()
    {
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Acme too"), 100);
        bench.Vendor.SucceedsNextAfter(() => MergeMeanwhileAsync(bench, "a1", "a2"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromHours(1), 4);

        Assert.Equal([Account("a1").Value, Account("a2").Value], bench.Vendor.Sent.Select(write => write.Reference));
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
        Assert.Contains("t-1", Assert.Single(await bench.LettersAsync()).Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waited_for_a_call_of_the_loser_to_end_made_way_and_is_not_open_for_ever()
    {
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Acme too"), 100);
        bench.Vendor.SucceedsNextAfter(async () =>
        {
            bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme renamed"), 200);
            await bench.TellAsync("renamed-meanwhile", NoticeJson("account", "a1", 200));
            await bench.Hub.ProcessAsync(await bench.TakeAsync("from-shop"), CancellationToken.None);
            await MergeMeanwhileAsync(bench, "a1", "a2");
        });
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromHours(1), 4);

        Assert.Equal(2, bench.Vendor.Sent.Count);
        var standing = await bench.Hub.VerifyAsync(CancellationToken.None);
        Assert.Equal((0, 1), (standing.Open, standing.Superseded));
    }

    [Theory]
    [InlineData("rejected")]
    [InlineData("transient")]
    public async Task Call_that_was_under_way_and_came_to_nothing_is_not_made_again(string answer)
    {
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Acme too"), 100);
        Fault fault = answer == "rejected" ? new Fault.Rejected("bad-name", "no") : new Fault.Transient("not sent");
        bench.Vendor.AnswersNext(fault, during: () => MergeMeanwhileAsync(bench, "a1", "a2"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromHours(1), 4);

        Assert.Equal([Account("a1").Value, Account("a2").Value], bench.Vendor.Sent.Select(write => write.Reference));
        Assert.Equal([EffectState.Superseded], await bench.EndedAsync(AccountLane("a1")));
        Assert.Empty(await bench.LettersAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_whose_answer_was_lost_is_read_back_and_never_sent_again(bool committed)
    {
        bench.Vendor.Holds("account", "a2", AccountJson("a2", "Acme too"), 100);
        bench.Vendor.AnswersNext(new Fault.Ambiguous("lost"), committed, () => MergeMeanwhileAsync(bench, "a1", "a2"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromHours(1), 20);

        Assert.Equal([Account("a1").Value, Account("a2").Value], bench.Vendor.Sent.Select(write => write.Reference));
        Assert.Equal(committed ? 1 : 0, (await bench.LettersAsync()).Count);
        Assert.Null((await bench.LaneAsync(AccountLane("a1"))).Current);
    }

    [Fact]
    public async Task Call_whose_answer_was_lost_where_nothing_can_be_read_back_waits_for_a_person_and_is_not_sent_under_its_key()
    {
        using var keyed = new HubBench(TargetPromise.Key);
        keyed.Vendor.Holds("account", "a2", AccountJson("a2", "Acme too"), 100);
        keyed.Vendor.AnswersNext(new Fault.Ambiguous("lost"), during: () => MergeMeanwhileAsync(keyed, "a1", "a2"));
        await keyed.ChangeAccountAsync("a1", "Acme", 100);
        await keyed.PassAsync(TimeSpan.FromHours(1), 4);

        Assert.Single(keyed.Vendor.Sent, write => write.Reference == Account("a1").Value);
        Assert.True(Assert.Single(await keyed.LettersAsync()).OutcomeUnknown);
        Assert.True(await keyed.Hub.ReleaseAsync(AccountLane("a1"), "kim", "nothing was made", CancellationToken.None));
        await keyed.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Single(keyed.Vendor.Sent, write => write.Reference == Account("a1").Value);
        Assert.Null((await keyed.LaneAsync(AccountLane("a1"))).Current);
    }

    [Fact]
    public async Task Person_who_has_seen_to_what_stands_there_closes_its_letter_and_nothing_is_written()
    {
        await StandAsync("a1", "a2");
        await MergeAsync("a1", "a2", 300);

        Assert.True(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "merged in the books, too", CancellationToken.None));
        await bench.RunAsync();

        Assert.Empty(await bench.LettersAsync());
        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.False(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "once more", CancellationToken.None));
        var record = (await bench.Hub.TraceAsync(Account("a1").Value, CancellationToken.None))!.Records[0];
        Assert.Contains(record.Audit, entry => entry is { Action: "released", Actor: "kim", Reason: "merged in the books, too" });
    }

    [Fact]
    public async Task Loser_that_its_source_shows_no_more_does_not_end_the_survivor()
    {
        await StandAsync("a1", "a2");
        await MergeAsync("a1", "a2", 300);
        bench.Vendor.Deletes("account", "a1", 400);
        await bench.TellAsync("deleted", NoticeJson("account", "a1", 400));
        bench.Vendor.Loses("account", "a1");
        await bench.TellAsync("lost", NoticeJson("account", "a1", 500));
        await bench.PassAsync(TimeSpan.FromMinutes(5), 5);

        Assert.Equal("another-stands-for-it", (await bench.ResultAsync("deleted")).Rule);
        Assert.Equal("another-stands-for-it", (await bench.ResultAsync("lost")).Rule);
        Assert.False((await bench.HeadAsync(Account("a2")))!.Source("shop")!.IsGone);
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Loser_whose_survivor_is_not_to_be_had_has_just_ended()
    {
        await StandAsync("a1");
        await MergeAsync("a1", "nobody", 300);
        await bench.PassAsync(TimeSpan.FromMinutes(5), 10);

        Assert.Contains("\"inactive\":true", bench.Vendor.Target["t-1"].Body, StringComparison.Ordinal);
        Assert.Null((await bench.HeadAsync(Account("a1")))!.MergedInto);
    }

    [Fact]
    public async Task Loser_that_is_there_again_is_told_to_a_person_and_not_taken_for_the_survivor()
    {
        await StandAsync("a1", "a2");
        await MergeAsync("a1", "a2", 300);

        await bench.ChangeAccountAsync("a1", "Back again", 400);

        Assert.Contains(await bench.LettersAsync(), letter => letter.Fault.Detail.StartsWith("several-records", StringComparison.Ordinal));
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Crash_between_the_two_homes_loses_nothing_of_the_merge()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a2", "Acme too", 100);
        bench.Vendor.Merges("account", "a1", "a2", 300);
        await bench.TellAsync("merge", NoticeJson("account", "a1", 300));
        bench.Store.Before = commit =>
            commit.Home == Home.OfRecord(Account("a2")) ? throw new OperationCanceledException("the process dies") : Task.CompletedTask;
        var work = await bench.TakeAsync("from-shop");
        await Assert.ThrowsAsync<OperationCanceledException>(() => bench.Hub.ProcessAsync(work, CancellationToken.None));
        bench.Store.Before = null;
        bench.Restart();
        await bench.PassAsync(TimeSpan.FromMinutes(2), 4);

        Assert.Equal([Account("a1").Value], (await bench.HeadAsync(Account("a2")))!.Absorbed!);
        Assert.Single(await MergesOfAsync("a1"));
        Assert.Equal(NoticeResultKind.Linked, (await bench.ResultAsync("merge")).Kind);
    }

    [Fact]
    public async Task Change_of_the_loser_that_is_taken_in_at_the_same_time_follows_the_pointer()
    {
        await StandAsync("a1", "a2");
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Last words"), 290);
        bench.Vendor.DuringRead = () => MergeMeanwhileAsync(bench, "a1", "a2");

        await bench.TellAsync("last-words", NoticeJson("account", "a1", 290));
        await bench.RunAsync();

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Equal(Account("a2"), (await bench.HeadAsync(Account("a1")))!.MergedInto);
        Assert.Equal(1, (await bench.HeadAsync(Account("a1")))!.Revision);
    }

    [Fact]
    public async Task Loser_that_is_said_to_be_in_another_follows_the_one_that_it_was_merged_into()
    {
        await StandAsync("a1", "a2", "a3");
        await MergeAsync("a1", "a2", 300);
        await MergeAsync("a1", "a3", 310);
        Assert.Contains(await bench.LettersAsync(), letter => letter.Fault.Detail.StartsWith("merged-elsewhere", StringComparison.Ordinal));
        Assert.Null((await bench.HeadAsync(Account("a2")))!.MergedInto);

        bench.Vendor.Merges("account", "a2", "a3", 320);
        await MergeAsync("a1", "a3", 330);

        Assert.Equal(Account("a3"), await bench.Store.SurvivorAsync(Account("a1"), CancellationToken.None));
        Assert.Equal(NoticeResultKind.Linked, (await bench.ResultAsync("merge-a1-330")).Kind);
        Assert.Equal(3, bench.Vendor.Sent.Count);
    }

    private async Task StandAsync(params string[] accounts)
    {
        foreach (var id in accounts)
        {
            await bench.ChangeAccountAsync(id, $"Acme {id}", 100);
        }
    }

    private async Task MergeAsync(string loser, string into, long at)
    {
        bench.Vendor.Merges("account", loser, into, at);
        await bench.TellAsync(string.Create(CultureInfo.InvariantCulture, $"merge-{loser}-{at}"), NoticeJson("account", loser, at));
        await bench.RunAsync();
    }

    /// <summary>The merge is told and taken in, and nothing else is done meanwhile.</summary>
    private static async Task MergeMeanwhileAsync(HubBench bench, string loser, string into)
    {
        bench.Vendor.Merges("account", loser, into, 300);
        await bench.TellAsync("merge-meanwhile", NoticeJson("account", loser, 300));
        await bench.Hub.ProcessAsync(await bench.TakeAsync("from-shop"), CancellationToken.None);
    }

    private async Task<IReadOnlyList<Audit.AuditEntry>> MergesOfAsync(string id)
    {
        var record = (await bench.Hub.TraceAsync(Account(id).Value, CancellationToken.None))!.Records.Single(one =>
            one.Head.Id == Account(id)
        );
        return [.. record.Audit.Where(entry => entry.Action == "merged")];
    }
}
