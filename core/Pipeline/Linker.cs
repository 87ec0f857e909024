using System.Collections.Immutable;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>
/// Matches in bulk what a source and targets hold already: lists the source page by page under a leased job row whose cursor moves together with the report, judges
/// each record at each target, and, unless it only looks, adopts what is found. It never writes to a vendor, and doing a page twice is harmless. At its end the
/// targets of a route that starts by link may be written to.
/// </summary>
internal sealed class Linker(HubContext hub, LinkJudge judge)
{
    /// <summary>Records looked at in one step: each is read and looked for at every target.</summary>
    public const int MostAtOnce = 25;

    private const int MostConflicts = 8;
    private const int MostRows = 60;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>A process that is slower than its lease loses nothing but the step.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private readonly LinkAdoption adoption = new(hub);

    /// <summary>One step: a page, or a part of a long one.</summary>
    public async Task<LinkPage> RunAsync(LinkRequest request, LinkOrder order, CancellationToken cancellationToken)
    {
        var route = hub.Router.From(request.From, request.Record);
        Invariant.Holds(route is not null, "a route that was read is there");
        var home = LinkReport.HomeOf(request, order.OnlyLooks);
        var stored = Rows.Read<LinkJob>(await hub.Store.ReadAsync(home, Rows.JobKey, cancellationToken));
        var job = GoOn(request, route, stored?.Value);
        if (stored?.Value.LeaseUntil > hub.Now)
        {
            return Page(request, LinkStep.WaitsForAnother, job, LookEvery);
        }

        var version = stored?.Version ?? 0;
        job = job with { LeaseUntil = hub.Now + Lease };
        if (!await PutAsync(home, job, version, [], cancellationToken))
        {
            return Page(request, LinkStep.WaitsForAnother, job, LookEvery);
        }

        var step = new LinkStepUnderWay(request, order, route, home, job, version + 1);
        return await ListAsync(step, cancellationToken);
    }

    /// <summary>The job where it was, or a new one: there was none, it has ended, or it looked by other keys or mappings, or elsewhere.</summary>
    private LinkJob GoOn(LinkRequest request, Route route, LinkJob? last)
    {
        var targets = route.Targets.Where(target => request.Targets.Contains(target.Name, StringComparer.Ordinal)).ToList();
        var terms = string.Join(
            ' ',
            targets
                .OrderBy(target => target.Name, StringComparer.Ordinal)
                .Select(target => $"{target.Name}={target.Out.Version}:{string.Join(',', target.MatchKeys)}")
                .Prepend(route.In.Version)
        );
        return last is { EndedAt: null } && last.Terms == terms
            ? last
            : new LinkJob
            {
                BeganAt = hub.Now,
                Terms = terms,
                Targets =
                [
                    .. targets
                        .OrderBy(target => target.Name, StringComparer.Ordinal)
                        .Select(target => new LinkTally { Target = target.Name, Keys = [.. target.MatchKeys] }),
                ],
            };
    }

    private async Task<LinkPage> ListAsync(LinkStepUnderWay step, CancellationToken cancellationToken)
    {
        var source = step.Route.Source;
        var type = source.Facts.Sources[step.Request.Record];
        var listed = await hub.Gate.CallAsync(
            step.Request.From,
            async () =>
            {
                using var call = HubTracing.Call("list", step.Request.From);
                var lister = (IBackfill)source.Connector;
                var asked = lister.ReadRecordsAsync(type, step.Job.Cursor, DateTimeOffset.UnixEpoch, step.Job.BeganAt, cancellationToken);
                return HubTracing.Answered(call, await asked);
            },
            cancellationToken
        );
        if (!listed.TryGet(out var page, out var fault))
        {
            return await EndAsync(step, new LinkProgress(step.Job), step.Request.From, fault, cancellationToken);
        }

        Invariant.Holds(page.IsLast || page.Cursor != step.Job.Cursor, "a page that is not the last leads to another");
        return await LookAsync(step, page, type, cancellationToken);
    }

