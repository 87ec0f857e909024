using System.Globalization;
using System.Reflection;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Simulation.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Acts = 200;
    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("QTC_SEEDS") ?? "20", CultureInfo.InvariantCulture);
    private static readonly int FirstSeed = int.Parse(
        Environment.GetEnvironmentVariable("QTC_FIRST_SEED") ?? "1",
        CultureInfo.InvariantCulture
    );

    private static readonly SimulationSetup Setup = SimulationFiles.Load(
        Path.Combine(AppContext.BaseDirectory, "stacks", "pair.yaml"),
        Path.Combine(AppContext.BaseDirectory, "mappings"),
        ConnectorKinds.Scan(Assembly.Load("QtcHub.Connectors"))
    );

    [Fact]
    public void Every_seed_keeps_the_promises_twice_alike_and_together_they_reach_every_step_and_decision()
    {
        var campaign = SimulationCampaign.Run(Setup, FirstSeed, Seeds, Acts);

        output.WriteLine(campaign.Table());
        Assert.True(campaign.Failures.Count == 0, string.Join(Environment.NewLine, campaign.Failures.Take(20)));
        Assert.Empty(campaign.Unreached);
    }

    [Fact]
    public void Another_seed_is_another_world() => Assert.NotEqual(Simulator.Run(Setup, 1, 20).Trace, Simulator.Run(Setup, 2, 20).Trace);
}
