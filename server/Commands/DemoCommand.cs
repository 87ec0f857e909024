using System.CommandLine;
using System.Globalization;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Server.Demo;
using QtcHub.Server.Hosting;
using Spectre.Console;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc demo</c>: the pair with pretend vendors in bad weather, and the books compared at the end.</summary>
internal static class DemoCommand
{
    private const string Settling = "settling";

    public static Command Create()
    {
        var seed = new Option<int>("--seed")
        {
            Description = "What the script and the weather are drawn from",
            DefaultValueFactory = _ => 1,
        };
        var alter = new Option<bool>("--alter")
        {
            Description = "Afterwards change one amount by hand, by one minor unit: the demo must find it",
        };
        var json = SharedOptions.Json();
        var command = new Command("demo", "Play a morning's business through the hub with pretend vendors and compare the books")
        {
            seed,
            alter,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(new DemoRun(parsed.GetValue(seed), parsed.GetValue(alter)), parsed.GetValue(json), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(DemoRun run, bool json, CancellationToken cancellationToken)
    {
        var (installation, errors) = InstallationFile.Load(SharedOptions.DefaultConfig);
        if (installation is null)
        {
            await InstallationFile.PrintAsync(errors, Console.Error);
            return ExitCode.Configuration;
        }

        var report = json
            ? await run.RunAsync(installation, _ => { }, cancellationToken)
            : await ShowAsync(run, installation, cancellationToken);
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

    private static async Task<DemoReport> ShowAsync(DemoRun run, Installation installation, CancellationToken cancellationToken)
    {
        if (!Console.IsOutputRedirected)
        {
            return await AnsiConsole
                .Status()
                .StartAsync(
                    "starting",
                    context => run.RunAsync(installation, text => context.Status(Markup.Escape(text)), cancellationToken)
                );
        }

        // Redirected: a line a second, and whenever something else begins.
        var (last, began) = (DateTimeOffset.MinValue, "");
        return await run.RunAsync(
            installation,
            text =>
            {
                var now = TimeProvider.System.GetUtcNow();
                var phase = text.StartsWith(Settling, StringComparison.Ordinal) ? Settling : "";
                if (now - last >= TimeSpan.FromSeconds(1) || phase != began)
                {
                    Console.Out.WriteLine(text);
                    (last, began) = (now, phase);
                }
            },
            cancellationToken
        );
    }

    private static void Print(DemoReport report)
    {
        var holdings = Output.Table("system", "records", "currency", "held", "should be", "amount held", "amount that should be");
        foreach (var holding in report.Holdings)
        {
            holdings.Row(
                holding.System,
                holding.Entity,
                holding.Currency,
                holding.Held.ToString(CultureInfo.InvariantCulture),
                holding.Should.ToString(CultureInfo.InvariantCulture),
                Amount(holding.HeldMinor, holding.Currency),
                Amount(holding.ShouldMinor, holding.Currency)
            );
        }

        Output.Print(holdings);
        PrintDifferences(report);
        var letters = Output.Table("dead letter of", "money", "cause");
        foreach (var letter in report.DeadLetters)
        {
            letters.Row(
                letter.Affected ?? letter.Record,
                letter.Amount is null ? "" : Amount(letter.Amount.MinorUnits, letter.Amount.Currency),
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
            Console.Out.WriteLine($"MISSING: {absent} was planted and is not there");
        }
    }

    private static string Verdict(DemoReport report)
    {
        var wrong = report.Differences.Count(difference => !difference.Planted) + report.Absent.Count;
        var verdict =
            report.Open > 0 ? $"{report.Open} things had not come to rest"
            : report.Agrees ? "What differs is exactly what was planted"
            : $"{wrong} differences that nobody planted";
        return string.Create(CultureInfo.InvariantCulture, $"{verdict}. Seed {report.Seed}, {report.Seconds} s.");
    }

    private static string Shown(string value) => value.Length == 0 ? "empty" : value;

    private static string Amount(long minor, string currency) =>
        currency.Length == 0 ? "" : new Money(minor, Currency.Of(currency)).ToString();
}
