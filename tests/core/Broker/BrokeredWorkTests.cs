using System.Text.Json;
using QtcHub.Ledger;
using QtcHub.Stores.Azure.Broker;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Broker;

public sealed class BrokeredWorkTests
{
    private const int Accounts = 6;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Nothing_is_lost_or_doubled_by_a_broker_that_delivers_twice_late_and_in_any_order(int seed)
    {
        using var bench = new BrokerBench(seed) { DisturbedOneIn = 12 };
        var (hub, chance) = (bench.Hub, new Random(seed));
        (bench.Broker.FailsOneIn, bench.Broker.RefusesOneIn) = (8, 15);
        for (var account = 0; account < Accounts; account++)
        {
            hub.Vendor.Holds("account", $"a{account}", AccountJson($"a{account}", "Acme"), 50);
        }

        var told = 0;
        for (var at = 100; at < 160; at++)
        {
            var id = $"a{chance.Next(Accounts)}";
            hub.Vendor.Holds("account", id, AccountJson(id, $"Acme {at}"), at);
            Misbehave(hub, chance.Next(8));
            told += await TellAsync(hub, $"evt-{at}", NoticeJson("account", id, at), NoticeJson("account", $"a{chance.Next(Accounts)}", 1));
            await bench.PassAsync(TimeSpan.FromSeconds(chance.Next(40)), 1);
        }

        (bench.DisturbedOneIn, bench.Broker.FailsOneIn, bench.Broker.RefusesOneIn) = (0, 0, 0);
        await bench.PassAsync(TimeSpan.FromSeconds(30), 120);

        var found = await hub.Hub.VerifyAsync(CancellationToken.None);
        Assert.Equal(told, found.Acknowledged);
        Assert.Equal((0, 0, 0), (found.Open, found.Unknown, found.DeadLettered));
        Assert.Empty(await hub.LettersAsync());
        Assert.Equal((0, 0), (bench.Broker.Count, bench.Broker.Dead));
        Assert.Equal(
            hub.Vendor.Target.Count,
            hub.Vendor.Target.Values.Select(record => record.Reference).Distinct(StringComparer.Ordinal).Count()
        );
        for (var account = 0; account < Accounts; account++)
        {
            var lane = await hub.LaneAsync(AccountLane($"a{account}"));
            Assert.Equal((lane.WantedRevision, null), (lane.SettledRevision, lane.Current));
            Assert.Contains(NameOf(hub, $"a{account}"), hub.Vendor.Target[lane.ExternalId!].Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Messages_do_not_multiply_while_lanes_wait_for_a_system_that_is_down()
    {
        using var bench = new BrokerBench(1) { MayDie = false };
        bench.Hub.Vendor.Down = new Fault.Unavailable("no connection");
        await TellAllAsync(bench, 100);
        var most = 0;
        for (var round = 0; round < 40; round++)
        {
            // Each record changes again and again, and each change asks for its lane.
            await TellAllAsync(bench, 101 + round);
            await bench.PassAsync(TimeSpan.FromSeconds(30), 4);
            most = Math.Max(most, bench.Broker.Count);
        }

        // One message for each lane, and those of the changes that came since the last look at it.
        Assert.InRange(most, Accounts, 3 * Accounts);
        bench.Hub.Vendor.Down = null;
        await bench.PassAsync(TimeSpan.FromSeconds(30), 4);
        Assert.Equal(Accounts, bench.Hub.Vendor.Target.Count);
        Assert.Equal(0, bench.Broker.Count);
    }

    [Fact]
    public async Task Reminders_of_a_delivery_whose_source_is_down_do_not_multiply_its_notices()
    {
        using var bench = new BrokerBench(1) { MayDie = false };
        for (var at = 0; at < 400; at++)
        {
            bench.Hub.Vendor.ReadsNextAs(new Fault.Unavailable("no connection"));
        }

        await TellAsync(bench.Hub, "evt-1", NoticeJson("account", "a1", 1), NoticeJson("account", "a2", 1), NoticeJson("account", "a3", 1));
        var most = 0;
        for (var round = 0; round < 60; round++)
        {
            await bench.PassAsync(TimeSpan.FromSeconds(30), 2);
            most = Math.Max(most, bench.Broker.Count);
        }

        Assert.InRange(most, 3, 6);
    }

    [Fact]
    public async Task Work_that_fails_by_a_bug_ends_as_a_dead_letter_that_a_person_can_release()
    {
        using var bench = new BrokerBench(1);
        bench.Hub.Store.Before = commit =>
            commit.Home == Home.OfRecord(Account("a1"))
            && commit.Changes.Any(change => change.Key.StartsWith("request/", StringComparison.Ordinal))
                ? throw new InvalidOperationException("a bug")
                : Task.CompletedTask;
        bench.Hub.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        await TellAsync(bench.Hub, "evt-1", NoticeJson("account", "a1", 100));
        await bench.DrainAsync();

        var letter = Assert.Single(await bench.Hub.LettersAsync());
        Assert.Equal("Rejected", letter.Fault.Name);
        Assert.Contains("MaxDeliveryCountExceeded", letter.Fault.Detail, StringComparison.Ordinal);
        Assert.Equal((0, 0), (bench.Broker.Count, bench.Broker.Dead));
        Assert.Equal(1, (await bench.Hub.Hub.VerifyAsync(CancellationToken.None)).DeadLettered);

        bench.Hub.Store.Before = null;
        Assert.True(await bench.Hub.Hub.ReleaseAsync(AccountLane("a1"), "kim", "mended", CancellationToken.None));
        await bench.DrainAsync();
        Assert.Single(bench.Hub.Vendor.Target);
    }

    [Fact]
    public async Task Store_that_does_not_answer_costs_work_none_of_its_deliveries()
    {
        using var bench = new BrokerBench(1);
        bench.Hub.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        await TellAsync(bench.Hub, "evt-1", NoticeJson("account", "a1", 100));
        bench.Hub.Store.Before = _ => throw new StoreFailedException("storage does not answer");
        for (var minute = 0; minute < 60; minute++)
        {
            await bench.DrainAsync();
            bench.Hub.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((1, 0, 0), (bench.Broker.Count, bench.Broker.Dead, bench.Broker.Deliveries));
        bench.Hub.Store.Before = null;
        await bench.PassAsync(TimeSpan.FromMinutes(1), 6);
        Assert.Single(bench.Hub.Vendor.Target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"kind":"parcel"}""")]
    [InlineData("""{"kind":"lane","Lane":{"Record":"acc_1234567890123456789012","Target":null,"Part":"main"}}""")]
    public async Task Foreign_message_is_dead_lettered_with_a_reason_and_troubles_nobody(string body)
    {
        using var bench = new BrokerBench(1);
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        var settlement = await bench.Work.ProcessAsync(
            bytes,
            new Dictionary<string, object>(StringComparer.Ordinal),
            CancellationToken.None
        );
        Assert.Equal("foreign-message", Assert.IsType<Settlement.DeadLetter>(settlement).Reason);

        bench.Broker.Put(bytes, new Dictionary<string, object>(StringComparer.Ordinal), bench.Hub.Clock.GetUtcNow());
        await bench.DrainAsync();
        Assert.Equal((0, 0), (bench.Broker.Count, bench.Broker.Dead));
        Assert.Empty(await bench.Hub.LettersAsync());
    }

    [Fact]
    public async Task Message_is_left_to_come_again_where_the_broker_does_not_take_the_next_one()
    {
        using var bench = new BrokerBench(1);
        bench.Hub.Vendor.Holds("account", "a1", AccountJson("a1", "Acme"), 100);
        bench.Hub.Vendor.ReadsNextAs(new Fault.Transient("not now"));
        await TellAsync(bench.Hub, "evt-1", NoticeJson("account", "a1", 100));
        bench.Broker.RefusesOneIn = 1;
        await bench.DrainAsync();
        Assert.Equal((1, 1), (bench.Broker.Count, bench.Broker.Deliveries));

        bench.Broker.RefusesOneIn = 0;
        await bench.PassAsync(TimeSpan.FromMinutes(1), 3);
        Assert.Single(bench.Hub.Vendor.Target);
    }

    /// <summary>Tells of a change; a sender whose webhook is not acknowledged comes again.</summary>
    private static async Task<int> TellAsync(HubBench hub, string eventId, params string[] notices)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            try
            {
                if ((await hub.TellAsync(eventId, notices)).Status == 200)
                {
                    return 1;
                }
            }
            catch (BrokerBench.DiedException)
            {
                hub.Restart();
            }
        }

        throw new InvalidOperationException("no webhook is ever acknowledged");
    }

    private static async Task TellAllAsync(BrokerBench bench, long at)
    {
        for (var account = 0; account < Accounts; account++)
        {
            bench.Hub.Vendor.Holds("account", $"a{account}", AccountJson($"a{account}", $"Acme {at}"), at);
            await TellAsync(bench.Hub, $"evt-{account}-{at}", NoticeJson("account", $"a{account}", at));
        }
    }

    private static void Misbehave(HubBench hub, int die)
    {
        switch (die)
        {
            case 0:
                hub.Vendor.AnswersNext(new Fault.Ambiguous("no answer"), commits: true);
                break;
            case 1:
                hub.Vendor.AnswersNext(new Fault.Ambiguous("no answer"));
                break;
            case 2:
                hub.Vendor.AnswersNext(new Fault.RateLimited(TimeSpan.FromSeconds(20), "slower"));
                break;
            case 3:
                hub.Vendor.AnswersNext(new Fault.Unavailable("no connection"));
                break;
            case 4:
                hub.Vendor.ReadsNextAs(new Fault.Transient("not now"));
                break;
        }
    }

    private static string NameOf(HubBench hub, string id)
    {
        using var held = JsonDocument.Parse(hub.Vendor.Held("account", id));
        return held.RootElement.GetProperty("name").GetString()!;
    }
}
