using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>What the audit tells of an effect, in how few rows.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_change_of_one_target_writes_its_lane_its_request_and_one_entry()
    {
        var written = new List<string>();
        bench.Store.After = commit =>
        {
            written.AddRange(commit.Changes.Select(change => change.Key).Where(key => key.Contains("books", StringComparison.Ordinal)));
            return Task.CompletedTask;
        };
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal(
            [
                "lane/books/customer",
                "request/books/customer/00000001.0001",
                "lane/books/customer",
                "lane/books/customer",
                "audit/effect/books/customer/00000001.0001",
            ],
            written
        );
    }

    [Fact]
    public async Task A_call_under_way_is_told_by_its_lane_and_with_its_outcome_by_the_audit()
    {
        TracedRecord? during = null;
        bench.Vendor.SucceedsNextAfter(async () =>
        {
            during = await TraceAsync();
            bench.Clock.Advance(TimeSpan.FromSeconds(3));
        });
        var sentAt = bench.Clock.GetUtcNow();
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal(["revised"], during!.Audit.Select(entry => entry.Action));
        var sent = Assert.Single(during.Lanes).Current!;
        Assert.Equal(
            (EffectState.InFlight, sentAt, "delivery:shop:evt-a1-100", bench.Vendor.Sent[0].Key),
            (sent.State, sent.LastSentAt!.Value, sent.Origin, sent.Key)
        );
        Assert.NotNull(sent.LeaseUntil);
        var record = await TraceAsync();
        var told = record.Audit[^1];
        Assert.Equal(["Due>InFlight", "InFlight>Applied"], told.States);
        Assert.Equal((sentAt, sentAt.AddSeconds(3), sent.RequestHash), (told.SentAt!.Value, told.At, told.Hash));
        Assert.Equal((EffectState.Applied, sent.Key, sent.RequestHash), (told.Ended!.State, told.Ended.Key, told.Ended.RequestHash));
        Assert.Same(told.Ended, Assert.Single(record.Effects));
        Assert.Equal([true], record.RequestsKept);
    }

    [Fact]
    public async Task An_outcome_that_asks_for_another_request_is_told_of_the_one_that_was_sent()
    {
        bench.Vendor.AnswersNext(new Fault.Conflict("changed meanwhile"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        var told = (await TraceAsync()).Audit.Where(entry => entry.Lane is not null).ToList();

        Assert.Equal([(1, "Reload"), (2, null)], told.Select(entry => (entry.Generation, entry.Disposition)));
        Assert.All(told, entry => Assert.NotNull(entry.Hash));
        Assert.Equal((1, 2), (told[1].Ended!.Revision, told[1].Ended!.Generation));
    }

    [Fact]
    public async Task A_dead_letter_that_makes_way_is_told_as_it_was()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.ChangeAccountAsync("a1", "Second", 200);

        var record = await TraceAsync();

        var displaced = Assert.Single(record.Audit, entry => entry.Action == "displaced");
        Assert.Equal(("Rejected", EffectState.DeadLettered), (displaced.Ended!.Fault!.Name, displaced.Ended.State));
        Assert.Equal([EffectState.DeadLettered, EffectState.Applied], record.Effects.Select(effect => effect.State));
    }

    [Fact]
    public async Task Every_step_is_told_once_and_counted_once()
    {
        var counted = new List<string>();
        using var listener = bench.Listen("qtchub.effects", "step", counted);
        bench.Vendor.AnswersNext(new Fault.Ambiguous("cut"), commits: true);
        bench.Vendor.AnswersNext(new Fault.Transient("reset"));
        await bench.ChangeAccountAsync("a1", "First", 100);
        await bench.ChangeAccountAsync("a1", "Second", 200);
        await bench.ChangeAccountAsync("a1", "Third", 300);
        await bench.PassAsync(TimeSpan.FromMinutes(1), steps: 10);

        var told = (await TraceAsync()).Audit.SelectMany(entry => entry.States).ToList();

        Assert.Equal(
            [
                "Due>InFlight",
                "InFlight>Unknown",
                "Unknown>Applied",
                "Due>InFlight",
                "InFlight>Due",
                "Due>Superseded",
                "Due>InFlight",
                "InFlight>Applied",
            ],
            told
        );
        Assert.Equal(told, counted);
    }

    private async Task<TracedRecord> TraceAsync() =>
        Assert.Single((await bench.Hub.TraceAsync(Account("a1").Value, CancellationToken.None))!.Records);
}
