using System.Collections.Immutable;
using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>What came of asking a linking to go on.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Step">What it did, or what it waits for.</param>
/// <param name="Job">How far it is.</param>
/// <param name="Again">When to ask again; null where that is no use: it has finished, or a person is needed.</param>
public sealed record LinkPage(LinkRequest Request, LinkStep Step, LinkJob Job, DateTimeOffset? Again)
{
    /// <summary>The system that could not be asked, where one could not.</summary>
    public string? System { get; init; }

    /// <summary>Why.</summary>
    public Fault? Fault { get; init; }
}

/// <summary>What a linking did, or what it waits for.</summary>
public enum LinkStep
{
    /// <summary>A page, or a part of it, was looked at.</summary>
    Looked,

    /// <summary>Everything was looked at.</summary>
    Finished,

    /// <summary>Another process is at it.</summary>
    WaitsForAnother,

    /// <summary>A system takes no more calls now, or has failed to answer.</summary>
    WaitsForSystem,

    /// <summary>A system refuses to answer: a person is needed. Asked again, it tries again.</summary>
    Failed,
}

/// <summary>A job under this process's lease, and the version its row has by it.</summary>
internal sealed record LinkStepUnderWay(LinkRequest Request, LinkOrder Order, Route Route, Home Home, LinkJob Job, long Version)
{
    /// <summary>The targets that are asked, in a fixed order.</summary>
    public IReadOnlyList<Target> Targets { get; } =
    [
        .. Route
            .Targets.Where(target => Request.Targets.Contains(target.Name, StringComparer.Ordinal))
            .OrderBy(target => target.Name, StringComparer.Ordinal),
    ];
}

/// <summary>What a step of a linking has found so far.</summary>
internal sealed class LinkProgress(LinkJob job)
{
    private readonly Dictionary<string, Change> hits = new(StringComparer.Ordinal);
    private readonly List<LinkFinding> findings = [];

    public LinkJob Job { get; private set; } = job;

    /// <summary>Events that are done.</summary>
    public int Done { get; private set; }

    public IReadOnlyList<LinkFinding> Findings => findings;

    /// <summary>What was found at targets, by the row that says so.</summary>
    public IReadOnlyDictionary<string, Change> Hits => hits;

    /// <summary>A record that the source does not have any more.</summary>
    public void Lose() => Job = Job with { Looked = Job.Looked + 1, Gone = Job.Gone + 1 };

    /// <summary>What a record came to at every target.</summary>
    public void Tell(IReadOnlyList<LinkFinding> told, params IReadOnlyList<KeyValuePair<string, Change>> found)
    {
        findings.AddRange(told);
        foreach (var (key, hit) in found)
        {
            hits[key] = hit;
        }

        var targets = Job.Targets.Select(tally =>
            told.Where(one => one.Target == tally.Target).Aggregate(tally, (all, one) => all.Count(one))
        );
        Job = Job with { Looked = Job.Looked + 1, Targets = [.. targets] };
    }

    /// <summary>An event of the page is done.</summary>
    public void Finish(string eventId)
    {
        Done++;
        Job = Job with { Done = Job.Done.Add(eventId) };
    }

    /// <summary>The page is done.</summary>
    public void Turn(ChangePage page, DateTimeOffset now) =>
        Job = Job with { Pages = Job.Pages + 1, Done = [], Cursor = page.Cursor, EndedAt = page.IsLast ? now : null };
}
