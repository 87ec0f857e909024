using System.CommandLine;
using QtcHub.Server.Demo;
using QtcHub.Server.Demo.Report;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc demo</c>: a month of a company over four pretend vendors in bad weather, and the books compared at the end.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var seed = new Option<int>("--seed")
        {
            Description = "What the script and the weather are drawn from",
            DefaultValueFactory = _ => 1,
        };
        var days = new Option<int>("--days") { Description = "How many days of the month to play", DefaultValueFactory = _ => 31 };
        var customers = new Option<int>("--customers")
        {
            Description = "How many customers the company has",
            DefaultValueFactory = _ => 300,
        };
        var alter = new Option<bool>("--alter")
        {
            Description = "In the end change one amount in the billing system by hand, by one minor unit: the demo must find it",
        };
        var drop = new Option<bool>("--drop")
        {
            Description = "Lose the month's last webhook, after the last poll: the demo must find what it told of",
        };
        var keep = new Option<bool>("--keep") { Description = "Serve on after the month, the pretend vendors included, until Ctrl+C" };
        var json = SharedOptions.Json();
        var command = new Command("demo", "Play a month's business through the hub with pretend vendors and compare the books")
        {
            seed,
            days,
            customers,
            alter,
            drop,
            keep,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var options = new DemoOptions
                {
                    Seed = parsed.GetValue(seed),
                    Days = parsed.GetValue(days),
                    Customers = parsed.GetValue(customers),
                    Alter = parsed.GetValue(alter),
                    Drop = parsed.GetValue(drop),
                    Keep = parsed.GetValue(keep),
                };
                return RunAsync(options, parsed.GetValue(json), cancellationToken);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(DemoOptions options, bool json, CancellationToken cancellationToken)
    {
        var (installation, errors) = InstallationFile.Load(DemoSettings.Config);
        if (installation is null)
        {
            await InstallationFile.PrintAsync(errors, Console.Error);
            return ExitCode.Configuration;
        }

        var run = new DemoRun(options, json ? _ => { } : Console.Out.WriteLine);
        var agrees = await run.RunAsync(
            installation,
            report =>
            {
                if (json)
                {
                    Output.Json(report, DemoJson.Default.DemoReport);
                }
                else
                {
                    DemoTables.Print(report);
                }
            },
            cancellationToken
        );
        return agrees ? ExitCode.Good : ExitCode.Disagreement;
    }
}
