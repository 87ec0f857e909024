using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;

namespace QtcHub.Server.Control;

/// <summary>Lets a linking go on by one page, in the server or, where none runs, in the command itself; and reads what it reports.</summary>
internal static class BulkLinking
{
    /// <summary>The words on the command line name nothing that can be linked.</summary>
    public const string Refused = "refused";

    public const string Looked = "looked";

    public const string Finished = "finished";

    public const string WaitsForSystem = "waits-for-system";

    public const string WaitsForAnother = "waits-for-another";

    public const string Failed = "failed";

    public static async Task<LinkAnswer> PageAsync(Hub hub, LinkAsk asked, CancellationToken cancellationToken)
    {
        if (!hub.ReadLink(asked.Record, asked.Systems).TryGet(out var request, out var wrong))
        {
            return new LinkAnswer(asked.Record, Refused) { Detail = wrong.Detail };
        }

        var page = await hub.LinkAsync(request, new LinkOrder(asked.Who, asked.DryRun), cancellationToken);
        return new LinkAnswer(request.Record.ToString(), Word(page.Step))
        {
            From = request.From,
            DryRun = asked.DryRun,
            BeganAt = page.Job.BeganAt,
            EndedAt = page.Job.EndedAt,
            Pages = page.Job.Pages,
            Looked = page.Job.Looked,
            Gone = page.Job.Gone,
            Targets = [.. page.Job.Targets.Select(LinkedTarget.Of)],
            Leaves = page.Job.Leaves,
            Again = page.Again,
            System = page.System,
            Fault = page.Fault?.Name,
            Detail = page.Fault?.Detail,
        };
    }

    /// <summary>What a linking that has finished found of each record at each target.</summary>
    public static async Task<IReadOnlyList<LinkedRecord>> FindingsAsync(
        IHubStore store,
        LinkAnswer answer,
        CancellationToken cancellationToken
    )
    {
        var targets = answer.Targets.Select(target => target.Target).ToList();
        var request = new LinkRequest(Enum.Parse<RecordType>(answer.Record), answer.From!, targets);
        var findings = await LinkReport.ReadAsync(store, request, answer.DryRun, answer.Leaves, cancellationToken);
        return [.. findings.Select(LinkedRecord.Of)];
    }

    private static string Word(LinkStep step) =>
        step switch
        {
            LinkStep.Looked => Looked,
            LinkStep.Finished => Finished,
            LinkStep.WaitsForAnother => WaitsForAnother,
            LinkStep.WaitsForSystem => WaitsForSystem,
            LinkStep.Failed => Failed,
            _ => throw new InvariantException("every step has a word"),
        };
}

/// <summary>A person links what both sides hold, or only looks; one page of it.</summary>
internal sealed record LinkAsk(string Record, IReadOnlyList<string> Systems, string Who, bool DryRun);

/// <summary>What came of it, and how far the linking is.</summary>
internal sealed record LinkAnswer(string Record, string Result)
{
    public string? From { get; init; }

    public bool DryRun { get; init; }

    public DateTimeOffset? BeganAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public int Pages { get; init; }

    /// <summary>Records that were looked at.</summary>
    public long Looked { get; init; }

    /// <summary>Of those, how many the source does not have any more.</summary>
    public long Gone { get; init; }

    public IReadOnlyList<LinkedTarget> Targets { get; init; } = [];

    /// <summary>Parts of the report.</summary>
    public int Leaves { get; init; }

    /// <summary>What was found of each record; once the linking has finished.</summary>
    public IReadOnlyList<LinkedRecord>? Findings { get; init; }

    /// <summary>When to ask again; null: no more.</summary>
    public DateTimeOffset? Again { get; init; }

    public string? System { get; init; }

    public string? Fault { get; init; }

    public string? Detail { get; init; }
}

/// <summary>What a linking found at one target.</summary>
internal sealed record LinkedTarget(string Target, IReadOnlyList<string> Keys, IReadOnlyList<LinkedCount> Verdicts)
{
    public static LinkedTarget Of(LinkTally tally) => new(tally.Target, tally.Keys, [.. tally.Verdicts.Select(LinkedCount.Of)]);
}

/// <summary>How many records have a verdict, and their amounts by currency, e.g. <c>5.00 USD</c>.</summary>
internal sealed record LinkedCount(LinkVerdict Verdict, int Records, IReadOnlyList<string> Amounts)
{
    public static LinkedCount Of(LinkCount count) =>
        new(count.Verdict, count.Records, [.. count.Amounts.Select(amount => amount.ToString())]);
}

/// <summary>What a linking found of one record at one target.</summary>
internal sealed record LinkedRecord(
    string Target,
    LinkVerdict Verdict,
    string SourceId,
    string? Record,
    IReadOnlyList<string> Ids,
    string? Key,
    IReadOnlyList<string> Differs,
    bool Posted,
    string? Why,
    string? Amount
)
{
    public static LinkedRecord Of(LinkFinding finding) =>
        new(
            finding.Target,
            finding.Verdict,
            finding.SourceId,
            finding.Record,
            finding.Ids,
            finding.Key,
            finding.Differs,
            finding.IsPosted,
            finding.Why,
            finding.Amount?.ToString()
        );
}
