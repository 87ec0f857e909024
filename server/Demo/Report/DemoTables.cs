using System.Globalization;
using QtcHub.Server.Commands;
using QtcHub.Server.Demo.Proof;

namespace QtcHub.Server.Demo.Report;

/// <summary>A report as people read it.</summary>
internal static class DemoTables
{
    public static void Print(DemoReport report)
    {
        PrintHoldings(report);
        PrintRollForward(report);
        PrintClearing(report);
        PrintTrialBalance(report);
        PrintTimeline(report);
        PrintDifferences(report);
        PrintLetters(report);
        var faults = string.Join(", ", report.Faults.Select(fault => $"{fault.Value} × {fault.Key}"));
        Console.Out.WriteLine(
            $"Webhooks: {report.Webhooks.Made} made, {report.Webhooks.Lost} lost, {report.Webhooks.Doubled} doubled, {report.Webhooks.Acknowledged} acknowledged. Weather: {faults}."
        );
        Console.Out.WriteLine(Verdict(report));
    }

    private static void PrintHoldings(DemoReport report)
    {
        var table = Output.Table("system", "entity", "records", "currency", "held", "should be", "amount held", "amount that should be");
        foreach (var holding in report.Holdings)
        {
            table.Row(
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

        Output.Print(table);
    }

    private static void PrintRollForward(DemoReport report)
    {
        Console.Out.WriteLine("What is owed, from the month's first day to its last:");
        string[] headings =
        [
            "entity",
            "opening",
            "invoices",
            "debit memos",
            "credits",
            "cash",
            "write-offs",
            "given back",
            "closing",
            "billing says",
            "ledger says",
            "pays nothing yet",
            "account 1100",
        ];
        var table = Output.Table(headings);
        foreach (var line in report.RollForward)
        {
            long[] amounts =
            [
                line.Opening,
                line.Invoices,
                line.DebitMemos,
                line.Credits,
                line.Cash,
                line.WriteOffs,
                line.GivenBack,
                line.Closing,
                line.Billing,
                line.Ledger,
                line.Unapplied,
                line.Receivables,
            ];
            table.Row([line.Entity, .. amounts.Select(amount => Entry.Text(amount, line.Currency))]);
        }

        Output.Print(table);
    }

    private static void PrintClearing(DemoReport report)
    {
        Console.Out.WriteLine("What the processor holds, against the ledger's clearing accounts:");
        var table = Output.Table("currency", "processor holds", "on its way to the bank", "clearing account", "should be");
        foreach (var line in report.Clearing)
        {
            table.Row([
                line.Currency,
                .. ((long[])[line.Held, line.UnderWay, line.Ledger, line.Should]).Select(amount => Entry.Text(amount, line.Currency)),
            ]);
        }

        Output.Print(table);
    }

    private static void PrintTrialBalance(DemoReport report)
    {
        Console.Out.WriteLine("The ledger's trial balance:");
        var table = Output.Table("entity", "account", "name", "debit", "credit");
        foreach (var line in report.TrialBalance.Lines.Concat(report.TrialBalance.Totals))
        {
            table.Row(line.Entity, line.Account, line.Name, Entry.Text(line.Debit, line.Currency), Entry.Text(line.Credit, line.Currency));
        }

        Output.Print(table);
    }

    private static void PrintTimeline(DemoReport report)
    {
        if (report.Timeline.Count == 0)
        {
            return;
        }

        Console.Out.WriteLine("One deal, from its quote to its money at the bank:");
        var table = Output.Table("at", "record", "what", "where");
        foreach (var entry in report.Timeline)
        {
            table.Row(Output.When(entry.At), entry.Record, entry.What, entry.Where);
        }

        Output.Print(table);
    }

    private static void PrintLetters(DemoReport report)
    {
        var table = Output.Table("dead letter of", "money", "cause");
        foreach (var letter in report.DeadLetters)
        {
            table.Row(
                letter.Affected ?? letter.Record,
                letter.Amount is null ? "" : Entry.Text(letter.Amount.MinorUnits, letter.Amount.Currency),
                letter.Cause
            );
        }

        Output.Print(table);
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
            : wrong > 0 ? $"{wrong} differences that nobody planted"
            : report.DeadLetters.Count != report.LettersPlanted
                ? $"{report.DeadLetters.Count} dead letters where {report.LettersPlanted} were planted"
            : "The books do not add up";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{verdict}. Seed {report.Seed}, {report.Seconds} s, {report.CpuSeconds} s of CPU."
        );
    }

    private static string Shown(string value) => value.Length == 0 ? "empty" : value;
}
