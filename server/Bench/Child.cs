using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace QtcHub.Server.Bench;

/// <summary>A child process of this same executable in one role, watched from outside: its CPU time and its memory are the kernel's figures.</summary>
internal sealed class Child : IAsyncDisposable
{
    private const long TicksPerSecond = 100;
    private readonly Process process;
    private readonly CancellationTokenSource ended = new();
    private readonly Task watching;
    private long peak;

    private Child(PartSpec spec)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Child).Assembly.Location);
        }

        start.ArgumentList.Add(Part.Verb);
        start.ArgumentList.Add(JsonSerializer.Serialize(spec, BenchJson.Default.PartSpec));
        process = Process.Start(start) ?? throw new InvariantException("a child process starts");
        watching = WatchAsync();
    }

    /// <summary>Most memory seen, as proportional set size in bytes.</summary>
    public long PeakBytes => Interlocked.Read(ref peak);

    /// <summary>Starts a server and waits until it listens.</summary>
    public static async Task<Child> StartAsync(PartSpec spec, CancellationToken cancellationToken)
    {
        var child = new Child(spec);
        var line = await child.process.StandardOutput.ReadLineAsync(cancellationToken);
        Invariant.Holds(line == Part.Ready, $"the {spec.Role} says that it is ready");
        return child;
    }

    /// <summary>Runs a load to its end.</summary>
    public static async Task<(LoadResult Result, TimeSpan Cpu)> LoadAsync(PartSpec spec, CancellationToken cancellationToken)
    {
        await using var child = new Child(spec);
        var line = await child.process.StandardOutput.ReadLineAsync(cancellationToken);
        var cpu = child.Cpu();
        var result = JsonSerializer.Deserialize(line ?? "null", BenchJson.Default.LoadResult);
        return (result ?? throw new InvariantException("a load tells what it saw"), cpu);
    }

    /// <summary>What it has counted.</summary>
    public async Task<PartStats> StatsAsync(CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await AskAsync(Part.Stats, cancellationToken), BenchJson.Default.PartStats)
        ?? throw new InvariantException("a part has stats");

    /// <summary>How much work waits; at a target, how many writes were taken.</summary>
    public async Task<long> ProgressAsync(CancellationToken cancellationToken) =>
        long.Parse(await AskAsync(Part.Progress, cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>CPU time used so far, user and system.</summary>
    public TimeSpan Cpu()
    {
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        // The name before the last bracket may hold spaces; utime and stime are fields 14 and 15 of the line.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks) / TicksPerSecond;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await ended.CancelAsync();
        await watching;
        process.Dispose();
        ended.Dispose();
    }

    private async Task<string> AskAsync(string question, CancellationToken cancellationToken)
    {
        await process.StandardInput.WriteLineAsync(question.AsMemory(), cancellationToken);
        await process.StandardInput.FlushAsync(cancellationToken);
        return await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvariantException("a part answers");
    }

    private async Task WatchAsync()
    {
        try
        {
            while (!process.HasExited)
            {
                Interlocked.Exchange(ref peak, Math.Max(PeakBytes, Pss()));
                await Task.Delay(500, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended.
        }
    }

    private long Pss()
    {
        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/smaps_rollup")
                .FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null
                ? 0
                : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended between the question and the answer.
            return 0;
        }
    }
}
