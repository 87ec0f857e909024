using System.Globalization;
using System.Text;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using QtcHub.Tests.Core.Connectors;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>The same fact in several systems: found by a match key, linked, never doubled.</summary>
public sealed class LinkingTests
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
        """;

    /// <summary>Shop and till tell of the same things to the books.</summary>
    private static readonly string Linked = HubFiles.Hub.Replace(
        "routes:",
        $$"""
        {{Till}}
          - {record: BillingAccount, from: till, to: [books]}
          - {record: Invoice, from: till, to: [books], when: 'status | one-of(open, void)'}
        """,
        StringComparison.Ordinal
    );

    /// <summary>The shop's things go to the till, which makes some bills itself.</summary>
    private static readonly string Found = HubFiles
        .Hub.Replace("routes:", Till, StringComparison.Ordinal)
        .Replace("from: shop, to: [books], gone", "from: shop, to: [till], gone", StringComparison.Ordinal)
        .Replace(
            "from: shop, to: [books], when",
            "from: shop, to: [till], link: {till: 'memo | one-of(till)'}, when",
            StringComparison.Ordinal
        );

    /// <summary>The till is a target of accounts and tells of them.</summary>
    private static readonly string Both = Found.Replace(
        "  - {record: Inv",
        "  - {record: BillingAccount, from: till, to: [books]}\n  - {record: Inv",
        StringComparison.Ordinal
    );

    private static readonly MappingFile[] SameTypes =
    [
        new(
            "scripted/as-bill.yaml",
            "mapping: Invoice -> scripted.bill\nfields:\n  number: number\n  customer: account | xref\n  total: total | major\n  memo: memo | default(null)\n"
        ),
        new(
            "scripted/as-account.yaml",
            "mapping: BillingAccount -> scripted.account\nfields:\n  number: number\n  name: name\n  email: email | default(null)\n"
        ),
    ];

    private static readonly TargetPromise Shared = TargetPromise.Upsert with { SharesTypes = true };

    [Fact]
    public async Task What_stands_in_the_target_before_its_first_create_is_found_by_its_match_key_and_changed_rather_than_doubled()
    {
        using var bench = new HubBench(hub: Linked);
        bench.Vendor.Target["c-7"] = new TargetRecord("somebody else's", """{"number":"a1","name":"Old name","inactive":false}""");
        bench.Vendor.Matches["c-7"] = "number=a1";
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        var sent = Assert.Single(bench.Vendor.Sent);
        Assert.Equal("c-7", sent.ExternalId);
        Assert.Equal("c-7", (await bench.LaneAsync(AccountLane("a1"))).ExternalId);
        Assert.Single(bench.Vendor.Target);
    }

    [Fact]
    public async Task What_stands_in_the_target_as_it_should_needs_no_write()
    {
        using var bench = new HubBench(hub: Linked);
        bench.Vendor.Target["c-7"] = new TargetRecord("", """{"number":"a1","name":"Acme","email":"a@example.com","inactive":false}""");
        bench.Vendor.Matches["c-7"] = "number=a1";
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Empty(bench.Vendor.Sent);
        Assert.Equal([EffectState.Applied], await bench.EndedAsync(AccountLane("a1")));
    }

    [Fact]
    public async Task A_posted_document_that_stands_there_in_another_form_is_never_overwritten_not_by_its_next_revision_either()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Target["e-9"] = new TargetRecord("", """{"customer":"t-1","number":"b1","total":9.99,"memo":"m","void":false}""");
        bench.Vendor.Matches["e-9"] = "number=b1";
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500, memo: "once more"), 300);

        Assert.Single(bench.Vendor.Sent);
        Assert.Equal(
            nameof(Fault.PostedDocumentChanged),
            Assert.Single((await bench.LettersAsync()).Select(letter => letter.Fault.Name).Distinct())
        );
    }

    [Fact]
    public async Task Several_records_of_one_key_are_a_dead_letter_and_nothing_is_guessed()
    {
        using var bench = new HubBench(hub: Linked);
        bench.Vendor.Matches["c-7"] = "number=a1";
        bench.Vendor.Matches["c-8"] = "number=a1";
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Empty(bench.Vendor.Sent);
        Assert.Contains("several-records", Assert.Single(await bench.LettersAsync()).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_created_while_the_target_cannot_be_asked()
    {
        using var bench = new HubBench(hub: Linked);
        bench.Vendor.Down = new Fault.Unavailable("down");
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.Empty(bench.Vendor.Sent);

        bench.Vendor.Down = null;
        await bench.PassAsync(TimeSpan.FromMinutes(2), 12);
        Assert.Single(bench.Vendor.Target);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_sources_that_tell_of_one_fact_end_with_one_record_whichever_comes_first(bool shopFirst)
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        bench.Vendor.Holds("account", "ta1", """{"id":"ta1","number":"a1","name":"Acme as the till writes it"}""", 100);
        bench.Vendor.Holds("bill", "tb1", Numbered(BillJson("tb1", "ta1", 500), "b1"), 200);
        bench.Vendor.Holds("bill", "b1", BillJson("b1", "a1", 500), 200);
        foreach (var fromShop in (bool[])[shopFirst, !shopFirst])
        {
            await TellAsync(bench, fromShop ? "shop" : "till", "bill", fromShop ? "b1" : "tb1", 200);
        }

        Assert.Single(bench.Vendor.Target.Values, record => record.Body.Contains("\"total\"", StringComparison.Ordinal));
        var second = shopFirst ? new DeliveryId("till", "evt-tb1-200") : new DeliveryId("shop", "evt-b1-200");
        var result = Assert.Single((await bench.Store.DeliveryAsync(second, CancellationToken.None))!.Value.Value.Notices!.Value);
        Assert.Equal(NoticeResultKind.Linked, result!.Kind);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task A_source_that_was_linked_later_changes_nothing_that_it_does_not_own_and_ends_nothing()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        bench.Vendor.Holds("bill", "tb1", Numbered(BillJson("tb1", "a1", 700, memo: "the till's own"), "b1"), 300);
        await TellAsync(bench, "till", "bill", "tb1", 300);
        bench.Vendor.Deletes("bill", "tb1", 400);
        await TellAsync(bench, "till", "bill", "tb1", 400);

        var head = await bench.HeadAsync(Bill("b1"));
        Assert.Equal(1, head!.Revision);
        Assert.Equal("shop", head.Origin);
        Assert.Equal(["shop", "till"], head.Sources.Select(source => source.System).Order(StringComparer.Ordinal));
        Assert.Equal(2, bench.Vendor.Sent.Count);
    }

    [Fact]
    public async Task The_same_number_in_two_companies_is_two_records()
    {
        var two = Linked
            .Replace(
                "entities:",
                "entities:\n  de: {name: Beispiel GmbH, currency: EUR, timeZone: Europe/Berlin}",
                StringComparison.Ordinal
            )
            .Replace(
                "    entity: us\n    baseUrl: https://till.test/",
                "    entity: de\n    baseUrl: https://till.test/",
                StringComparison.Ordinal
            );
        using var bench = new HubBench(hub: two);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);
        bench.Vendor.Holds("bill", "tb1", Numbered(BillJson("tb1", "a1", 500), "b1"), 200);
        await TellAsync(bench, "till", "bill", "tb1", 200);

        var other = await bench.Store.ClaimedAsync("till", "bill", "tb1", CancellationToken.None);
        Assert.NotNull(other);
        Assert.NotEqual(Bill("b1"), other);
    }

    [Fact]
    public async Task What_a_target_makes_itself_is_waited_for_then_linked_and_never_written()
    {
        using var bench = new HubBench(Shared, Found, own: SameTypes);
        await OpenAsync(bench);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500, memo: "till"), 200);
        var lane = new LaneId(Bill("b1"), "till", "bill");
        Assert.Equal(EffectState.Due, await bench.StateAsync(lane));

        bench.Vendor.Matches["tb1"] = "number=b1";
        await bench.PassAsync(TimeSpan.FromHours(3), 12);
        var linked = await bench.LaneAsync(lane);
        Assert.Equal(("tb1", null, 0), (linked.ExternalId, linked.Current, linked.SentRevision));

        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500, memo: "till", status: "void"), 400);
        Assert.DoesNotContain(bench.Vendor.Sent, write => write.ExternalId == "tb1");
        Assert.Equal(Bill("b1"), await bench.Store.ClaimedAsync("till", "bill", "tb1", CancellationToken.None));
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task What_a_target_makes_itself_is_waited_for_no_longer_once_the_target_has_told_of_it()
    {
        var told = Found.Replace(
            "  - {record: Inv",
            "  - {record: Invoice, from: till, to: [books]}\n  - {record: Inv",
            StringComparison.Ordinal
        );
        using var bench = new HubBench(Shared, told, own: SameTypes);
        await OpenAsync(bench);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500, memo: "till"), 200);
        await bench.PassAsync(TimeSpan.FromMinutes(50), 50);
        var asked = bench.Vendor.Asked.Count;
        bench.Vendor.Holds("bill", "tb1", Numbered(BillJson("tb1", "ta1", 500), "b1"), 300);
        await TellAsync(bench, "till", "bill", "tb1", 300);

        var linked = await bench.LaneAsync(new LaneId(Bill("b1"), "till", "bill"));
        Assert.Equal(("tb1", null), (linked.ExternalId, linked.Current));
        Assert.Equal(asked, bench.Vendor.Asked.Count);
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task What_a_target_should_have_made_itself_and_never_did_becomes_a_dead_letter_after_the_wait_limit()
    {
        using var bench = new HubBench(Shared, Found, own: SameTypes);
        await OpenAsync(bench);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500, memo: "till"), 200);
        await bench.PassAsync(TimeSpan.FromDays(8), 8 * 24);

        Assert.StartsWith("not-found-to-link", Assert.Single(await bench.LettersAsync()).Fault.Detail, StringComparison.Ordinal);
        Assert.InRange(bench.Vendor.Asked.Count(asked => asked == "number=b1"), 20, 400);
    }

    [Fact]
    public async Task What_a_target_does_not_make_itself_is_created_there()
    {
        using var bench = new HubBench(Shared, Found, own: SameTypes);
        await OpenAsync(bench);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);

        Assert.NotNull((await bench.LaneAsync(new LaneId(Bill("b1"), "till", "bill"))).ExternalId);
    }

    [Fact]
    public async Task A_record_stands_in_the_system_that_told_of_it_and_what_refers_to_it_there_does_not_wait()
    {
        var told = Found.Replace(
            "  - {record: Inv",
            "  - {record: BillingAccount, from: till, to: [shop]}\n  - {record: Inv",
            StringComparison.Ordinal
        );
        using var bench = new HubBench(Shared, $"{told}\nowners: {{BillingAccount: {{phone: till}}}}", own: SameTypes);
        bench.Vendor.Matches["a1"] = "number=a1";
        bench.Vendor.Target["a1"] = new TargetRecord("", """{"number":"a1","name":"Acme","email":null}""");
        bench.Vendor.Holds("account", "ta1", """{"id":"ta1","number":"a1","name":"Acme"}""", 100);
        await TellAsync(bench, "till", "account", "ta1", 100);
        bench.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        await bench.ChangeBillAsync("b1", BillJson("b1", "a1", 500), 200);

        var bill = Assert.Single(bench.Vendor.Sent, write => write.Type == RecordType.Invoice);
        Assert.Contains("\"customer\":\"ta1\"", Encoding.UTF8.GetString(bill.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_one_sources_own_field_is_done_when_the_targets_of_its_own_route_have_it()
    {
        using var bench = new HubBench(Shared, $"{Both}\nowners: {{BillingAccount: {{phone: till}}}}", own: SameTypes);
        await OpenAsync(bench);
        bench.Vendor.Holds("account", "ta1", """{"id":"ta1","number":"a1","name":"The till's own","phone":"12"}""", 300);
        await TellAsync(bench, "till", "account", "ta1", 300);

        var lanes = await bench.Store.LanesAsync(Account("a1"), CancellationToken.None);
        Assert.Equal([("books", 2), ("till", 1)], lanes.Select(lane => (lane.Value.Id.Target, lane.Value.SettledRevision)).Order());
        var stands = await bench.Hub.VerifyAsync(CancellationToken.None);
        Assert.Equal((2L, 0L), (stands.Acknowledged, stands.Open));
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task What_no_record_has_until_its_owner_tells_of_it_is_left_to_the_owner()
    {
        using var bench = new HubBench(hub: $"{Linked}\nowners: {{BillingAccount: {{email: till}}}}");
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        Assert.DoesNotContain("a@example.com", bench.Sent(0), StringComparison.Ordinal);

        bench.Vendor.Holds("account", "ta1", """{"id":"ta1","number":"a1","name":"The till's own","email":"till@example.com"}""", 300);
        await TellAsync(bench, "till", "account", "ta1", 300);
        Assert.Contains("\"name\":\"Acme\",\"email\":\"till@example.com\"", bench.Sent(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_hub_wrote_for_another_type_of_record_is_no_record_of_this_one()
    {
        using var bench = new HubBench(hub: Linked);
        await bench.Store.ClaimAsync("till", "bill", "tb1", Account("a1"), CancellationToken.None);
        bench.Vendor.Holds("bill", "tb1", BillJson("tb1", "a1", 500), 200);
        await TellAsync(bench, "till", "bill", "tb1", 200);

        var told = (await bench.Store.DeliveryAsync(new DeliveryId("till", "evt-tb1-200"), CancellationToken.None))!.Value.Value;
        Assert.Equal("written-for-another-type", Assert.Single(told.Notices!.Value)!.Rule);
        Assert.Empty(bench.Vendor.Sent);
        Assert.Null(await bench.HeadAsync(Account("a1")));
    }

    [Fact]
    public async Task What_the_hub_has_written_is_known_by_its_reference_though_the_target_tells_of_it_before_it_has_answered()
    {
        using var bench = new HubBench(Shared with { Lookup = true }, Both, own: SameTypes);
        bench.Vendor.SucceedsNextAfter(() => EchoAsync(bench, "t-1"));
        await bench.ChangeAccountAsync("a1", "Acme", 100);

        Assert.Equal(Account("a1"), await bench.Store.ClaimedAsync("till", "account", "t-1", CancellationToken.None));
        Assert.Single(bench.Vendor.Target);
        Assert.Equal(["shop", "till"], (await bench.HeadAsync(Account("a1")))!.Sources.Select(source => source.System));
        Assert.Empty(await bench.LettersAsync());
    }

    [Fact]
    public async Task What_somebody_has_copied_with_its_reference_is_a_record_of_its_own()
    {
        using var bench = new HubBench(Shared with { Lookup = true }, Both, own: SameTypes);
        await bench.ChangeAccountAsync("a1", "Acme", 100);
        await EchoAsync(bench, "copy");

        var copy = await bench.Store.ClaimedAsync("till", "account", "copy", CancellationToken.None);
        Assert.NotNull(copy);
        Assert.NotEqual(Account("a1"), copy);
    }

    [Theory]
    [InlineData("inv_AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("no reference of a hub's")]
    public async Task A_reference_that_is_no_record_of_this_hubs_says_nothing(string stamp)
    {
        using var bench = new HubBench(Shared with { Lookup = true }, Both, own: SameTypes);
        await EchoAsync(bench, "ta1", stamp);

        Assert.Equal(
            CanonicalId.Mint(RecordType.BillingAccount, "till", "account", "ta1"),
            await bench.Store.ClaimedAsync("till", "account", "ta1", CancellationToken.None)
        );
        Assert.Empty(await bench.LettersAsync());
    }

    /// <summary>The till tells of an account that bears a reference, under a number of its own.</summary>
    private static async Task EchoAsync(HubBench bench, string id, string? stamp = null)
    {
        var record = $$"""{"id":"{{id}}","number":"its-own-{{id}}","name":"Acme","stamp":"{{stamp ?? Account("a1").Value}}"}""";
        bench.Vendor.Holds("account", id, record, 100);
        await TellAsync(bench, "till", "account", id, 100);
    }

    private static async Task OpenAsync(HubBench bench)
    {
        bench.Vendor.Matches["ta1"] = "number=a1";
        bench.Vendor.Target["ta1"] = new TargetRecord("", """{"number":"a1","name":"Acme","email":"a@example.com"}""");
        await bench.ChangeAccountAsync("a1", "Acme", 100);
    }

    private static string Numbered(string bill, string number) =>
        bill.Replace("{\"id\"", $"{{\"number\":\"{number}\",\"id\"", StringComparison.Ordinal);

    private static async Task TellAsync(HubBench bench, string system, string type, string id, int at)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"evt-{id}-{at}");
        await bench.SendAsync($$"""{"id":"{{name}}","notices":[{{NoticeJson(type, id, at)}}]}""", system);
        await bench.RunAsync();
    }
}
