using System.Globalization;
using QtcHub.Ledger;
using QtcHub.Server.Control;

namespace QtcHub.Server.Commands;

/// <summary>What a remapping found, as tables: counts, ids and paths.</summary>
internal static class RemapTables
{
    private const int ShortVersion = 12;

    public static void Print(RemapAnswer answer)
    {
        var isApplied = answer.Result == Applying.Finished;
        var counts = Output.Table(
            "target",
            "mapping",
            "lanes",
            "unchanged",
            isApplied ? "wanted again" : "would change",
            "posted, refused",
            "cannot be mapped",
            "left alone"
        );
        foreach (var target in answer.Targets)
        {
            counts.Row(
                target.Target,
                target.Mapping[..Math.Min(ShortVersion, target.Mapping.Length)],
                Number(target.Lanes),
                Number(target.Unchanged),
                Number(target.Changed),
                Number(target.Posted),
                Listed(target.CannotBeMapped),
                Listed(target.LeftAlone)
            );
        }

        Output.Print(counts);
        PrintExamples(answer);
    }

    private static void PrintExamples(RemapAnswer answer)
    {
        if (answer.Targets.All(target => target.Examples.Length == 0))
        {
            return;
        }

        var examples = Output.Table("target", "record", "differs in", "");
        foreach (var target in answer.Targets)
        {
            foreach (var example in target.Examples)
            {
                examples.Row(
                    target.Target,
                    example.Record,
                    example.Paths is { } paths ? string.Join(", ", paths) : "the request that was applied is no longer kept",
                    example.IsPosted ? "posted: refused" : ""
                );
            }
        }

        Output.Print(examples);
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Listed(IReadOnlyCollection<RemapCount> counts) =>
        counts.Count == 0 ? "0" : string.Join(", ", counts.Select(count => $"{count.Lanes} {count.Name}"));
}
