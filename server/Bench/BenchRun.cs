using System.Globalization;
using System.Text;

namespace QtcHub.Server.Bench;

/// <summary>Runs every course, baselines and hub by turns, and judges the ratios.</summary>
internal sealed class BenchRun(BenchSettings settings, TextWriter progress)
{
    private const int OpenRate = 300;
    private const int MappingRounds = 20_000;
    private readonly List<CourseResult> courses = [];

    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        Environment.SetEnvironmentVariable(BenchTraffic.SecretVariable, "whsec_bench");
        var folder = Directory.CreateTempSubdirectory("qtc-bench-").FullName;
        try
        {
            var runner = new Runner(folder, settings.Connections);
            if (settings.Only.Count != 1 || !settings.Runs("map"))
            {
                await runner.RecordAsync(cancellationToken);
            }

            await CoursesAsync(runner, cancellationToken);
            return new BenchReport
            {
                Settings = settings,
                Courses = courses,
                Mappings = settings.Runs("map") ? new MappingBench().Run(settings.Pairs, MappingRounds) : [],
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task CoursesAsync(Runner runner, CancellationToken cancellationToken)
    {
        var usual = new Course { Events = settings.Events };
        await RunAsync(runner, "acknowledge", ["raw", "floor", "hub"], usual with { Paused = true }, cancellationToken);
        await RunAsync(runner, "deliver", ["floor", "hub"], usual, cancellationToken);
        await RunAsync(runner, "slow", ["floor", "hub"], usual with { DelayMs = 20 }, cancellationToken);
        var seconds = Math.Min(settings.Events, 6_000) / OpenRate;
        await RunAsync(
            runner,
            "open",
            ["floor", "hub"],
            usual with
            {
                Rate = OpenRate,
                Events = Math.Max(1, seconds) * OpenRate,
            },
            cancellationToken
        );
        if (settings.Runs("stored"))
        {
            await StoredAsync(runner, usual, cancellationToken);
        }
    }

    private async Task RunAsync(Runner runner, string name, string[] roles, Course course, CancellationToken cancellationToken)
    {
        if (!settings.Runs(name))
        {
            return;
        }

        var measured = roles.ToDictionary(role => role, _ => new List<Measurement>(), StringComparer.Ordinal);
        for (var pair = 1; pair <= settings.Pairs; pair++)
        {
            foreach (var role in roles)
            {
                var one = await runner.RunAsync(role, course, cancellationToken);
                measured[role].Add(one);
                await TellAsync(name, pair, role, one);
            }
        }

        courses.Add(new CourseResult(name, measured));
    }

    /// <summary>The hub alone, empty and with many records stored: the one database grows from run to run.</summary>
    private async Task StoredAsync(Runner runner, Course course, CancellationToken cancellationToken)
    {
        var folder = await runner.StoreAsync(settings.Stored, cancellationToken);
        var measured = new Dictionary<string, List<Measurement>>(StringComparer.Ordinal) { ["empty"] = [], ["stored"] = [] };
        for (var pair = 1; pair <= settings.Pairs; pair++)
        {
            measured["empty"].Add(await runner.RunAsync("hub", course, cancellationToken));
            await TellAsync("stored", pair, "empty", measured["empty"][^1]);
            var onTop = course with { Data = folder, First = settings.Stored + (pair * 2 * course.Events) };
            measured["stored"].Add(await runner.RunAsync("hub", onTop, cancellationToken));
            await TellAsync("stored", pair, "stored", measured["stored"][^1]);
        }

        courses.Add(new CourseResult("stored", measured));
    }

    private Task TellAsync(string course, int pair, string role, Measurement one) =>
        progress.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{course} {pair}/{settings.Pairs} {role, -6} {one.EventsPerSecond, 8:F0}/s {one.CpuMicroseconds, 7:F0} µs CPU {one.PeakMebibytes, 5:F0} MiB  answer p50 {one.Answer.P50:F2} p99 {one.Answer.P99:F2} ms{Delivered(one)}"
            )
        );

    private static string Delivered(Measurement one) =>
        one.Delivered is { } delivered
            ? string.Create(CultureInfo.InvariantCulture, $"  delivered p50 {delivered.P50:F2} p99 {delivered.P99:F2} ms")
            : "";
}

/// <summary>The measurements of one course, by server.</summary>
internal sealed record CourseResult(string Name, IReadOnlyDictionary<string, List<Measurement>> Runs)
{
    /// <summary>The median and spread of one figure of one server.</summary>
    public Spread Of(string role, Func<Measurement, double> figure) => Spread.Of(Runs[role].Select(figure));

    /// <summary>The median and spread of one figure's ratio, pair by pair.</summary>
    public Spread Ratio(string role, string to, Func<Measurement, double> figure) =>
        Spread.Of(Runs[role].Zip(Runs[to], (one, other) => figure(one) / figure(other)));
}
