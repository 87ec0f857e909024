using System.Globalization;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>What both sides hold before a route may write is matched in bulk: reported, adopted, and never written.</summary>
public sealed class LinkerTests : IDisposable
{
    private const string Match = "match: {BillingAccount: [number], Invoice: number}\nroutes:";

    private static readonly string Live = HubFiles.Hub.Replace("routes:", Match, StringComparison.Ordinal);

    private static readonly string Waiting = Live.Replace(
        "to: [books], gone: inactivate",
        "to: [books], startsBy: link, gone: inactivate",
        StringComparison.Ordinal
    );

    private readonly HubBench bench = new(hub: Live);

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Every_record_of_the_source_is_told_by_what_it_comes_to_at_the_target()
    {
        Hold(5);
        Stands("c-0", "a0", "Acme 0");
        Stands("c-1", "a1", "Written otherwise");
        Stands("c-2", "a2", "Acme 2");
        bench.Vendor.Matches["c-2b"] = "number=a2";
        bench.Vendor.ListsRecord("account", "broken", """{"id":"broken"}""", 100);

        var page = await FinishAsync(onlyLooks: true);

        Assert.Equal(
            [
                (LinkVerdict.Matched, 1),
                (LinkVerdict.MatchedWithDifferences, 1),
                (LinkVerdict.SeveralCandidates, 1),
                (LinkVerdict.NothingFound, 2),
                (LinkVerdict.Refused, 1),
            ],
            Assert.Single(page.Job.Targets).Verdicts.Select(count => (count.Verdict, count.Records))
        );
        var found = await FindingsAsync(page, onlyLooks: true);
        Assert.Equal(["a0", "a1", "a2", "a3", "a4", "broken"], found.Select(finding => finding.SourceId));
        Assert.Equal(("number", "c-0"), (found[0].Key, Assert.Single(found[0].Ids)));
        Assert.Equal(["name"], found[1].Differs);
        Assert.Equal(["c-2", "c-2b"], found[2].Ids);
        Assert.Equal("MappingFailed name", found[5].Why);
    }

    [Fact]
    public async Task A_look_links_nothing()
    {
        Hold(1);
        Stands("c-0", "a0", "Acme 0");

        await FinishAsync(onlyLooks: true);

        Assert.Null(await bench.HeadAsync(Account("a0")));
        Assert.Null(await bench.Store.ClaimedAsync("books", "customer", "c-0", CancellationToken.None));
        Assert.Empty(bench.Vendor.Sent);
    }

    [Fact]
    public async Task What_is_found_is_adopted_with_who_and_by_which_key_and_nothing_is_written()
    {
        Hold(2);
        Stands("c-0", "a0", "Written otherwise");

        await FinishAsync();
        await bench.PassAsync(TimeSpan.FromHours(1), 3);

        Assert.Empty(bench.Vendor.Sent);
        var lane = await bench.LaneAsync(AccountLane("a0"));
        Assert.Equal(("c-0", null, "number", "kim"), (lane.ExternalId, lane.Current, lane.Link!.Key, lane.Link.Who));
        Assert.Equal(Account("a0"), await bench.Store.ClaimedAsync("books", "customer", "c-0", CancellationToken.None));
        var record = (await bench.Hub.TraceAsync("c-0", CancellationToken.None))!.Records[0];
        Assert.Equal(0, record.Head.Revision);
        var entry = Assert.Single(record.Audit);
        Assert.Equal(("adopted", "kim", "found by its number"), (entry.Action, entry.Actor, entry.Reason));
        Assert.Null(await bench.HeadAsync(Account("a1")));
    }

    [Fact]
    public async Task What_was_linked_and_stands_as_it_should_needs_no_write_when_its_source_tells_of_it()
    {
        Hold(1);
        Stands("c-0", "a0", "Acme 0");
        await FinishAsync();

        await bench.ChangeAccountAsync("a0", "Acme 0", 100);

        Assert.Empty(bench.Vendor.Sent);
        Assert.Equal(1, (await bench.HeadAsync(Account("a0")))!.Revision);
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a0")));
    }

