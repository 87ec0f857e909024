using System.Diagnostics;
using System.Text.Json;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Bench;

/// <summary>One way of running a server under load.</summary>
internal sealed record Course
{
    /// <summary>Events sent.</summary>
    public required int Events { get; init; }

    /// <summary>Whether deliveries are only stored.</summary>
    public bool Paused { get; init; }

    /// <summary>How long targets take, in milliseconds.</summary>
    public int DelayMs { get; init; }

    /// <summary>Events a second; 0 sends as fast as answers come.</summary>
    public int Rate { get; init; }

    /// <summary>The index of the first event.</summary>
    public int First { get; init; } = 1;

    /// <summary>The data folder to go on in; null makes one and removes it.</summary>
    public string? Data { get; init; }
}

/// <summary>Runs servers through courses, each in processes of its own.</summary>
internal sealed class Runner(string folder, int connections)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private int runs;

    /// <summary>Where the recorded shape of the hub's commits lies.</summary>
    public string Shape => Path.Combine(folder, "shape.json");

    /// <summary>Lets a hub take one event and writes down what it stored for it.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken)
    {
        var course = new Course { Events = 1, First = 0 };
        await using var targets = await Targets.StartAsync(course, cancellationToken);
        var spec = SpecOf("hub", course, targets) with { Shape = Shape };
        await using var hub = await Child.StartAsync(spec, cancellationToken);
        await Child.LoadAsync(spec with { Role = "load", Connections = 1 }, cancellationToken);
        await DrainedAsync(hub, targets, course, cancellationToken);
        await hub.StatsAsync(cancellationToken);
    }

    /// <summary>Runs one server through a course and measures it.</summary>
    public async Task<Measurement> RunAsync(string role, Course course, CancellationToken cancellationToken)
    {
        await using var targets = await Targets.StartAsync(course, cancellationToken);
        var spec = SpecOf(role, course, targets);
        try
        {
            await using var server = await Child.StartAsync(spec, cancellationToken);
            return await MeasureAsync(server, spec, course, targets, cancellationToken);
        }
        finally
        {
            if (course.Data is null)
            {
                Directory.Delete(spec.Data!, recursive: true);
            }
        }
    }

    /// <summary>Makes a data folder with many records in it: the hub opens it once before and once after.</summary>
    public async Task<string> StoreAsync(int records, CancellationToken cancellationToken)
    {
        var made = Directory.CreateDirectory(Path.Combine(folder, "stored")).FullName;
        var course = new Course
        {
            Events = 1,
            First = 0,
            Paused = true,
            Data = made,
        };
        await using (var targets = await Targets.StartAsync(course, cancellationToken))
        {
            await using var hub = await Child.StartAsync(SpecOf("hub", course, targets), cancellationToken);
        }

        var shape = JsonSerializer.Deserialize(await File.ReadAllTextAsync(Shape, cancellationToken), BenchJson.Default.CommitShape)!;
        Filling.Fill(made, shape, records);
        return made;
    }

    private async Task<Measurement> MeasureAsync(
        Child server,
        PartSpec spec,
        Course course,
        Targets targets,
        CancellationToken cancellationToken
    )
    {
        // The first requests compile what all others run.
        const int warm = 5_000;
        await Child.LoadAsync(spec with { Role = "load", First = course.First, Events = warm, Rate = 0 }, cancellationToken);
        await DrainedAsync(server, targets, course with { Events = warm }, cancellationToken);
        var before = await server.StatsAsync(cancellationToken);
        var (cpu, others) = (server.Cpu(), targets.Cpu());

        var (load, loadCpu) = await Child.LoadAsync(
            spec with
            {
                Role = "load",
                First = course.First + warm,
                Events = course.Events,
                Rate = course.Rate,
            },
            cancellationToken
        );
        await DrainedAsync(server, targets, course with { Events = warm + course.Events }, cancellationToken);
        var (used, usedByOthers) = (server.Cpu() - cpu, targets.Cpu() - others + loadCpu);
        var after = await server.StatsAsync(cancellationToken);
        var arrived = await targets.ArrivedAsync(warm, cancellationToken);

        Invariant.Holds(load.Statuses.Count == 1 && load.Statuses.ContainsKey(200), "every event of a benchmark is taken");
        var end = course.Paused || arrived is null ? load.Sent.Zip(load.Took, (sent, took) => sent + took).Max() : arrived.Max();
        var seconds = Stopwatch.GetElapsedTime(load.Sent.Min(), end).TotalSeconds;
        double Each(double total) => total / course.Events;
        return new Measurement
        {
            EventsPerSecond = course.Events / seconds,
            CpuMicroseconds = Each(used.TotalMicroseconds),
            OthersCpuMicroseconds = Each(usedByOthers.TotalMicroseconds),
            PeakMebibytes = server.PeakBytes / 1048576.0,
            Answer = Latency.Of(load.Took.Select(took => Stopwatch.GetElapsedTime(0, took))),
            Delivered = arrived is null ? null : Latency.Of(load.Sent.Zip(arrived, Stopwatch.GetElapsedTime)),
            Rows = Each(after.Rows - before.Rows),
            Bytes = Each(after.Bytes - before.Bytes),
            Commits = Each(after.Commits - before.Commits),
            Transactions = Each(after.Transactions - before.Transactions),
            Synchronous = after.Synchronous,
        };
    }

    private static async Task DrainedAsync(Child server, Targets targets, Course course, CancellationToken cancellationToken)
    {
        if (course.Paused)
        {
            return;
        }

        var start = Stopwatch.GetTimestamp();
        while (!await targets.HaveAllAsync(course.Events, cancellationToken) || await server.ProgressAsync(cancellationToken) > 0)
        {
            Invariant.Holds(Stopwatch.GetElapsedTime(start) < Longest, "a benchmark's events all arrive");
            await Task.Delay(LookEvery, cancellationToken);
        }
    }

    private PartSpec SpecOf(string role, Course course, Targets targets) =>
        new()
        {
            Role = role,
            Url = FreePort.Loopback(),
            Events = course.Events,
            First = course.First,
            Data = course.Data ?? Directory.CreateDirectory(Path.Combine(folder, $"data-{++runs}")).FullName,
            Targets = targets.Urls,
            Paused = course.Paused,
            Shape = role == "floor" ? Shape : null,
            Connections = connections,
        };
}

