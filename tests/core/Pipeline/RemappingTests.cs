using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>What the dry run of a changed mapping says of what was applied before.</summary>
public sealed class RemappingTests : IDisposable
{
    private static readonly MappingFile Renames = new(
        "own/customer.yaml",
        "override: BillingAccount -> scripted.customer\nfields:\n  title: name\n"
    );
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Dry_run_tells_what_would_change_by_path_and_writes_nothing()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a2", "Bolt", 100);
        bench.RestartWith(Renames);
        var commits = 0;
        bench.Store.Before = _ => Task.FromResult(commits++);

        var tally = await LookAsync(RecordType.BillingAccount);

        Assert.Equal((2, 0, 2, 0), (tally.Lanes, tally.Unchanged, tally.Changed, tally.Posted));
        Assert.All(tally.Examples, example => Assert.Equal(["title"], example.Paths!));
        Assert.Equal([Account("a1").Value, Account("a2").Value], tally.Examples.Select(example => example.Record).Order());
        Assert.DoesNotContain("Acme", tally.ToString() + string.Join(' ', tally.Examples), StringComparison.Ordinal);
        Assert.Equal(0, commits);
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task Mapping_that_gives_what_was_applied_is_unchanged()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.RestartWith(
            new MappingFile("own/customer.yaml", "override: BillingAccount -> scripted.customer\nfields:\n  name: name | trim\n")
        );

        var tally = await LookAsync(RecordType.BillingAccount);

        Assert.Equal((1, 1, 0), (tally.Lanes, tally.Unchanged, tally.Changed));
    }

    [Fact]
    public async Task Newest_content_is_mapped_where_the_last_one_needed_no_write()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Holds("account", "a1", """{"id":"a1","name":"Acme","email":"a@example.com","phone":"1"}""", 200);
        await bench.TellAsync("evt-phone", NoticeJson("account", "a1", 200));
        await bench.RunAsync();
        Assert.Equal([EffectState.Applied, EffectState.Unchanged], await bench.EndedAsync(AccountLane("a1")));
        bench.RestartWith(new MappingFile("own/customer.yaml", "override: BillingAccount -> scripted.customer\nfields:\n  phone: phone\n"));

        var tally = await LookAsync(RecordType.BillingAccount);

        Assert.Equal(["phone"], Assert.Single(tally.Examples).Paths!);
    }

    [Theory]
    [InlineData("memo: memo | default('none')", 0, 0)]
    [InlineData("note: memo | default('none')", 1, 0)]
    [InlineData("total: total | major | text", 0, 1)]
    [InlineData("reference: number", 0, 1)]
    public async Task Posted_document_is_refused_where_what_its_posted_fields_feed_would_change(string field, int changed, int posted)
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1200), 100);
        bench.RestartWith(new MappingFile("own/entry.yaml", $"override: Invoice -> scripted.entry\nfields:\n  {field}\n"));

        var tally = await LookAsync(RecordType.Invoice);

        Assert.Equal((1, changed, posted), (tally.Lanes, tally.Changed, tally.Posted));
        Assert.Equal(1, tally.Unchanged + changed + posted);
    }

    [Fact]
    public async Task Posted_document_whose_applied_request_is_no_longer_kept_is_refused()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 1200), 100);
        bench.Clock.Advance(TimeSpan.FromDays(100));
        await bench.Hub.RetainRoundAsync(CancellationToken.None);
        bench.RestartWith(
            Renames,
            new MappingFile("own/entry.yaml", "override: Invoice -> scripted.entry\nfields:\n  note: memo | default('none')\n")
        );

        var (account, bill) = (await LookAsync(RecordType.BillingAccount), await LookAsync(RecordType.Invoice));

        Assert.Equal((1, 0), (account.Changed, account.Posted));
        Assert.Equal((0, 1), (bill.Changed, bill.Posted));
        Assert.Null(Assert.Single(bill.Examples).Paths);
    }

    [Fact]
    public async Task What_cannot_be_mapped_is_counted_by_fault_and_path()
    {
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeAccountAsync("a2", "Bolt", 100);
        bench.RestartWith(
            new MappingFile("own/customer.yaml", "override: BillingAccount -> scripted.customer\nfields:\n  code: name | date\n")
        );

        var tally = await LookAsync(RecordType.BillingAccount);

        Assert.Equal([new RemapCount("MappingFailed code", 2)], tally.CannotBeMapped);
    }

    [Fact]
    public async Task What_is_under_way_waits_or_was_never_written_is_left_alone_and_counted()
    {
        bench.Vendor.AnswersNext(new Fault.Rejected("bad-name", "no such name"));
        await bench.ChangeAccountAsync("dead", "Acme", 100);
        bench.Vendor.AnswersNext(new Fault.Ambiguous("lost"));
        await bench.ChangeAccountAsync("unknown", "Acme", 100);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("parked", BillJson("parked", "dead", 1200), 100);
        await bench.ChangeBillAsync("draft", BillJson("draft", "a1", 1200), 100);
        await bench.ChangeBillAsync("draft", BillJson("draft", "a1", 1200, status: "draft"), 200);
        bench.RestartWith(Renames, new MappingFile("own/entry.yaml", "override: Invoice -> scripted.entry\nfields:\n  note: memo\n"));

        var (accounts, bills) = (await LookAsync(RecordType.BillingAccount), await LookAsync(RecordType.Invoice));

        Assert.Equal([new RemapCount("DeadLettered", 1), new RemapCount("Unknown", 1)], accounts.LeftAlone);
        Assert.Equal(1, accounts.Changed);
        Assert.Equal([new RemapCount("DeadLettered", 1), new RemapCount("Parked", 1)], bills.LeftAlone);
    }

    [Theory]
    [InlineData("Invoice", "books", "Invoice from books: there is no such route; there are: BillingAccount from shop, Invoice from shop")]
    [InlineData("Payment", "shop", "Payment from shop: there is no such route; there are: BillingAccount from shop, Invoice from shop")]
    public void Route_that_there_is_none_of_is_refused_with_those_that_there_are(string record, string from, string says) =>
        Assert.Equal(says, bench.Hub.ReadRemap(record, from).Fault!.Detail);

    private async Task<RemapTally> LookAsync(RecordType type)
    {
        var look = await bench.Hub.LookAtRemapAsync(new RemapRequest(type, "shop"), null, CancellationToken.None);
        Assert.Null(look.Next);
        return Assert.Single(look.Targets);
    }
}
