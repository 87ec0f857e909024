using System.Collections.Immutable;
using System.Globalization;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Applies today's mapping to the past: wants the lanes that it gives something else once more, as new generations, page by page under a leased job row whose
/// cursor moves after the page's lanes are committed. A lane that was wanted is under way and then equal, so that running a page twice is harmless.
/// </summary>
internal sealed class Remapper(HubContext hub, Remapping remapping, LaneWriter writer)
{
    /// <summary>It goes on while at most this many of the lanes that it wanted are yet to be tried: with the next page they are a few seconds of a target's share of work.</summary>
    public const int LittleLeft = 25;

    private const int MostConflicts = 8;

    /// <summary>What it wants is due this much later than what a system tells of at the same time.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>One page.</summary>
    public async Task<RemapPage> RunAsync(RemapRequest request, RemapOrder order, CancellationToken cancellationToken)
    {
        var home = Home.OfJob($"remap-{request.From}-{request.Record}");
        var stored = Rows.Read<RemapJob>(await hub.Store.ReadAsync(home, Rows.JobKey, cancellationToken));
        var job = GoOn(request, stored?.Value);
        if (stored?.Value.LeaseUntil > hub.Now)
        {
            return Page(RemapStep.WaitsForAnother, job, LookEvery);
        }

        var open = await OpenAsync(job.Recent, cancellationToken);
        if (open.Length > LittleLeft)
        {
            return Page(RemapStep.WaitsForItsWork, job with { Recent = open }, LookEvery);
        }

        var version = stored?.Version ?? 0;
        job = job with { Recent = open, LeaseUntil = hub.Now + Lease };
        if (!await PutAsync(home, job, version, cancellationToken))
        {
            return Page(RemapStep.WaitsForAnother, job, LookEvery);
        }

        var ended = await ApplyAsync(request, order, job, cancellationToken) with { LeaseUntil = null };
        return !await PutAsync(home, ended, version + 1, cancellationToken) ? Page(RemapStep.WaitsForAnother, job, LookEvery)
            : ended.EndedAt is null ? Page(RemapStep.Wanted, ended, TimeSpan.Zero)
            : Page(RemapStep.Finished, ended, null);
    }

    /// <summary>The job where it was, or a new one: there was none, it has ended, or it applied other mappings than today's.</summary>
    private RemapJob GoOn(RemapRequest request, RemapJob? last)
    {
        var targets = remapping.Tallies(request).Values.ToImmutableArray();
        var mappings = string.Join(' ', targets.Select(target => $"{target.Target}={target.Mapping}"));
        return last is { EndedAt: null } && last.Mappings == mappings
            ? last
            : new RemapJob
            {
                BeganAt = hub.Now,
                Mappings = mappings,
                Targets = targets,
                Recent = last?.Recent ?? [],
            };
    }

    private async Task<RemapJob> ApplyAsync(RemapRequest request, RemapOrder order, RemapJob job, CancellationToken cancellationToken)
    {
        var tallies = job.Targets.ToDictionary(target => target.Target, StringComparer.Ordinal);
        var recent = job.Recent.ToBuilder();
        var next = await remapping.EachAsync(
            request,
            job.Cursor,
            async at =>
            {
                var judged = await WantAsync(at, order, cancellationToken);
                if (judged is Remapped.Differs)
                {
                    recent.Add(at.Id.ToString());
                }

                return judged;
            },
            tallies,
            cancellationToken
        );
        return job with
        {
            Cursor = next,
            Targets = [.. job.Targets.Select(target => tallies[target.Target])],
            Recent = recent.ToImmutable(),
            EndedAt = next is null ? hub.Now : null,
        };
    }

    /// <summary>Wants a lane once more where the mapping gives it something else. Where it moved meanwhile, it is judged as it is by then.</summary>
    private async Task<Remapped> WantAsync(LaneAt at, RemapOrder order, CancellationToken cancellationToken)
    {
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            var judged = await remapping.JudgeAsync(at, cancellationToken);
            if (judged is not Remapped.Differs || await TryWantAsync(at, order, cancellationToken))
            {
                return judged;
            }

            var moved = await hub.Store.LaneAsync(at.Id, cancellationToken);
            Invariant.Holds(moved is not null, "a lane is never removed");
            at = at with { Lane = moved.Value };
        }

        return new Remapped.LeftAlone("changing");
    }

    private async Task<bool> TryWantAsync(LaneAt at, RemapOrder order, CancellationToken cancellationToken)
    {
        var generation = await GenerationAsync(at, cancellationToken);
        var move = LaneMoves.Again(at.Value, $"remap:{order.Who}", generation, hub.Now + Behind);
        var entry = writer.Entry(at, move.Lane.Current!, []) with { Actor = order.Who, Action = "remapped", Reason = order.Reason };
        return await writer.CommitAsync(at, move, entry, cancellationToken);
    }

    /// <summary>One more than the last of the revision that left the lane: its key and its rows are its own.</summary>
    private async Task<int> GenerationAsync(LaneAt at, CancellationToken cancellationToken)
    {
        var last = 0;
        foreach (var form in new[] { Rows.EndedPrefix, Rows.FormerEndedPrefix, Rows.RequestPrefix })
        {
            var prefix = form + Rows.OfRevision(at.Id, at.Value.WantedRevision);
            var rows = await hub.Store.ReadManyAsync(Home.OfRecord(at.Id.Record), prefix, Commit.MaxChanges, cancellationToken);
            last = rows.Select(row => int.Parse(row.Key.AsSpan(prefix.Length), CultureInfo.InvariantCulture)).Append(last).Max();
        }

        return last + 1;
    }

    private async Task<ImmutableArray<string>> OpenAsync(ImmutableArray<string> recent, CancellationToken cancellationToken)
    {
        var open = ImmutableArray.CreateBuilder<string>();
        foreach (var lane in recent)
        {
            if (await hub.Store.LaneAsync(LaneId.Parse(lane), cancellationToken) is { Value: var known } && Backlog.Waits(known))
            {
                open.Add(lane);
            }
        }

        return open.ToImmutable();
    }

    private RemapPage Page(RemapStep step, RemapJob job, TimeSpan? after) =>
        new(step, job.BeganAt, job.Targets, job.Recent.Length, hub.Now + after);

    private async Task<bool> PutAsync(Home home, RemapJob job, long version, CancellationToken cancellationToken) =>
        await hub.Store.CommitAsync(new Commit(home, Change.Put(Rows.Of(job), version)), cancellationToken) == CommitResult.Committed;
}

/// <summary>What came of applying a mapping to one more page.</summary>
/// <param name="Step">What it did, or what it waits for.</param>
/// <param name="BeganAt">When it began.</param>
/// <param name="Targets">How far it is.</param>
/// <param name="Waiting">Lanes that it wanted and that are yet to be tried.</param>
/// <param name="Again">When to ask again; null once it has finished.</param>
public sealed record RemapPage(
    RemapStep Step,
    DateTimeOffset BeganAt,
    IReadOnlyList<RemapTally> Targets,
    int Waiting,
    DateTimeOffset? Again
);

/// <summary>What applying a mapping did, or what it waits for.</summary>
public enum RemapStep
{
    /// <summary>A page was judged, and what would change is wanted again.</summary>
    Wanted,

    /// <summary>Everything was looked at.</summary>
    Finished,

    /// <summary>What it wanted is to be done first.</summary>
    WaitsForItsWork,

    /// <summary>Another process is at it.</summary>
    WaitsForAnother,
}
