using System.CommandLine;
using System.Globalization;
using QtcHub.Server.Demo;
using QtcHub.Server.Demo.Proof;
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
        var json = SharedOptions.Json();
        var command = new Command("demo", "Play a month's business through the hub with pretend vendors and compare the books")
        {
            seed,
            days,
            customers,
            alter,
            drop,
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
        var report = await run.RunAsync(installation, cancellationToken);
        if (json)
        {
            Output.Json(report, DemoJson.Default.DemoReport);
        }
        else
        {
            Print(report);
        }

        return report.Agrees ? ExitCode.Good : ExitCode.Disagreement;
    }

    private static void Print(DemoReport report)
    {
        var holdings = Output.Table("system", "entity", "records", "currency", "held", "should be", "amount held", "amount that should be");
        foreach (var holding in report.Holdings)
        {
            holdings.Row(
                holding.System,
                holding.Entity,
                holding.Records,
                holding.Currency,
                holding.Held.ToString(CultureInfo.InvariantCulture),
                holding.Should.ToString(CultureInfo.InvariantCulture),
                Entry.Text(holding.HeldMinor, holding.Currency),
                Entry.Text(holding.ShouldMinor, holding.Currency)
            );
        }

        Output.Print(holdings);
        PrintDifferences(report);
        var letters = Output.Table("dead letter of", "money", "cause");
        foreach (var letter in report.DeadLetters)
        {
            letters.Row(
                letter.Affected ?? letter.Record,
                letter.Amount is null ? "" : Entry.Text(letter.Amount.MinorUnits, letter.Amount.Currency),
                letter.Cause
            );
        }

        Output.Print(letters);
        var faults = string.Join(", ", report.Faults.Select(fault => $"{fault.Value} × {fault.Key}"));
        Console.Out.WriteLine(
            $"Webhooks: {report.Webhooks.Made} made, {report.Webhooks.Lost} lost, {report.Webhooks.Doubled} doubled, {report.Webhooks.Acknowledged} acknowledged. Weather: {faults}."
        );
        Console.Out.WriteLine(Verdict(report));
    }

    private static void PrintDifferences(DemoReport report)
    {
        foreach (var difference in report.Differences)
        {
            var by = difference.By is null ? "" : $" (off by {difference.By})";
            var planted = difference.Planted ? "planted" : "NOT PLANTED";
            Console.Out.WriteLine(
                $"{planted}: {difference.System} {difference.Record}: {difference.Field} is {Shown(difference.Held)} and should be {Shown(difference.Should)}{by}"
            );
        }

        foreach (var absent in report.Absent)
        {
            Console.Out.WriteLine($"MISSING: {absent.System} {absent.Record}: {absent.Field} {absent.Held} was planted and is not there");
        }
    }

    private static string Verdict(DemoReport report)
    {
        var wrong = report.Differences.Count(difference => !difference.Planted) + report.Absent.Count;
        var verdict =
            report.Open > 0 ? $"{report.Open} things had not come to rest"
            : report.Agrees ? "What differs is exactly what was planted"
            : $"{wrong} differences that nobody planted";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{verdict}. Seed {report.Seed}, {report.Seconds} s, {report.CpuSeconds} s of CPU."
        );
    }

    private static string Shown(string value) => value.Length == 0 ? "empty" : value;
}
