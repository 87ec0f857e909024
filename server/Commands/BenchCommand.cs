using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using QtcHub.Server.Bench;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc bench</c>: the hub against baselines in the same run, as ratios.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var events = Number("--events", "Events of each run", 20_000);
        var pairs = Number("--pairs", "Runs of each server, alternating", 5);
        var connections = Number("--connections", "Connections that send", 32);
        var stored = Number("--stored", "Records stored before the last course", 1_000_000);
        var only = new Option<string[]>("--only")
        {
            Description = "Only these courses: acknowledge, deliver, slow, open, map, stored",
            AllowMultipleArgumentsPerToken = true,
        };
        var to = new Option<string?>("--to") { Description = "The folder for bench.json and bench.md", HelpName = "folder" };
        var command = new Command("bench", "Measure the hub against a bare server and against the least that its writes cost")
        {
            events,
            pairs,
            connections,
            stored,
            only,
            to,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    new BenchSettings
                    {
                        Events = parsed.GetValue(events),
                        Pairs = parsed.GetValue(pairs),
                        Connections = parsed.GetValue(connections),
                        Stored = parsed.GetValue(stored),
                        Only = parsed.GetValue(only) ?? [],
                        To = parsed.GetValue(to),
                    },
                    cancellationToken
                )
        );
        return command;
    }

    /// <summary>The verb by which the benchmark starts its own children.</summary>
    public static Command CreatePart()
    {
        var spec = new Argument<string>("spec");
        var command = new Command(Part.Verb) { spec };
        command.Hidden = true;
        command.SetAction(
            (parsed, cancellationToken) =>
                Part.RunAsync(JsonSerializer.Deserialize(parsed.GetValue(spec)!, BenchJson.Default.PartSpec)!, cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(BenchSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Problem is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return ExitCode.Configuration;
        }

        if (typeof(BenchCommand).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration != "Release")
        {
            await Console.Error.WriteLineAsync(
                "bench: this is a Debug build, whose figures mean nothing. Fix: dotnet run -c Release --project server -- bench"
            );
            return ExitCode.Configuration;
        }

        if (!OperatingSystem.IsLinux())
        {
            await Console.Error.WriteLineAsync("bench: CPU and memory of the children are read from /proc, which only Linux has");
            return ExitCode.Configuration;
        }

        var report = await new BenchRun(settings, Console.Error).RunAsync(cancellationToken);
        await Console.Out.WriteAsync(report.Table());
        if (settings.To is { } folder)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "bench.json"), report.Json(), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "bench.md"), report.Table(), cancellationToken);
        }

        return report.Misses.Count == 0 ? ExitCode.Good : ExitCode.Disagreement;
    }

    private static Option<int> Number(string name, string description, int usual) =>
        new(name) { Description = description, DefaultValueFactory = _ => usual };
}
