using System.Globalization;
using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>Several systems tell of one record, and not always in the order or the form that one would wish for.</summary>
public sealed class LinkedSourcesTests
{
    private const string Till = """
          till:
            kind: scripted
            roles: [billing]
            entity: us
            baseUrl: https://till.test/
            credentials: {token: 'env:TILL'}
            callTimeout: 10s
        match: {Invoice: number, BillingAccount: [number]}
        routes:
          - {record: BillingAccount, from: till, to: [books]}
          - {record: Invoice, from: till, to: [books], when: 'status | one-of(open, void)'}
        """;

    /// <summary>Shop and till tell of the same things to the books.</summary>
    private static readonly string Linked = HubFiles.Hub.Replace("routes:", Till, StringComparison.Ordinal);

    [Fact]
    public async Task Two_records_of_one_source_that_have_the_same_key_are_never_taken_for_one()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", Numbered(BillJson("b1", "a1", 500), "1001"), 200);
        await bench.ChangeBillAsync("b2", Numbered(BillJson("b2", "a1", 900), "1001"), 300);

        Assert.Contains("several-records", Assert.Single(await bench.LettersAsync()).Cause, StringComparison.Ordinal);
        Assert.Null(await bench.Store.ClaimedAsync("shop", "bill", "b2", CancellationToken.None));
        Assert.Equal("b1", (await bench.HeadAsync(Bill("b1")))!.Source("shop")!.ExternalId);

