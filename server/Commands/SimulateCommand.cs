using System.CommandLine;
using System.Globalization;
using QtcHub.Server.Hosting;
using QtcHub.Simulation;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc simulate</c>: the whole hub under one seed, or many, each run twice; a broken promise prints its seed.</summary>
internal static class SimulateCommand
{
    /// <summary>The shipped configurations that seeds pick from.</summary>
    private static readonly string[] Stacks = ["pair.yaml", "books.yaml", "four-systems.yaml"];

    public static Command Create()
    {
        var seed = new Option<int>("--seed") { Description = "The first seed", DefaultValueFactory = _ => 1 };
        var seeds = new Option<int>("--seeds") { Description = "How many seeds", DefaultValueFactory = _ => 1 };
        var events = new Option<int>("--events") { Description = "Business acts per seed", DefaultValueFactory = _ => 200 };
        var command = new Command("simulate", "Run the whole hub under a seed: clock, vendors, store, crashes; check its promises")
        {
            seed,
            seeds,
            events,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(events), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(int first, int seeds, int events, CancellationToken cancellationToken)
    {
        if (seeds < 1 || events < 1)
        {
            await Console.Error.WriteLineAsync("--seeds and --events are at least 1");
            return ExitCode.Configuration;
        }

        var worlds = new List<SimulationSetup>();
        foreach (var stack in Stacks)
        {
            var (installation, errors) = InstallationFile.Load(SharedOptions.Stack(stack));
            if (installation is null)
            {
                await InstallationFile.PrintAsync(errors, Console.Error);
                return ExitCode.Configuration;
            }

            worlds.Add(new SimulationSetup(installation.Options, installation.Mappings, installation.Kinds));
        }

        var campaign = SimulationCampaign.Run(
            worlds,
            first,
            seeds,
            events,
            run =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                Console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"seed {run.Seed}, {run.World}: {run.Steps} steps, {run.Failures.Count} promises broken"
                    )
                );
            }
        );
        await Console.Out.WriteAsync(campaign.Table());
        foreach (var failure in campaign.Failures)
        {
            await Console.Out.WriteLineAsync(failure);
        }

        return campaign.Failures.Count == 0 ? ExitCode.Good : ExitCode.Disagreement;
    }
}