    private async Task<LinkPage> LookAsync(LinkStepUnderWay step, ChangePage page, string type, CancellationToken cancellationToken)
    {
        var progress = new LinkProgress(step.Job);
        var reader = (INoticeReader)step.Route.Source.Connector;
        foreach (var delivery in page.Deliveries.Where(one => !step.Job.Done.Contains(one.EventId, StringComparer.Ordinal)))
        {
            if (progress.Done >= MostAtOnce || progress.Hits.Count >= MostRows)
            {
                return await EndAsync(step, progress, null, null, cancellationToken);
            }

            if (!reader.ReadNotices(delivery.Body).TryGet(out var notices, out var unreadable))
            {
                return await EndAsync(step, progress, step.Request.From, unreadable, cancellationToken);
            }

            foreach (var notice in notices.Where(one => one.ExternalType == type))
            {
                if (await TakeAsync(step, progress, notice, cancellationToken) is var (system, fault))
                {
                    return await EndAsync(step, progress, system, fault, cancellationToken);
                }
            }

            progress.Finish(delivery.EventId);
        }

        progress.Turn(page, hub.Now);
        return await EndAsync(step, progress, null, null, cancellationToken);
    }

    /// <summary>Looks at one record; the system that cannot be asked now, and why, or null.</summary>
    private async Task<(string System, Fault Fault)?> TakeAsync(
        LinkStepUnderWay step,
        LinkProgress progress,
        Notice notice,
        CancellationToken cancellationToken
    )
    {
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            var trouble = await TryAsync(step, progress, notice, cancellationToken);
            if (trouble is not { Fault: Fault.Conflict })
            {
                return trouble;
            }
        }