        await bench.ChangeBillAsync("b2", Numbered(BillJson("b2", "a1", 900), "1002"), 400);
        Assert.NotNull((await bench.LaneAsync(BillLane("b2"))).ExternalId);
    }

    [Fact]
    public async Task Another_record_of_a_target_is_not_taken_for_the_one_that_was_written_there()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        await bench.Store.ClaimAsync("till", "bill", "tb1", Bill("b1"), CancellationToken.None);
        bench.Vendor.Holds("bill", "tb1", Numbered(BillJson("tb1", "a1", 500), "b1"), 300);
        await TellAsync(bench, "till", "bill", "tb1", 300);
        bench.Vendor.Holds("bill", "tb2", Numbered(BillJson("tb2", "a1", 700), "b1"), 300);
        await TellAsync(bench, "till", "bill", "tb2", 300);

        Assert.Contains("several-records", Assert.Single(await bench.LettersAsync()).Cause, StringComparison.Ordinal);
        Assert.Equal("tb1", (await bench.HeadAsync(Bill("b1")))!.Source("till")!.ExternalId);
    }

    [Fact]
    public async Task A_key_that_a_record_gets_later_is_its_own_from_then_on()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500, status: "draft"), 200);
        await bench.ChangeBillAsync("b1", Numbered(BillJson("b1", "a1", 500), "N-1"), 300);
        bench.Vendor.Holds("bill", "tb1", Numbered(BillJson("tb1", "a1", 500), "N-1"), 400);
        await TellAsync(bench, "till", "bill", "tb1", 400);

        Assert.Equal(Bill("b1"), await bench.Store.ClaimedAsync("till", "bill", "tb1", CancellationToken.None));
        Assert.Single(bench.Vendor.Target.Values, record => record.Body.Contains("\"total\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_a_record_gets_when_another_has_it_already_is_a_dead_letter()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500, status: "draft"), 200);
        bench.Vendor.Holds("bill", "tb1", Numbered(BillJson("tb1", "a1", 500), "N-1"), 300);
        await TellAsync(bench, "till", "bill", "tb1", 300);
        await bench.ChangeBillAsync("b1", Numbered(BillJson("b1", "a1", 500), "N-1"), 400);

        Assert.Contains("several-records", Assert.Single(await bench.LettersAsync()).Cause, StringComparison.Ordinal);
        Assert.Single(bench.Vendor.Target.Values, record => record.Body.Contains("\"total\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_hub_wrote_and_a_system_tells_of_for_the_first_time_as_deleted_ends_nothing()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.Store.ClaimAsync("till", "account", "ta1", Account("a1"), CancellationToken.None);
        bench.Vendor.Deletes("account", "ta1", 200);
        await TellAsync(bench, "till", "account", "ta1", 200);

        var head = await bench.HeadAsync(Account("a1"));
        Assert.Equal((1, "shop", true), (head!.Revision, head.Origin, head.Source("till")!.IsGone));
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task What_the_hub_wrote_and_a_system_tells_of_but_does_not_find_is_gone_there_after_a_second_look()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.Store.ClaimAsync("till", "account", "ta1", Account("a1"), CancellationToken.None);
        await TellAsync(bench, "till", "account", "ta1", 200);
        await bench.PassAsync(TimeSpan.FromMinutes(5), 5);

        Assert.True((await bench.HeadAsync(Account("a1")))!.Source("till")!.IsGone);
        Assert.Equal(1, (await bench.HeadAsync(Account("a1")))!.Revision);
    }

    [Fact]
    public void The_head_of_the_time_when_a_record_had_one_source_keeps_its_origin_whoever_tells_of_it_next()
    {
        var first = Seen("shop");
        var old = RecordHead.First(Bill("b1"), 1, "hash", first) with { MintedBy = null };

        Assert.Equal("shop", old.With(Seen("till")).With(first).Origin);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_record_of_two_sources_reaches_the_targets_of_both_whichever_comes_first_and_so_do_its_changes(bool shopFirst)
    {
        var further = Linked
            .Replace(
                "match:",
                "  desk: {kind: scripted, roles: [erp], entity: us, baseUrl: https://desk.test/, credentials: {token: 'env:DESK'}, callTimeout: 10s}\nmatch:",
                StringComparison.Ordinal
            )
            .Replace("from: till, to: [books]}", "from: till, to: [books, desk]}", StringComparison.Ordinal);
        using var bench = new HubBench(hub: further);
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        bench.Vendor.Holds("account", "ta1", """{"id":"ta1","number":"a1","name":"Acme"}""", 100);
        foreach (var fromShop in (bool[])[shopFirst, !shopFirst])
        {
            await TellAsync(bench, fromShop ? "shop" : "till", "account", fromShop ? "a1" : "ta1", 100);
        }

        var (system, id) = shopFirst ? ("shop", "a1") : ("till", "ta1");
        var record = await bench.Store.ClaimedAsync(system, "account", id, CancellationToken.None);
        bench.Vendor.Holds("account", id, $$"""{"id":"{{id}}","number":"a1","name":"Acme & Sons"}""", 200);
        await TellAsync(bench, system, "account", id, 200);

        foreach (var target in (string[])["books", "desk"])
        {
            Assert.Equal(2, (await bench.LaneAsync(new LaneId(record!.Value, target, "customer"))).AppliedRevision);
        }
    }

    [Fact]
    public async Task A_record_whose_keys_belong_to_two_others_is_a_dead_letter_and_neither_of_them()
    {
        using var bench = new HubBench(
            hub: Linked.Replace("BillingAccount: [number]", "BillingAccount: [number, email]", StringComparison.Ordinal)
        );
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Holds("account", "a2", """{"id":"a2","number":"a2","name":"Bolt","email":"b@example.com"}""", 100);
        await TellAsync(bench, "shop", "account", "a2", 100);
        bench.Vendor.Holds("account", "ta1", """{"id":"ta1","number":"a1","name":"Bolt","email":"b@example.com"}""", 200);
        await TellAsync(bench, "till", "account", "ta1", 200);

        Assert.Contains("several-records", Assert.Single(await bench.LettersAsync()).Cause, StringComparison.Ordinal);
        Assert.Null(await bench.Store.ClaimedAsync("till", "account", "ta1", CancellationToken.None));
    }

    [Fact]
    public async Task Two_records_of_one_source_that_were_taken_for_one_at_the_same_time_are_told_apart_by_a_person()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.Store.ClaimAsync("shop", "account", "a2", Account("a1"), CancellationToken.None);
        await bench.ChangeAccountAsync("a2", "Bolt", 200);

        Assert.Contains("several-records", Assert.Single(await bench.LettersAsync()).Cause, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.HeadAsync(Account("a1")))!.Revision);
    }

    [Fact]
    public async Task What_another_system_owns_of_a_new_record_is_left_out_until_that_one_tells_of_it()
    {
        using var bench = new HubBench(hub: HubFiles.Hub + "\nowners:\n  BillingAccount: {email: books}\n");
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        var content = await bench.Store.ContentAsync(Account("a1"), 1, CancellationToken.None);
        Assert.DoesNotContain("a@example.com", System.Text.Encoding.UTF8.GetString(content.Span), StringComparison.Ordinal);
    }

    private static SourceSeen Seen(string system) =>
        new()
        {
            System = system,
            ExternalType = "bill",
            ExternalId = "b1",
            Marker = Marker.AnyTime,
            ObservedHash = "",
        };

    private static string Numbered(string bill, string number) =>
        bill.Replace("{\"id\"", $"{{\"number\":\"{number}\",\"id\"", StringComparison.Ordinal);

    private static async Task TellAsync(HubBench bench, string system, string type, string id, int at)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"evt-{id}-{at}");
        await bench.SendAsync($$"""{"id":"{{name}}","notices":[{{NoticeJson(type, id, at)}}]}""", system);
        await bench.RunAsync();
    }
}
