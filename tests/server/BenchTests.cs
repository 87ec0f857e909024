using QtcHub.Server.Bench;
using QtcHub.Server.Hosting;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>The benchmark's yardsticks measure what they say.</summary>
public sealed class BenchTests : IDisposable
{
    private const int Events = 20;
    private readonly string folder = Directory.CreateTempSubdirectory("qtc-bench-test-").FullName;

    public BenchTests() => Environment.SetEnvironmentVariable(BenchTraffic.SecretVariable, "whsec_bench_test");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_floor_writes_as_many_rows_and_bytes_as_the_hub_in_as_many_commits_and_makes_the_same_calls()
    {
        var shape = Path.Combine(folder, "shape.json");
        await RunAsync("hub", "probe", 0, 1, shape);
        var (hub, hubCalls) = await RunAsync("hub", "hub", 1, Events, null);
        var (floor, floorCalls) = await RunAsync("floor", "floor", 1, Events, shape);

        Assert.Equal((2 * Events, 2 * Events), (hubCalls, floorCalls));
        Assert.Equal(hub.Rows - Jobs(hub), floor.Rows);
        Assert.Equal(2, hub.Synchronous);
        // Targets number their records, and times have as many digits as they need.
        Assert.InRange((double)floor.Bytes / hub.Bytes, 0.97, 1.03);
        Assert.True(floor.Commits >= hub.Commits - Jobs(hub) - 4, $"{floor.Commits} commits of the floor's, {hub.Commits} of the hub's");
    }

    [Fact]
    public void Every_event_is_another_is_signed_and_is_about_three_kilobytes()
    {
        var source = BenchInstallation.Load().Source;
        var (one, other) = (source.Event(1), source.Event(12_345_678));
        var signature = source.Sign(one, BenchTraffic.Secret, DateTimeOffset.UnixEpoch);

        Assert.NotEqual(one, other);
        Assert.Equal((1, 12_345_678), (BenchTraffic.IndexIn(one), BenchTraffic.IndexIn(other)));
        Assert.InRange(one.Length, 2_700, 3_300);
        Assert.True(source.Check(one, signature, BenchTraffic.Secret));
        Assert.False(source.Check(other, signature, BenchTraffic.Secret));
    }

    [Fact]
    public void Language_and_hand_map_the_benchmarks_records_alike() =>
        Assert.All(new MappingBench().Run(pairs: 1, rounds: 10), result => Assert.True(result.Ratio.Median > 0));

    [Fact]
    public async Task A_debug_build_is_refused()
    {
        Assert.SkipUnless(IsDebug, "this is a Release build");
        Assert.Equal(QtcHub.Server.ExitCode.Configuration, await QtcHub.Server.Commands.QtcCommand.RunAsync(["bench"]));
    }

    private static bool IsDebug =>
        typeof(BenchRun).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyConfigurationAttribute), false)
            is [System.Reflection.AssemblyConfigurationAttribute { Configuration: "Debug" }];

    // The one poll of the source leaves a row, and a commit for each of its steps.
    private static long Jobs(PartStats hub) => hub.Jobs;

    private async Task<(PartStats Stats, long Calls)> RunAsync(string role, string name, int first, int events, string? shape)
    {
        var targets = new List<TargetPart>();
        var urls = new List<Uri>();
        for (var number = 0; number < 2; number++)
        {
            urls.Add(FreePort.Loopback());
            targets.Add(await TargetPart.StartAsync(Spec("target", urls[^1], first, events), Stop));
        }

        var spec = Spec(role, FreePort.Loopback(), first, events) with
        {
            Data = Directory.CreateDirectory(Path.Combine(folder, name)).FullName,
            Targets = urls,
            Shape = shape,
        };
        await using IBenchServer server = role == "hub" ? await HubPart.StartAsync(spec, Stop) : await FloorPart.StartAsync(spec, Stop);
        var load = await Load.RunAsync(spec with { Role = "load", Connections = 4 }, Stop);
        Assert.Equal(new Dictionary<int, int> { [200] = events }, load.Statuses);
        while (await CallsAsync(targets) < 2 * events || await server.ProgressAsync(Stop) > 0)
        {
            await Task.Delay(20, Stop);
        }

        var stats = await server.StatsAsync(Stop);
        var calls = await CallsAsync(targets);
        foreach (var target in targets)
        {
            await target.DisposeAsync();
        }

        return (stats, calls);
    }

    private static async Task<long> CallsAsync(List<TargetPart> targets)
    {
        var calls = 0L;
        foreach (var target in targets)
        {
            calls += await target.ProgressAsync(Stop);
        }

        return calls;
    }

    private static PartSpec Spec(string role, Uri url, int first, int events) =>
        new()
        {
            Role = role,
            Url = url,
            First = first,
            Events = events,
        };
}