    [Fact]
    public async Task What_was_linked_and_differs_is_changed_where_it_stands_when_its_source_tells_of_it()
    {
        Hold(1);
        Stands("c-0", "a0", "Written otherwise");
        await FinishAsync();

        await bench.ChangeAccountAsync("a0", "Acme", 100);
        await bench.ChangeAccountAsync("a0", "Acme Inc.", 200);

        Assert.Equal(["c-0", "c-0"], bench.Vendor.Sent.Select(write => write.ExternalId));
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task Documents_are_told_with_their_money_and_what_they_differ_in_once_posted()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.ListsRecord("bill", "b1", BillJson("b1", "a1", 500), 200);
        bench.Vendor.ListsRecord("bill", "b2", BillJson("b2", "a1", 700), 200);
        bench.Vendor.ListsRecord("bill", "b3", BillJson("b3", "a1", 900, status: "draft"), 200);
        bench.Vendor.ListsRecord("bill", "b4", BillJson("b4", "unknown", 1100), 200);
        bench.Vendor.Matches["e-1"] = "number=b1";
        bench.Vendor.Target["e-1"] = new TargetRecord("", """{"customer":"t-1","number":"b1","total":4.99,"memo":"m","void":false}""");

        var page = await FinishAsync(record: "Invoice");

        Assert.Equal(
            [
                (LinkVerdict.MatchedWithDifferences, "5.00 USD"),
                (LinkVerdict.NothingFound, "7.00 USD"),
                (LinkVerdict.LeftOut, "9.00 USD"),
                (LinkVerdict.Refused, ""),
            ],
            Assert.Single(page.Job.Targets).Verdicts.Select(count => (count.Verdict, string.Join(' ', count.Amounts)))
        );
        var found = await FindingsAsync(page);
        Assert.True(found[0].IsPosted);
        Assert.Equal(["total"], found[0].Differs);
        Assert.Equal("MissingReference BillingAccount unknown", found[3].Why);
        Assert.Single(bench.Vendor.Sent);

        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        Assert.Equal(nameof(Fault.PostedDocumentChanged), Assert.Single(await bench.LettersAsync()).Fault.Name);
        Assert.Single(bench.Vendor.Sent);
    }

    [Fact]
    public async Task Two_records_of_the_source_never_share_one_of_the_target()
    {
        bench.Vendor.ListsRecord("account", "a0", """{"id":"a0","number":"n","name":"Acme"}""", 100);
        bench.Vendor.ListsRecord("account", "a1", """{"id":"a1","number":"n","name":"Acme"}""", 100);
        Stands("c-0", "n", "Acme");

        foreach (var onlyLooks in (bool[])[true, false])
        {
            var found = await FindingsAsync(await FinishAsync(onlyLooks), onlyLooks);
            Assert.Equal(LinkVerdict.Refused, found[1].Verdict);
        }

        Assert.Null(await bench.HeadAsync(Account("a1")));
    }

    [Fact]
    public async Task Record_that_another_source_has_told_of_is_linked_already()
    {
        await bench.ChangeAccountAsync("a0", "Acme", 100);
        bench.Vendor.ListsRecord("account", "a0", AccountJson("a0", "Acme"), 100);

        var found = Assert.Single(await FindingsAsync(await FinishAsync()));

        Assert.Equal((LinkVerdict.AlreadyLinked, "t-1"), (found.Verdict, Assert.Single(found.Ids)));
    }

    [Fact]
    public async Task Long_page_is_done_in_parts_and_none_of_it_twice()
    {
        bench.Vendor.PageSize = Linker.MostAtOnce + 5;
        Hold(Linker.MostAtOnce + 7);

        Assert.Equal((LinkStep.Looked, Linker.MostAtOnce), await StepAsync());
        Assert.Equal((LinkStep.Looked, Linker.MostAtOnce + 5), await StepAsync());
        Assert.Equal((LinkStep.Finished, Linker.MostAtOnce + 7), await StepAsync());
        Assert.Equal([null, null, "30"], bench.Vendor.Listings.Select(asked => asked.Cursor));
    }

    [Fact]
    public async Task Killed_between_a_page_and_its_report_it_goes_on_and_tells_everything_once()
    {
        Hold(4);
        for (var index = 0; index < 4; index++)
        {
            Stands($"c-{index}", $"a{index}", $"Acme {index}");
        }

        bench.Store.Before = commit => IsEnd(commit) ? throw new OperationCanceledException("the process dies") : Task.CompletedTask;
        await Assert.ThrowsAsync<OperationCanceledException>(() => PageAsync());
        bench.Store.Before = null;
        bench.Restart();
        Assert.Equal(LinkStep.WaitsForAnother, (await PageAsync()).Step);
        bench.Clock.Advance(TimeSpan.FromMinutes(5));

        var page = await FinishAsync();

        Assert.Equal([new LinkCount(LinkVerdict.Matched, 4, [])], page.Job.Targets[0].Verdicts, Same);
        Assert.Equal(4, (await FindingsAsync(page)).Count);
        var record = (await bench.Hub.TraceAsync("c-0", CancellationToken.None))!.Records[0];
        Assert.Single(record.Audit, entry => entry.Action == "adopted");
    }

