using System.Globalization;
using System.Text;
using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Tests.Core.Bench;
using static QtcHub.Tests.Core.Bench.HubBench;

namespace QtcHub.Tests.Core.Broker;

/// <summary>A chain of merges over the cloud's store, while processes die between any two commits, instances race, and answers are lost.</summary>
public sealed class MergedInTheCloudTests
{
    private static readonly string[] All = ["a1", "a2", "a3"];
    private static readonly string[] Losers = ["a1", "a2"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task One_record_is_left_that_everything_goes_to_and_no_loser_is_written_again(int seed)
    {
        using var bench = new BrokerBench(seed) { DisturbedOneIn = 10 };
        var (hub, chance) = (bench.Hub, new Random(seed));
        (bench.Broker.FailsOneIn, bench.Broker.RefusesOneIn) = (8, 15);
        foreach (var id in All)
        {
            hub.Vendor.Holds("account", id, AccountJson(id, $"Acme {id}"), 100);
        }

        for (var at = 200; at < 230; at++)
        {
            Misbehave(hub, chance.Next(5));
            var id = All[chance.Next(All.Length)];
            if (at == 210)
            {
                hub.Vendor.Merges("account", "a1", "a2", at);
            }
            else if (at == 218)
            {
                hub.Vendor.Merges("account", "a2", "a3", at);
            }

            await TellAsync(
                hub,
                $"account-{at}",
                NoticeJson(
                    "account",
                    at is 210 ? "a1"
                        : at is 218 ? "a2"
                        : id,
                    at
                )
            );
            var bill = string.Create(CultureInfo.InvariantCulture, $"b{at}");
            hub.Vendor.Holds("bill", bill, BillJson(bill, All[chance.Next(All.Length)], at), at);
            await TellAsync(hub, $"bill-{at}", NoticeJson("bill", bill, at));
            await bench.PassAsync(TimeSpan.FromSeconds(chance.Next(40)), 1);
        }

        (bench.DisturbedOneIn, bench.Broker.FailsOneIn, bench.Broker.RefusesOneIn) = (0, 0, 0);
        await bench.PassAsync(TimeSpan.FromSeconds(30), 120);
        await AssertOneIsLeftAsync(hub);

        await AssertNothingGoesToALoserAsync(bench);
    }

    /// <summary>Changes and documents of all three go to the one that is left.</summary>
    private static async Task AssertNothingGoesToALoserAsync(BrokerBench bench)
    {
        var hub = bench.Hub;
        var written = hub.Vendor.Sent.Count;
        hub.Vendor.Holds("account", "a3", AccountJson("a3", "Acme at last"), 300);
        await TellAsync(hub, "at-last", NoticeJson("account", "a3", 300));
        foreach (var id in All)
        {
            hub.Vendor.Holds("bill", $"last-{id}", BillJson($"last-{id}", id, 5), 310);
            await TellAsync(hub, $"last-{id}", NoticeJson("bill", $"last-{id}", 310));
        }

        await bench.PassAsync(TimeSpan.FromSeconds(30), 20);
        var customer = (await hub.LaneAsync(AccountLane("a3"))).ExternalId;
        var after = hub.Vendor.Sent.Skip(written).ToList();
        Assert.Equal([customer], after.Where(write => write.Type == RecordType.BillingAccount).Select(write => write.ExternalId));
        Assert.All(
            after.Where(write => write.Type == RecordType.Invoice),
            write => Assert.Contains($"\"customer\":\"{customer}\"", Encoding.UTF8.GetString(write.Body.Span), StringComparison.Ordinal)
        );
        Assert.Equal(3, after.Count(write => write.Type == RecordType.Invoice));
    }

    private static async Task AssertOneIsLeftAsync(HubBench hub)
    {
        var found = await hub.Hub.VerifyAsync(CancellationToken.None);
        Assert.Equal((0, 0, 0), (found.Open, found.Unknown, found.Parked));
        var standing = 0;
        foreach (var id in Losers)
        {
            Assert.Equal(Account("a3"), await hub.Store.SurvivorAsync(Account(id), CancellationToken.None));
            // One that was never told of before its merge has no home of its own.
            if (await hub.Store.LaneAsync(AccountLane(id), CancellationToken.None) is { Value: var lane })
            {
                Assert.Null(lane.Current);
                standing += lane.ExternalId is null ? 0 : 1;
            }
        }

        var survivor = await hub.LaneAsync(AccountLane("a3"));
        Assert.Equal((survivor.WantedRevision, null), (survivor.SettledRevision, survivor.Current));
        var letters = await hub.LettersAsync();
        Assert.Equal(standing, letters.Count(letter => letter.Fault.Detail.StartsWith(MergeLetters.Stands, StringComparison.Ordinal)));
        Assert.Equal(standing, letters.Count);
        Assert.Equal(
            hub.Vendor.Target.Count,
            hub.Vendor.Target.Values.Select(record => record.Reference).Distinct(StringComparer.Ordinal).Count()
        );
    }

    private static void Misbehave(HubBench hub, int what)
    {
        if (what < 2)
        {
            hub.Vendor.AnswersNext(new Fault.Ambiguous("lost"), commits: what == 0);
        }
    }

    private static async Task TellAsync(HubBench hub, string eventId, string notice)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            try
            {
                if ((await hub.TellAsync(eventId, notice)).Status == 200)
                {
                    return;
                }
            }
            catch (BrokerBench.DiedException)
            {
                hub.Restart();
            }
        }

        Assert.Fail("no webhook is ever acknowledged");
    }
}
