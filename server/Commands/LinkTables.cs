using System.Globalization;
using QtcHub.Ledger;
using QtcHub.Server.Control;

namespace QtcHub.Server.Commands;

/// <summary>What a linking found, as tables: counts, money, ids and field names.</summary>
internal static class LinkTables
{
    /// <summary>Most records that are shown of one verdict; all of them are in the document.</summary>
    private const int MostShown = 20;

    public static void Print(LinkAnswer answer, IReadOnlyList<LinkedRecord> findings)
    {
        var counts = Output.Table("target", "found by", "verdict", "records", "amount");
        foreach (var target in answer.Targets)
        {
            foreach (var count in target.Verdicts)
            {
                counts.Row(
                    target.Target,
                    string.Join(", ", target.Keys),
                    Word(count.Verdict, answer.DryRun),
                    count.Records.ToString(CultureInfo.InvariantCulture),
                    string.Join(", ", count.Amounts)
                );
            }
        }

        Output.Print(counts);
        PrintRecords(findings, answer.DryRun);
    }

    private static void PrintRecords(IReadOnlyList<LinkedRecord> findings, bool dryRun)
    {
        var told = findings.Where(finding => finding.Verdict is not (LinkVerdict.AlreadyLinked or LinkVerdict.LeftOut)).ToList();
        if (told.Count == 0)
        {
            return;
        }

        var records = Output.Table("target", "verdict", "at the source", "at the target", "amount", "");
        foreach (var group in told.GroupBy(finding => (finding.Target, finding.Verdict)).OrderBy(group => group.Key))
        {
            foreach (var finding in group.Take(MostShown))
            {
                records.Row(
                    finding.Target,
                    Word(finding.Verdict, dryRun),
                    finding.SourceId,
                    string.Join(", ", finding.Ids),
                    finding.Amount,
                    Remark(finding)
                );
            }

            if (group.Count() - MostShown is > 0 and var more)
            {
                records.Row(group.Key.Target, Word(group.Key.Verdict, dryRun), $"{more} more: --json lists all");
            }
        }

        Output.Print(records);
    }

    private static string Remark(LinkedRecord finding) =>
        finding switch
        {
            { Posted: true } => $"posted, never written: {string.Join(", ", finding.Differs)}",
            { Differs.Count: > 0 } => $"differs in {string.Join(", ", finding.Differs)}",
            _ => finding.Why ?? "",
        };

    private static string Word(LinkVerdict verdict, bool dryRun) =>
        verdict switch
        {
            LinkVerdict.AlreadyLinked => "already linked",
            LinkVerdict.Matched => dryRun ? "matched: would be adopted" : "matched: adopted",
            LinkVerdict.MatchedWithDifferences => dryRun ? "matched, differs: would be adopted" : "matched, differs: adopted",
            LinkVerdict.SeveralCandidates => "several candidates",
            LinkVerdict.NothingFound => "nothing found: would be created",
            LinkVerdict.LeftOut => "left out",
            LinkVerdict.UnderWay => "a write is under way",
            LinkVerdict.Refused => "cannot be linked",
            _ => throw new InvariantException("every verdict has a word"),
        };
}
