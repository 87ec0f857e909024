using System.Globalization;
using System.Reflection;
using QtcHub.Connectors;
using QtcHub.Hosting;
using Xunit;

namespace QtcHub.Simulation.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Acts = 200;
    private const int MostCalls = 90;
    private const int MostBytes = 7_500;
    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("QTC_SEEDS") ?? "40", CultureInfo.InvariantCulture);
    private static readonly int FirstSeed = int.Parse(
        Environment.GetEnvironmentVariable("QTC_FIRST_SEED") ?? "1",
        CultureInfo.InvariantCulture
    );

    private static readonly SimulationSetup Setup = Load("pair.yaml");
    private static readonly SimulationSetup Books = Load("books.yaml");
    private static readonly SimulationSetup Sales = Load("four-systems.yaml");

    [Fact]
    public void Every_seed_keeps_the_promises_twice_alike_and_together_they_reach_every_step_decision_act_and_route()
    {
        var campaign = SimulationCampaign.Run([Setup, Books, Sales], FirstSeed, Seeds, Acts);

        output.WriteLine(campaign.Table());
        Assert.True(campaign.Failures.Count == 0, string.Join(Environment.NewLine, campaign.Failures.Take(20)));
        Assert.Empty(campaign.Unreached);
    }

    /// <summary>The figures of docs/capacity.md come from here; a change that makes the hub ask for more shows.</summary>
    [Fact]
    public void A_delivery_asks_no_more_of_the_cloud_than_the_capacity_page_says()
    {
        var count = Simulator.Count(Setup, 1, 400);
        output.WriteLine($"{count.Deliveries} deliveries, {count.Records} records, {count.Writes} applied, {count.TableBytes} bytes");
        foreach (var (call, times) in count.Calls.Concat(count.Rows.Select(row => KeyValuePair.Create($"rows {row.Key}", row.Value))))
        {
            output.WriteLine(FormattableString.Invariant($"{call, -20}{times, 10}{(decimal)times / count.Deliveries, 10:F2}"));
        }

        Assert.InRange(count.Calls.Values.Sum() / count.Deliveries, 10, MostCalls);
        Assert.InRange(count.TableBytes / count.Deliveries, 1_000, MostBytes);
    }

    [Fact]
    public void Another_seed_is_another_world() => Assert.NotEqual(Simulator.Run(Setup, 1, 20).Trace, Simulator.Run(Setup, 2, 20).Trace);

    private static SimulationSetup Load(string file)
    {
        var stack = Path.Combine(AppContext.BaseDirectory, "stacks", file);
        var (installation, errors) = Installation.Load(stack, ConnectorKinds.Scan(Assembly.Load("QtcHub.Connectors")));
        Assert.Empty(errors);
        return new SimulationSetup(installation!.Options, installation.Mappings, installation.Kinds);
    }
}