/// <summary>The two targets of a course.</summary>
internal sealed class Targets : IAsyncDisposable
{
    private const int Number = 2;
    private readonly List<Child> children = [];

    /// <summary>Where they listen.</summary>
    public List<Uri> Urls { get; } = [];

    public static async Task<Targets> StartAsync(Course course, CancellationToken cancellationToken)
    {
        var targets = new Targets();
        for (var number = 0; number < Number; number++)
        {
            var url = FreePort.Loopback();
            var spec = new PartSpec
            {
                Role = "target",
                Url = url,
                First = course.First,
                // Those of the warming-up come before.
                Events = course.Events + 6_000,
                DelayMs = course.DelayMs,
            };
            targets.children.Add(await Child.StartAsync(spec, cancellationToken));
            targets.Urls.Add(url);
        }

        return targets;
    }

    public TimeSpan Cpu() => children.Aggregate(TimeSpan.Zero, (sum, child) => sum + child.Cpu());

    public async Task<bool> HaveAllAsync(int events, CancellationToken cancellationToken)
    {
        foreach (var child in children)
        {
            if (await child.ProgressAsync(cancellationToken) < events)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>When each event had arrived at both, after the first <paramref name="skipped"/>; null where none did.</summary>
    public async Task<long[]?> ArrivedAsync(int skipped, CancellationToken cancellationToken)
    {
        var all = new List<long[]>();
        foreach (var child in children)
        {
            all.Add((await child.StatsAsync(cancellationToken)).Arrived!);
        }

        var later = all[0].Zip(all[1], Math.Max).Skip(skipped).TakeWhile(arrived => arrived > 0).ToArray();
        return later.Length == 0 ? null : later;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in children)
        {
            await child.DisposeAsync();
        }
    }
}
