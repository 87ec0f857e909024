using System.Text;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Hosting;

/// <summary>Rows as the first programs wrote them: an effect that left its lane beside the entry that told of it, and an entry for each taking.</summary>
public sealed class FormerRowsTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Effects_of_both_forms_are_traced_in_the_order_in_which_they_came()
    {
        await WriteFormerAsync();
        await bench.ChangeAccountAsync("a1", "Fourth", 400);

        var record = Assert.Single((await bench.Hub.TraceAsync(Account("a1").Value, CancellationToken.None))!.Records);

        Assert.Equal(
            [(1, 1, EffectState.Applied), (2, 2, EffectState.DeadLettered), (3, 1, EffectState.Superseded), (4, 1, EffectState.Applied)],
            record.Effects.Select(effect => (effect.Revision, effect.Generation, effect.State))
        );
        Assert.Equal([false, true, false, true], record.RequestsKept);
        Assert.Equal(
            ["Due>InFlight", "InFlight>Applied", "Due>InFlight", "InFlight>Applied"],
            record.Audit.SelectMany(entry => entry.States)
        );
    }

    [Theory]
    [InlineData(1, NoticeResultKind.Revised, Standing.Applied)]
    [InlineData(1, NoticeResultKind.Unchanged, Standing.Unchanged)]
    [InlineData(2, NoticeResultKind.Revised, Standing.DeadLettered)]
    [InlineData(3, NoticeResultKind.Revised, Standing.Superseded)]
    [InlineData(4, NoticeResultKind.Revised, Standing.Applied)]
    public async Task A_delivery_stands_where_an_effect_of_either_form_ended(int revision, NoticeResultKind kind, Standing expected)
    {
        await WriteFormerAsync();
        await bench.ChangeAccountAsync("a1", "Fourth", 400);
        var delivery = await bench.DeliveryAsync("evt-a1-400") with { Notices = [new NoticeResult(kind, Account("a1"), revision, null)] };

        Assert.Equal(expected, await new Verifier(bench.Store).StandingAsync(delivery, CancellationToken.None));
    }

    [Fact]
    public async Task Record_of_an_earlier_program_is_merged_as_any_other()
    {
        await WriteFormerAsync();
        await bench.ChangeAccountAsync("a1", "Fourth", 400);
        await bench.ChangeAccountAsync("a2", "Acme", 400);
        bench.Vendor.Merges("account", "a1", "a2", 500);
        await bench.TellAsync("merge", NoticeJson("account", "a1", 500));
        await bench.RunAsync();

        Assert.Equal(Account("a2"), (await bench.LaneAsync(AccountLane("a1"))).MergedInto);
        Assert.Contains("t-0", Assert.Single(await bench.LettersAsync()).Fault.Detail, StringComparison.Ordinal);
    }

    /// <summary>A record at its third revision, all of it written by an earlier program.</summary>
    private async Task WriteFormerAsync()
    {
        var home = Home.OfRecord(Account("a1"));
        var id = Account("a1").Value;
        await PutAsync(Home.OfClaim("shop", "account", "a1"), ("claim", "", "", id));
        await PutAsync(
            home,
            (
                "head",
                "record",
                "BillingAccount",
                $$$"""{"id":"{{{id}}}","revision":3,"contentHash":"c3","sources":[{"system":"shop","externalType":"account","externalId":"a1","marker":{"notBefore":"1970-01-01T00:05:00+00:00","notAfter":"1970-01-01T00:05:00+00:00"},"observedHash":"o3","isGone":false}]}"""
            ),
            (
                "lane/books/customer",
                "lane",
                "Idle",
                $$$"""{"id":{"record":"{{{id}}}","target":"books","part":"customer"},"wantedRevision":3,"wantedOrigin":"delivery:shop:e3","externalId":"t-0","settledRevision":3,"appliedRevision":1,"sentRevision":2,"fence":2,"createGeneration":1,"openLetters":0,"epoch":0}"""
            ),
            ("content/00000001", "content", "20260301", "{}"),
            ("content/00000003", "content", "20260301", "{}"),
            ("request/books/customer/00000002.0002", "request", "20260301", "{}"),
            ("effect/books/customer/00000001.0001", "", "Applied", Ended(1, 1, "Applied")),
            ("effect/books/customer/00000002.0002", "", "DeadLettered", Ended(2, 2, "DeadLettered")),
            ("effect/books/customer/00000003.0001", "", "Superseded", Ended(3, 1, "Superseded")),
            ("audit/lane/books/customer/00000002", "", "effect", Told("Due>InFlight")),
            ("audit/lane/books/customer/00000003", "", "effect", Told("InFlight>Applied"))
        );
    }

    private async Task PutAsync(Home home, params (string Key, string Kind, string State, string Body)[] rows)
    {
        var inserts = rows.Select(row =>
            (Change)new Change.Insert(new Row(row.Key, row.Kind, row.State, Encoding.UTF8.GetBytes(row.Body)))
        );
        Assert.Equal(CommitResult.Committed, await bench.Store.CommitAsync(new Commit(home, [.. inserts]), CancellationToken.None));
    }

    private static string Ended(int revision, int generation, string state) =>
        $$"""{"revision":{{revision}},"generation":{{generation}},"state":"{{state}}","origin":"delivery:shop:e{{revision}}","due":"2026-03-01T12:00:00+00:00","since":"2026-03-01T12:00:00+00:00","attempts":1,"history":[],"requestHash":"h{{revision}}","outcomeUnknown":false}""";

    private static string Told(string step) =>
        $$"""{"at":"2026-03-01T12:00:00+00:00","actor":"hub","action":"effect","origin":"delivery:shop:e1","lane":"books/customer","revision":1,"generation":1,"states":["{{step}}"]}""";
}