        return (step.Request.From, new Fault.Transient("the record is changing faster than it can be linked"));
    }

    /// <summary>As <see cref="TakeAsync"/>, once; a Conflict says that the record moved, and that it is to be judged again.</summary>
    private async Task<(string System, Fault Fault)?> TryAsync(
        LinkStepUnderWay step,
        LinkProgress progress,
        Notice notice,
        CancellationToken cancellationToken
    )
    {
        var arrival = new Arrival(step.Route.Source, notice, $"link:{step.Order.Who}", hub.Now, 0);
        var read = await judge.ReadAsync(arrival, step.Route, step.Order.OnlyLooks, cancellationToken);
        if (read is not { } reading)
        {
            progress.Lose();
            return null;
        }

        if (!reading.TryGet(out var candidate, out var fault))
        {
            return Refuse(fault, step.Targets.Select(target => Unread(notice, target)));
        }

        var judged = await JudgeAsync(step, progress, candidate, cancellationToken);
        if (judged.Trouble is { } trouble)
        {
            return trouble;
        }

        var told = step.Order.OnlyLooks
            ? judged.Findings
            : await adoption.AdoptAsync(candidate, judged.Findings, step.Order.Who, step.Job.BeganAt, cancellationToken);
        if (!told.TryGet(out var findings, out fault))
        {
            return Refuse(fault, judged.Findings);
        }

        progress.Tell(findings, [.. judged.Hits]);
        return null;

        // What is wrong with the record is a finding, and the next one's turn.
        (string System, Fault Fault)? Refuse(Fault why, IEnumerable<LinkFinding> of)
        {
            if (!LinkJudge.IsOfTheRecord(why))
            {
                return (step.Request.From, why);
            }

            progress.Tell([.. of.Select(finding => LinkJudge.Refused(finding, why))]);
            return null;
        }
    }

    private async Task<Judged> JudgeAsync(
        LinkStepUnderWay step,
        LinkProgress progress,
        LinkCandidate candidate,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<LinkFinding>();
        var hits = new Dictionary<string, Change>(StringComparer.Ordinal);
        foreach (var target in step.Targets)
        {
            var judged = await judge.JudgeAsync(candidate, target, step.Job.BeganAt, cancellationToken);
            if (!judged.TryGet(out var finding, out var fault))
            {
                return new Judged([], hits) { Trouble = (target.Name, fault) };
            }

            findings.Add(await HitAsync(step, progress, finding, hits, cancellationToken));
        }

        return new Judged(findings, hits);
    }

    /// <summary>Two records of the source are never one at a target: the second that finds the same is refused, and a person decides.</summary>
    private async Task<LinkFinding> HitAsync(
        LinkStepUnderWay step,
        LinkProgress progress,
        LinkFinding finding,
        Dictionary<string, Change> hits,
        CancellationToken cancellationToken
    )
    {
        if (finding.Verdict is not (LinkVerdict.Matched or LinkVerdict.MatchedWithDifferences))
        {
            return finding;
        }

        var key = Rows.HitKey(finding.Target, finding.Ids[0]);
        if (progress.Hits.TryGetValue(key, out var earlier))
        {
            return Another(finding, SourceOf(earlier));
        }

        var stored = Rows.Read<LinkHit>(await hub.Store.ReadAsync(step.Home, key, cancellationToken));
        if (stored is { Value: var hit } && hit.Run == step.Job.BeganAt)
        {
            return hit.SourceId == finding.SourceId ? finding : Another(finding, hit.SourceId);
        }

        var row = Rows.Of(finding.Target, finding.Ids[0], new LinkHit(step.Job.BeganAt, finding.SourceId));
        hits[key] = Change.Put(row, stored?.Version ?? 0);
        return finding;
    }

    private static string SourceOf(Change hit) =>
        Rows.Parse<LinkHit>(hit is Change.Insert insert ? insert.Row : ((Change.Replace)hit).Row).SourceId;

    private static LinkFinding Another(LinkFinding finding, string sourceId) =>
        LinkJudge.Refused(finding, new Fault.Rejected("several-records", $"{sourceId} has found the same record"));

    private static LinkFinding Unread(Notice notice, Target target) =>
        new()
        {
            Target = target.Name,
            SourceId = notice.ExternalId,
            Verdict = LinkVerdict.Refused,
        };

    /// <summary>Writes what was found together with the cursor, and gives the lease back; at the end opens the targets that waited for it.</summary>
    private async Task<LinkPage> EndAsync(
        LinkStepUnderWay step,
        LinkProgress progress,
        string? system,
        Fault? fault,
        CancellationToken cancellationToken
    )
    {
        var (attempts, after) = fault is null ? (0, (TimeSpan?)TimeSpan.Zero) : After(step.Job, system!, fault);
        var job = progress.Job with { Attempts = attempts, LeaseUntil = null };
        var beside = new List<Change>(progress.Hits.Values);
        if (progress.Findings.Count > 0)
        {
            job = job with { Leaves = job.Leaves + 1 };
            var before = await hub.Store.ReadAsync(step.Home, Rows.LeafKey(job.Leaves), cancellationToken);
            beside.Add(Change.Put(Rows.Of(job.Leaves, new LinkLeaf([.. progress.Findings])), before?.Version ?? 0));
        }

        if (job.EndedAt is { } ended && !step.Order.OnlyLooks)
        {
            foreach (var target in step.Targets)
            {
                var before = await hub.Store.ReadAsync(step.Home, Rows.OpeningPrefix + target.Name, cancellationToken);
                beside.AddRange(before is null ? [new Change.Insert(Rows.Of(target.Name, new LinkOpening(ended, step.Order.Who)))] : []);
            }
        }

        var next =
            fault is null ? (job.EndedAt is null ? LinkStep.Looked : LinkStep.Finished)
            : after is null ? LinkStep.Failed
            : LinkStep.WaitsForSystem;
        return !await PutAsync(step.Home, job, step.Version, beside, cancellationToken)
            ? Page(step.Request, LinkStep.WaitsForAnother, step.Job, LookEvery)
            : Page(step.Request, next, job, job.EndedAt is null ? after : null) with
            {
                System = system,
                Fault = fault,
            };
    }

    private (int Attempts, TimeSpan? After) After(LinkJob job, string system, Fault fault)
    {
        var attempts = job.Attempts + 1;
        TimeSpan? after = hub.Decide(system, fault, attempts) switch
        {
            Disposition.Retry retry => Recoverability.Jittered(retry.After, hub.Random),
            Disposition.WaitForQuota wait => wait.After,
            Disposition.OpenCircuit => hub.Gate.NotBefore(system) - hub.Now,
            Disposition.Reload or Disposition.LookAgain => hub.Policy.RetryFirst,
            _ => null,
        };
        // What needs a person is tried anew when the person asks again.
        return (fault is Fault.Transient && after is not null ? attempts : 0, after);
    }

    private LinkPage Page(LinkRequest request, LinkStep step, LinkJob job, TimeSpan? after) => new(request, step, job, hub.Now + after);

    private async Task<bool> PutAsync(
        Home home,
        LinkJob job,
        long version,
        IReadOnlyList<Change> beside,
        CancellationToken cancellationToken
    ) =>
        await hub.Store.CommitAsync(new Commit(home, [Change.Put(Rows.Of(job), version), .. beside]), cancellationToken)
        == CommitResult.Committed;

    /// <summary>What a record came to, and what it has found; or the system that cannot be asked now.</summary>
    private sealed record Judged(List<LinkFinding> Findings, IReadOnlyDictionary<string, Change> Hits)
    {
        public (string System, Fault Fault)? Trouble { get; init; }
    }
}
