using QtcHub.Audit;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>
/// Makes what was found at targets a record's own: claims and cross-references, audited. Nothing is wanted and nothing is sent; once its source tells of the record,
/// each lane compares what stands there first.
/// </summary>
internal sealed class LinkAdoption(HubContext hub)
{
    private readonly Minting minting = new(hub);

    /// <summary>The findings as they are by then: what turns out to be another record's is refused. A Conflict says that the record moved: it is judged again.</summary>
    public async Task<Outcome<IReadOnlyList<LinkFinding>>> AdoptAsync(
        LinkCandidate candidate,
        IReadOnlyList<LinkFinding> findings,
        string who,
        DateTimeOffset run,
        CancellationToken cancellationToken
    )
    {
        if (findings.All(finding => !IsFound(finding)))
        {
            return findings.ToList();
        }

        // With a head of its own it has its id; its match keys are claimed when its source tells of it, and before that here.
        var minted = await minting.IdAsync(candidate.At, candidate.Content, cancellationToken);
        if (!minted.TryGet(out var id, out var fault))
        {
            return fault;
        }

        var adopted = new List<LinkFinding>();
        var build = new CommitBuilder(hub, Home.OfRecord(id));
        var isNew = await hub.Store.HeadAsync(id, cancellationToken) is null;
        if (isNew)
        {
            build.Put(Rows.Of(Unread(candidate.At, id)), 0);
        }

        var isChanged = false;
        foreach (var finding in findings)
        {
            if (!IsFound(finding))
            {
                adopted.Add(finding);
                continue;
            }

            var link = new LaneLink(finding.Key!, who, run);
            var one = await AdoptAsync(candidate.At.Route, id, finding, link, build, cancellationToken);
            if (!one.TryGet(out var told, out fault))
            {
                return fault;
            }

            adopted.Add(told.Finding);
            isChanged |= told.IsLinked;
        }

        if (!isChanged)
        {
            return adopted;
        }

        return await build.CommitAsync(cancellationToken) switch
        {
            CommitResult.Committed => await RingAsync(id, adopted, cancellationToken),
            CommitResult.Conflict => new Fault.Conflict("the record moved"),
            _ => new Fault.Transient("the store is overloaded"),
        };
    }

    private static bool IsFound(LinkFinding finding) => finding.Verdict is LinkVerdict.Matched or LinkVerdict.MatchedWithDifferences;

    private async Task<Outcome<Adopted>> AdoptAsync(
        Route route,
        CanonicalId record,
        LinkFinding finding,
        LaneLink link,
        CommitBuilder build,
        CancellationToken cancellationToken
    )
    {
        var target = route.Targets.Single(one => one.Name == finding.Target);
        var id = target.Lane.Of(record);
        var known = finding with { Record = record.Value };
        var stored = await hub.Store.LaneAsync(id, cancellationToken);
        if (stored?.Value.ExternalId is not null)
        {
            return new Adopted(known, false);
        }

        if (stored is { Value: { IsFree: false, Current.State: var state } })
        {
            return new Adopted(known with { Verdict = LinkVerdict.UnderWay, Why = state.ToString() }, false);
        }

        var externalId = finding.Ids[0];
        var owner = await hub.Store.ClaimAsync(target.Name, target.Facts.ExternalType, externalId, record, cancellationToken);
        if (owner is null)
        {
            return new Fault.Transient("the store is overloaded");
        }

        if (owner != record)
        {
            return new Adopted(LinkJudge.Refused(known, new Fault.Rejected("claimed-by-another", $"it belongs to {owner}")), false);
        }

        var lane = stored?.Value ?? new Lane { Id = id, Source = route.Options.From };
        var version = stored?.Version ?? 0;
        build.Put(Rows.Of(Linked(lane, externalId, link)), version);
        var entry = new AuditEntry
        {
            At = hub.Now,
            Actor = link.Who,
            Action = "adopted",
            Origin = $"link:{link.Who}",
            Lane = $"{id.Target}/{id.Part}",
            Revision = lane.WantedRevision,
            ConfigurationVersion = hub.Options.Version,
            Reason = $"found by its {link.Key}",
        };
        build.Audit(Rows.LaneKey(id), version + 1, entry);
        return new Adopted(known, true);
    }

    private static Lane Linked(Lane lane, string externalId, LaneLink link) =>
        lane with
        {
            ExternalId = externalId,
            Link = link,
            // A request that would have created it is made afresh, as a change of what stands there; a letter's, once it is released.
            Current = lane.Current is { RequestHash: not null, State: not EffectState.DeadLettered } mapped
                ? OutcomeWriter.Remapped(mapped)
                : lane.Current,
            // What was proposed of it went with a request that was never carried out.
            Proposal = null,
        };

    /// <summary>It stands somewhere from now on: whoever waits for it goes on.</summary>
    private async Task<Outcome<IReadOnlyList<LinkFinding>>> RingAsync(
        CanonicalId id,
        List<LinkFinding> adopted,
        CancellationToken cancellationToken
    )
    {
        await hub.Store.RingAsync(id, hub.Now, cancellationToken);
        return adopted;
    }

    /// <summary>A finding as it is by then, and whether it was linked now.</summary>
    private sealed record Adopted(LinkFinding Finding, bool IsLinked);

    /// <summary>A record that no notice has told of yet: the first that does is newer than this.</summary>
    private static RecordHead Unread(Observed at, CanonicalId id) => RecordHead.First(id, 0, "", at.SeenNow("", Marker.AnyTime));
}
