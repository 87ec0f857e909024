using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class DeskTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_released_letter_goes_as_a_new_generation_and_names_who_and_why()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        var letter = Assert.Single(await bench.LettersAsync());

        Assert.True(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "name was added", CancellationToken.None));
        await bench.RunAsync();

        Assert.Empty(await bench.LettersAsync());
        Assert.Equal("released by kim", (await bench.Hub.DeadLetterAsync(letter.Id, CancellationToken.None))!.ClosedBy);
        Assert.Equal(EffectKey.Of(AccountLane("a1"), isCreate: true, 1, 2), bench.Vendor.Sent[1].Key);
        var trace = await bench.Hub.TraceAsync(Account("a1").Value, CancellationToken.None);
        Assert.Contains(trace!.Records[0].Audit, entry => entry is { Action: "released", Actor: "kim", Reason: "name was added" });
        Assert.Equal("release:kim", trace.Records[0].Effects[0].Origin);
    }

    [Fact]
    public async Task What_is_not_held_or_dead_lettered_cannot_be_released()
    {
        Assert.False(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "why not", CancellationToken.None));
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.False(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "why not", CancellationToken.None));
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task What_is_held_for_a_closed_period_goes_again_once_released()
    {
        bench.Vendor.AnswersNext(new Fault.ClosedPeriod("2026-02", null));
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.PassAsync(TimeSpan.FromHours(1));
        Assert.Single(bench.Vendor.Sent);

        Assert.True(await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "period opened", CancellationToken.None));
        await bench.RunAsync();

        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task A_newer_create_does_not_reuse_the_key_that_was_sent_in_vain_before_a_release()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "try again", CancellationToken.None);
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Second"), 200);
        await bench.TellAsync("evt-2", NoticeJson("account", "a1", 200));
        // Revision 2 arrives before the released request was sent.
        await bench.Hub.ProcessAsync(await bench.TakeAsync("from-shop"), CancellationToken.None);
        await bench.RunAsync();

        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.NotEqual(bench.Vendor.Sent[0].Key, bench.Vendor.Sent[1].Key);
    }

    [Fact]
    public async Task An_unknown_letter_is_read_back_before_anything_is_sent_where_that_is_possible()
    {
        await bench.Store.ClaimAsync("books", "customer", "t-1", Account("stranger"), CancellationToken.None);
        bench.Vendor.AnswersNext(new Fault.Ambiguous("cut"), commits: true);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.True(Assert.Single(await bench.LettersAsync()).OutcomeUnknown);
        var stray = bench.Vendor.Target["t-1"];
        bench.Vendor.Target.Remove("t-1");
        bench.Vendor.Target["t-2"] = stray;

        await bench.Hub.ReleaseAsync(AccountLane("a1"), "kim", "moved", CancellationToken.None);
        await bench.RunAsync();

        Assert.Single(bench.Vendor.Sent);
        Assert.Equal("t-2", (await bench.LaneAsync(AccountLane("a1"))).ExternalId);
    }
}
