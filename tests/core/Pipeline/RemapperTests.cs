using System.Globalization;
using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>A changed mapping is applied to the past: once, page by page, whatever happens on the way.</summary>
public sealed class RemapperTests : IDisposable
{
    private static readonly MappingFile Renames = new(
        "own/customer.yaml",
        "override: BillingAccount -> scripted.customer\nfields:\n  title: name\n"
    );
    private static readonly RemapRequest Accounts = new(RecordType.BillingAccount, "shop");
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task What_would_change_goes_as_a_new_generation_and_names_who_and_why()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.RestartWith(Renames);

        var page = await FinishAsync();

        Assert.Equal((1, 1), (page.Targets[0].Lanes, page.Targets[0].Changed));
        Assert.Contains("\"title\":\"Acme\"", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
        Assert.Equal(EffectKey.Of(AccountLane("a1"), isCreate: false, 1, 2), bench.Vendor.Sent[1].Key);
        var record = (await bench.Hub.TraceAsync(Account("a1").Value, CancellationToken.None))!.Records[0];
        Assert.Equal(
            [(1, 1, "delivery:shop:evt-a1-100"), (1, 2, "remap:kim")],
            record.Effects.Select(told => (told.Revision, told.Generation, told.Origin))
        );
        Assert.Contains(
            record.Audit,
            entry => entry is { Action: "remapped", Actor: "kim", Reason: "the title was missing", Generation: 2 }
        );
    }

    [Fact]
    public async Task Second_run_finds_everything_equal_and_a_third_mapping_begins_anew()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.RestartWith(Renames);
        await FinishAsync();

        var again = await FinishAsync();

        Assert.Equal((1, 0), (again.Targets[0].Unchanged, again.Targets[0].Changed));
        Assert.Equal(2, bench.Vendor.Sent.Count);
        bench.RestartWith(
            new MappingFile("own/customer.yaml", "override: BillingAccount -> scripted.customer\nfields:\n  caption: name\n")
        );
        Assert.Equal(1, (await FinishAsync()).Targets[0].Changed);
        Assert.Equal(EffectKey.Of(AccountLane("a1"), isCreate: false, 1, 3), bench.Vendor.Sent[2].Key);
    }

    [Fact]
    public async Task Page_waits_until_what_the_last_one_wanted_is_done()
    {
        await HoldAsync(Remapping.PageSize + Remapper.LittleLeft + 1);
        bench.RestartWith(Renames);

        Assert.Equal((RemapStep.Wanted, 25), await StepAsync());
        Assert.Equal((RemapStep.Wanted, 50), await StepAsync());
        Assert.Equal((RemapStep.WaitsForItsWork, 50), await StepAsync());
        await bench.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal((RemapStep.Finished, 1), await StepAsync());
    }

    [Fact]
    public async Task Crash_between_a_page_and_its_cursor_wants_nothing_twice()
    {
        await HoldAsync(Remapping.PageSize + 5);
        bench.RestartWith(Renames);
        bench.Store.Before = commit => IsEnd(commit) ? throw new OperationCanceledException("the process dies") : Task.CompletedTask;
        await Assert.ThrowsAsync<OperationCanceledException>(PageAsync);
        bench.Store.Before = null;
        bench.Restart();
        Assert.Equal(RemapStep.WaitsForAnother, (await PageAsync()).Step);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));

        await FinishAsync();

        Assert.Equal(2 * (Remapping.PageSize + 5), bench.Vendor.Sent.Count);
        Assert.All(bench.Vendor.Target, stands => Assert.Contains("title", stands.Value.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_processes_at_once_one_works()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.RestartWith(Renames);
        RemapPage? other = null;
        bench.Store.Before = async commit =>
        {
            if (other is null && commit.Home == Home.OfRecord(Account("a1")))
            {
                bench.Store.Before = null;
                other = await PageAsync();
            }
        };

        Assert.Equal(RemapStep.Finished, (await PageAsync()).Step);
        Assert.Equal(RemapStep.WaitsForAnother, other!.Step);
    }

    [Fact]
    public async Task Record_that_changes_meanwhile_is_left_to_its_change()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.RestartWith(Renames);
        bench.Store.Before = async commit =>
        {
            if (commit.Home == Home.OfRecord(Account("a1")))
            {
                bench.Store.Before = null;
                bench.Vendor.Holds("account", "a1", AccountJson("a1", "Newer"), 200);
                await bench.TellAsync("evt-newer", NoticeJson("account", "a1", 200));
                var work = await bench.TakeAsync("from-shop");
                await bench.Hub.ProcessAsync(work, CancellationToken.None);
            }
        };

        var page = await PageAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal([new RemapCount("Due", 1)], page.Targets[0].LeftAlone);
        Assert.Equal(2, bench.Vendor.Sent.Count);
        Assert.Contains("\"title\":\"Newer\"", Assert.Single(bench.Vendor.Target).Value.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newer_revision_takes_the_place_of_what_was_wanted_again()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.RestartWith(Renames);
        await PageAsync();

        await bench.ChangeAccountAsync("a1", "Newer", 200);
        await bench.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal([EffectState.Applied, EffectState.Superseded, EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Posted_document_that_would_change_is_never_wanted()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1200), 100);
        bench.RestartWith(new MappingFile("own/entry.yaml", "override: Invoice -> scripted.entry\nfields:\n  reference: number\n"));

        var page = await bench.Hub.RemapAsync(new RemapRequest(RecordType.Invoice, "shop"), Order, CancellationToken.None);
        await bench.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(1, page.Targets[0].Posted);
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Refused_write_of_a_lane_that_was_wanted_again_is_a_letter_as_any_other()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.RestartWith(Renames);
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-title", "no"));

        await FinishAsync();

        Assert.Equal("remap:kim", Assert.Single(await bench.LettersAsync()).Origin);
    }

    private static RemapOrder Order => new("kim", "the title was missing");

    private async Task HoldAsync(int accounts)
    {
        for (var index = 0; index < accounts; index++)
        {
            await bench.ChangeAccountAsync(string.Create(CultureInfo.InvariantCulture, $"a{index}"), "Acme", 100);
        }
    }

    private Task<RemapPage> PageAsync() => bench.Hub.RemapAsync(Accounts, Order, CancellationToken.None);

    private async Task<(RemapStep Step, int Waiting)> StepAsync()
    {
        var page = await PageAsync();
        return (page.Step, page.Waiting);
    }

    private async Task<RemapPage> FinishAsync()
    {
        for (var round = 0; round < 20; round++)
        {
            var page = await PageAsync();
            await bench.PassAsync(TimeSpan.FromSeconds(2));
            if (page.Step == RemapStep.Finished)
            {
                return page;
            }
        }

        throw new InvalidOperationException("the remapping does not end");
    }

    /// <summary>Whether a commit gives the job's lease back.</summary>
    private static bool IsEnd(Commit commit) =>
        commit.Home.Value.StartsWith("job|remap", StringComparison.Ordinal)
        && commit.Changes.OfType<Change.Replace>().Any(change => Rows.Parse<RemapJob>(change.Row).LeaseUntil is null);
}