    [Fact]
    public async Task Of_two_processes_at_once_one_works()
    {
        Hold(1);
        LinkPage? other = null;
        bench.Vendor.DuringList = async () => other = await PageAsync();

        Assert.Equal(LinkStep.Finished, (await PageAsync()).Step);
        Assert.Equal(LinkStep.WaitsForAnother, other!.Step);
    }

    [Fact]
    public async Task Target_that_is_down_is_waited_for_and_what_was_done_before_is_kept()
    {
        Hold(2);
        bench.Vendor.DuringList = () =>
        {
            bench.Vendor.Down = new Fault.Unavailable("down");
            return Task.CompletedTask;
        };

        var waits = await PageAsync();
        Assert.Equal((LinkStep.WaitsForSystem, "books"), (waits.Step, waits.System));
        bench.Vendor.Down = null;
        bench.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(2, (await FinishAsync()).Job.Looked);
    }

    [Fact]
    public async Task Second_run_finds_everything_linked()
    {
        Hold(1);
        Stands("c-0", "a0", "Acme 0");
        await FinishAsync();

        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = await FinishAsync();

        Assert.Equal([new LinkCount(LinkVerdict.AlreadyLinked, 1, [])], again.Job.Targets[0].Verdicts, Same);
    }

    [Fact]
    public async Task Lane_that_waits_for_a_person_is_given_what_was_found_and_goes_on_once_released()
    {
        bench.Vendor.Matches["c-0"] = "number=a0";
        bench.Vendor.Matches["c-9"] = "number=a0";
        await bench.ChangeAccountAsync("a0", "Acme 0", 100);
        Assert.Equal(EffectState.DeadLettered, await bench.StateAsync(AccountLane("a0")));
        bench.Vendor.Matches.Remove("c-9");
        Stands("c-0", "a0", "Acme 0");
        bench.Vendor.ListsRecord("account", "a0", AccountJson("a0", "Acme 0"), 100);

        await FinishAsync();
        Assert.True(await bench.Hub.ReleaseAsync(AccountLane("a0"), "kim", "one of the two was removed", CancellationToken.None));
        await bench.RunAsync();

        Assert.Null((await bench.LaneAsync(AccountLane("a0"))).Current);
        Assert.Empty(bench.Vendor.Sent);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task Route_that_starts_by_link_holds_its_lanes_until_then_however_long_and_goes_on_by_itself()
    {
        using var waiting = new HubBench(hub: Waiting);
        waiting.Vendor.Target["c-0"] = new TargetRecord("", """{"number":"a0","name":"Old","email":null,"inactive":false}""");
        waiting.Vendor.Matches["c-0"] = "number=a0";
        waiting.Vendor.ListsRecord("account", "a0", AccountJson("a0", "Acme"), 100);
        await waiting.ChangeAccountAsync("a0", "Acme", 100);
        await waiting.ChangeAccountAsync("new", "Newcomer", 100);
        await waiting.PassAsync(TimeSpan.FromDays(10), 20);

        var held = await waiting.LaneAsync(AccountLane("a0"));
        Assert.Equal((EffectState.Held, Effect.ForLink), (held.Current!.State, held.Current.HeldFor));
        Assert.Empty(waiting.Vendor.Asked);
        var route = new RouteOptions
        {
            Record = RecordType.BillingAccount,
            From = "shop",
            To = ["books"],
            StartsByLink = true,
        };
        Assert.False(await LinkGate.IsOpenAsync(waiting.Store, route, "books", CancellationToken.None));

        var request = waiting.Hub.ReadLink("BillingAccount", []).Value;
        await waiting.Hub.LinkAsync(request, new LinkOrder("kim", OnlyLooks: true), CancellationToken.None);
        await waiting.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(waiting.Vendor.Sent);

        var page = await waiting.Hub.LinkAsync(request, new LinkOrder("kim", OnlyLooks: false), CancellationToken.None);
        Assert.Equal(LinkStep.Finished, page.Step);
        Assert.True(await LinkGate.IsOpenAsync(waiting.Store, route, "books", CancellationToken.None));
        await waiting.PassAsync(TimeSpan.FromMinutes(1), 2);

        Assert.Equal(["c-0", null], waiting.Vendor.Sent.Select(write => write.ExternalId).OrderDescending());
        Assert.Equal(2, waiting.Vendor.Target.Count);
        Assert.Empty(await waiting.LettersAsync());
        await waiting.ChangeAccountAsync("later", "Later", 200);
        Assert.Equal(3, waiting.Vendor.Target.Count);
    }

    [Fact]
    public async Task A_posted_document_that_was_found_and_differs_elsewhere_is_changed_there()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Target["e-9"] = new TargetRecord("", """{"customer":"t-1","number":"b1","total":5,"memo":"old","void":false}""");
        bench.Vendor.Matches["e-9"] = "number=b1";

        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);

