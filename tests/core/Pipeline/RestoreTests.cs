using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Stores.Memory;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>A store that was restored has forgotten what it did since the backup; its sources and targets have not.</summary>
public sealed class RestoreTests
{
    /// <summary>A target that makes a second record of a second create: only looking first keeps it from that.</summary>
    private static readonly TargetPromise LookupOnly = new(Idempotency.None, TimeSpan.Zero, Lookup: true);

    [Fact]
    public async Task Record_made_since_the_backup_is_adopted_and_not_written_again()
    {
        using var bench = new HubBench(LookupOnly);
        var backup = bench.Backup();
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        await bench.RestoreAsync(backup, bench.Clock.GetUtcNow());
        await bench.TellAsync("evt-a1-100", NoticeJson("account", "a1", 100));
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 8);

        Assert.Single(bench.Vendor.Sent);
        Assert.Single(bench.Vendor.Target);
        var lane = await bench.LaneAsync(AccountLane("a1"));
        Assert.Equal(("t-1", 1, 1), (lane.ExternalId, lane.AppliedRevision, lane.Epoch));
        Assert.Equal(Account("a1"), await bench.Store.ClaimedAsync("books", "customer", "t-1", CancellationToken.None));
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Theory]
    [InlineData(150, true)]
    [InlineData(250, false)]
    public async Task Record_that_is_gone_and_forgotten_but_stands_in_a_target_needs_a_person(long takenAt, bool mayHaveForgotten)
    {
        using var bench = new HubBench(LookupOnly);
        var backup = bench.Backup();
        await bench.ChangeAccountAsync("a1", "Acme", 160);

        await bench.RestoreAsync(backup, DateTimeOffset.UnixEpoch.AddSeconds(takenAt));
        bench.Vendor.Deletes("account", "a1", 200);
        await bench.TellAsync("evt-a1-200", NoticeJson("account", "a1", 200));
        await bench.RunAsync();

        Assert.Equal(
            mayHaveForgotten ? ["gone-after-restore: the source has ended it, the store has forgotten it, and books still has t-1"] : [],
            (await bench.LettersAsync()).Select(letter => letter.Fault.Detail)
        );
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task Record_that_is_gone_and_stands_nowhere_is_ignored_after_a_restore_too()
    {
        using var bench = new HubBench(LookupOnly);
        await bench.RestoreAsync(bench.Backup(), DateTimeOffset.UnixEpoch);
        bench.Vendor.Deletes("account", "a1", 200);
        await bench.TellAsync("evt-a1-200", NoticeJson("account", "a1", 200));
        await bench.RunAsync();

        Assert.Equal("deleted-before-it-was-known", (await bench.ResultAsync("evt-a1-200")).Rule);
    }

    [Fact]
    public async Task Target_that_never_answers_about_a_forgotten_record_is_asked_again_after_a_deadline()
    {
        using var bench = new HubBench(LookupOnly);
        await bench.RestoreAsync(bench.Backup(), DateTimeOffset.UnixEpoch);
        bench.Vendor.Deletes("account", "a1", 200);
        bench.Vendor.IsSilent = true;
        await bench.TellAsync("evt-a1-200", NoticeJson("account", "a1", 200));
        var asking = bench.RunAsync();
        Assert.False(asking.IsCompleted);

        bench.Clock.Advance(TimeSpan.FromSeconds(20));
        await asking;

        Assert.Equal("Transient", (await bench.DeliveryAsync("evt-a1-200")).Fault!.Name);
        bench.Vendor.IsSilent = false;
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("deleted-before-it-was-known", (await bench.ResultAsync("evt-a1-200")).Rule);
    }

    [Theory]
    [InlineData(EffectState.Due)]
    [InlineData(EffectState.InFlight)]
    public async Task Older_revision_that_was_under_way_at_the_backup_does_not_overwrite_a_newer_one(EffectState atBackup)
    {
        using var bench = new HubBench(LookupOnly);
        MemoryStore? backup = null;
        bench.Store.After = commit =>
        {
            if (commit.Changes.Any(change => RowOf(change) is { Kind: "lane" } row && row.State == atBackup.ToString()))
            {
                backup ??= bench.Backup();
            }

            return Task.CompletedTask;
        };
        var takenAt = bench.Clock.GetUtcNow();
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.ChangeAccountAsync("a1", "Second", 200);
        Assert.Equal(2, bench.Vendor.Sent.Count);

        await bench.RestoreAsync(backup!, takenAt);
        await bench.PassAsync(TimeSpan.FromMinutes(5), steps: 20);

        Assert.DoesNotContain(
            bench.Vendor.Sent.Skip(2).Select((_, sent) => bench.Sent(sent + 2)),
            body => body.Contains("First", StringComparison.Ordinal)
        );
        Assert.Contains("Second", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
        Assert.Null(await bench.StateAsync(AccountLane("a1")));
        Assert.Equal(1, (await bench.LaneAsync(AccountLane("a1"))).Epoch);
    }

    [Fact]
    public async Task Record_that_the_target_does_not_hold_is_written_once_no_call_can_be_at_work_any_more()
    {
        using var bench = new HubBench(LookupOnly);
        await bench.RestoreAsync(bench.Backup(), bench.Clock.GetUtcNow());
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.Empty(bench.Vendor.Sent);

        await bench.PassAsync(TimeSpan.FromSeconds(50), steps: 10);

        Assert.Single(bench.Vendor.Sent);
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task Key_of_a_request_is_another_in_another_epoch()
    {
        using var bench = new HubBench(LookupOnly);
        await bench.RestoreAsync(bench.Backup(), bench.Clock.GetUtcNow());
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 5);

        Assert.Equal(EffectKey.Of(AccountLane("a1"), isCreate: true, 1, 1, epoch: 1), Assert.Single(bench.Vendor.Sent).Key);
        Assert.NotEqual(EffectKey.Of(AccountLane("a1"), isCreate: true, 1, 1), bench.Vendor.Sent[0].Key);
    }

    [Fact]
    public async Task Without_a_lookup_a_person_settles_and_the_release_sends()
    {
        using var bench = new HubBench(TargetPromise.Nothing);
        var backup = bench.Backup();
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.RestoreAsync(backup, bench.Clock.GetUtcNow());
        await bench.TellAsync("evt-a1-100", NoticeJson("account", "a1", 100));
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 8);

        Assert.Single(bench.Vendor.Sent);
        var letter = Assert.Single(await bench.LettersAsync());
        Assert.Equal(("Ambiguous", true), (letter.Fault.Name, letter.OutcomeUnknown));

        Assert.True(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "looked: it is not there", CancellationToken.None));
        await bench.RunAsync();
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task What_was_first_wanted_long_after_the_restore_needs_no_person()
    {
        using var bench = new HubBench(TargetPromise.Nothing);
        await bench.RestoreAsync(bench.Backup(), bench.Clock.GetUtcNow());
        await bench.PassAsync(TimeSpan.FromDays(8));
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Single(bench.Vendor.Sent);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task Posted_document_whose_create_is_forgotten_still_does_not_change()
    {
        using var bench = new HubBench(LookupOnly);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        var backup = bench.Backup();
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.RestoreAsync(backup, bench.Clock.GetUtcNow());

        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 2000), 200);
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 8);

        Assert.Equal("PostedDocumentChanged", Assert.Single(await bench.LettersAsync()).Fault.Name);
        Assert.NotNull((await bench.LaneAsync(BillLane("b1"))).ExternalId);
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task What_may_change_of_a_posted_document_whose_create_is_forgotten_is_written()
    {
        using var bench = new HubBench(LookupOnly);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        var backup = bench.Backup();
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000), 100);
        await bench.RestoreAsync(backup, bench.Clock.GetUtcNow());

        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1000, memo: "other words"), 200);
        await bench.PassAsync(TimeSpan.FromMinutes(2), steps: 8);

        Assert.Empty(await bench.LettersAsync());
        Assert.Equal(2, bench.Vendor.Target.Count);
        Assert.Contains(bench.Vendor.Target.Values, record => record.Body.Contains("other words", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Poll_goes_back_to_before_the_backup()
    {
        using var bench = new HubBench(LookupOnly);
        await bench.Hub.PollAsync("shop", CancellationToken.None);
        bench.Clock.Advance(TimeSpan.FromDays(3));
        var (backup, takenAt) = (bench.Backup(), bench.Clock.GetUtcNow());
        bench.Clock.Advance(TimeSpan.FromDays(3));
        await bench.RestoreAsync(backup, takenAt);
        bench.Vendor.AnswersNextPage(new ChangePage([], "next", IsLast: false));

        await bench.Hub.PollAsync("shop", CancellationToken.None);

        Assert.True((await JobAsync(bench)).From <= takenAt - TimeSpan.FromMinutes(5));
        Assert.Equal(("next", 1), ((await JobAsync(bench)).Cursor, (await JobAsync(bench)).Epoch));
    }

    [Fact]
    public async Task Poll_that_never_ran_before_the_restore_begins_before_the_backup()
    {
        using var bench = new HubBench(LookupOnly);
        var takenAt = bench.Clock.GetUtcNow();
        var backup = bench.Backup();
        bench.Clock.Advance(TimeSpan.FromDays(9));
        await bench.RestoreAsync(backup, takenAt);
        bench.Vendor.AnswersNextPage(new ChangePage([], "next", IsLast: false));

        await bench.Hub.PollAsync("shop", CancellationToken.None);

        Assert.Equal(takenAt - TimeSpan.FromMinutes(5), (await JobAsync(bench)).From);
    }

    private static async Task<JobState> JobAsync(HubBench bench) =>
        Rows.Parse<JobState>((await bench.Store.ReadAsync(Home.OfJob("poll-shop"), Rows.JobKey, CancellationToken.None))!);

    private static Row? RowOf(Change change) =>
        change switch
        {
            Change.Insert insert => insert.Row,
            Change.Replace replace => replace.Row,
            _ => null,
        };
}