        Assert.Equal("e-9", bench.Vendor.Sent[1].ExternalId);
        Assert.Empty(await bench.LettersAsync());
    }

    [Theory]
    [InlineData("Order", "Order: there is no such route; there are: BillingAccount --systems shop,books; Invoice --systems shop,books")]
    [InlineData("Invoice,books", "Invoice books: there is no such route; there are: ")]
    [InlineData("Invoice,shop,till", "till: Invoice from shop goes to books")]
    public void What_cannot_be_linked_is_told_with_what_can(string words, string told)
    {
        var asked = words.Split(',');

        var fault = bench.Hub.ReadLink(asked[0], asked[1..]).Fault;

        Assert.StartsWith(told, fault!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Target_that_nothing_is_found_in_cannot_be_linked()
    {
        using var blind = new HubBench();

        var fault = blind.Hub.ReadLink("Invoice", ["shop"]).Fault;

        Assert.Equal("books: nothing finds a Invoice there: add match: with a field that it can be asked by (number)", fault!.Detail);
    }

    private static bool Same(LinkCount one, LinkCount other) =>
        (one.Verdict, one.Records) == (other.Verdict, other.Records) && one.Amounts.SequenceEqual(other.Amounts);

    private void Hold(int accounts)
    {
        for (var index = 0; index < accounts; index++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"a{index}");
            bench.Vendor.ListsRecord("account", id, AccountJson(id, $"Acme {index}"), 100);
        }
    }

    private void Stands(string id, string number, string name)
    {
        bench.Vendor.Target[id] = new TargetRecord(
            "",
            $$"""{"number":"{{number}}","name":"{{name}}","email":"a@example.com","inactive":false}"""
        );
        bench.Vendor.Matches[id] = $"number={number}";
    }

    private Task<LinkPage> PageAsync(bool onlyLooks = false, string record = "BillingAccount") =>
        bench.Hub.LinkAsync(bench.Hub.ReadLink(record, ["shop"]).Value, new LinkOrder("kim", onlyLooks), CancellationToken.None);

    private async Task<(LinkStep Step, int Looked)> StepAsync()
    {
        var page = await PageAsync();
        return (page.Step, (int)page.Job.Looked);
    }

    private async Task<LinkPage> FinishAsync(bool onlyLooks = false, string record = "BillingAccount")
    {
        for (var round = 0; round < 20; round++)
        {
            var page = await PageAsync(onlyLooks, record);
            if (page.Step == LinkStep.Finished)
            {
                return page;
            }

            Assert.Equal(LinkStep.Looked, page.Step);
        }

        throw new InvalidOperationException("the linking does not end");
    }

    private Task<IReadOnlyList<LinkFinding>> FindingsAsync(LinkPage page, bool onlyLooks = false) =>
        LinkReport.ReadAsync(bench.Store, page.Request, onlyLooks, page.Job.Leaves, CancellationToken.None);

    /// <summary>Whether a commit gives the job's lease back.</summary>
    private static bool IsEnd(Commit commit) =>
        commit.Home.Value.StartsWith("job|link", StringComparison.Ordinal)
        && commit
            .Changes.OfType<Change.Replace>()
            .Any(change => change.Row.Kind == "job" && Rows.Parse<LinkJob>(change.Row).LeaseUntil is null);
}
