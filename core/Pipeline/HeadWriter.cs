using QtcHub.Audit;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>Commits what was seen of a record: its head, its content where that is new, and the lanes that want it.</summary>
internal sealed class HeadWriter(HubContext hub)
{
    private const int MostConflicts = 8;

    /// <summary>Lanes move while a record is taken in: only a changed head makes the read worthless, so lanes are read again and the rest stands.</summary>
    public async Task<CommitResult> CommitAsync(Observed at, HeadDraft draft, CancellationToken cancellationToken)
    {
        var home = Home.OfRecord(draft.Head.Id);
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            var build = new CommitBuilder(hub, home);
            build.Put(Rows.Of(draft.Head), draft.Version);
            if (draft.Content is not null)
            {
                build.Insert(new Row(Rows.ContentKey(draft.Head.Revision), "content", Rows.Day(hub.Now), draft.Content));
                build.Audit(Rows.HeadKey, draft.Version + 1, Told(at, draft.Head, "revised"));
                await WantLanesAsync(at, draft, build, cancellationToken);
            }
            else if (draft.IsLinked)
            {
                build.Audit(Rows.HeadKey, draft.Version + 1, Told(at, draft.Head, "linked"));
                await WantFurtherAsync(at, draft.Head, build, cancellationToken);
            }

            if (draft.IsLinked)
            {
                await WakeAsync(at, draft.Head, build, cancellationToken);
            }

            var result = await build.CommitAsync(cancellationToken);
            if (result != CommitResult.Conflict)
            {
                return result;
            }

            var row = await hub.Store.ReadAsync(home, Rows.HeadKey, cancellationToken);
            if ((row?.Version ?? 0) != draft.Version)
            {
                return CommitResult.Conflict;
            }
        }

        return CommitResult.Conflict;
    }

    private async Task WantLanesAsync(Observed at, HeadDraft draft, CommitBuilder build, CancellationToken cancellationToken)
    {
        var selected = at.Route.Selects(draft.Content);
        foreach (var target in at.Route.Targets)
        {
            var id = target.Lane.Of(draft.Head.Id);
            // A record that had no head has no lanes.
            var stored = draft.Version == 0 ? null : await hub.Store.LaneAsync(id, cancellationToken);
            // What a route never selected gets no lane; what it once did, the lane itself judges.
            if (selected || stored is not null)
            {
                var lane = (stored?.Value ?? FirstLane(id, draft.Head, target)) with { Source = at.Arrival.System };
                Want(build, lane, stored?.Version ?? 0, draft.Head, at);
            }

            if (target.WriteOff is { } part && stored is not null)
            {
                await WantBackAsync(at, draft, part, build, cancellationToken);
            }
        }

        // Where another source's route alone leads it, its changes are wanted as well; nobody is told what it has said itself.
        if (draft.Version == 0 || draft.Head.Sources.Length == 1)
        {
            return;
        }

        foreach (var (lane, version) in await hub.Store.LanesAsync(draft.Head.Id, cancellationToken))
        {
            if (lane.Id.Target != at.Arrival.System && at.Route.Targets.All(target => target.Name != lane.Id.Target) && IsLed(lane))
            {
                Want(build, lane, version, draft.Head, at);
            }
        }
    }

    /// <summary>What was given up of an invoice for a payment that has come to nothing is taken back.</summary>
    private async Task WantBackAsync(Observed at, HeadDraft draft, Target part, CommitBuilder build, CancellationToken cancellationToken)
    {
        if (
            CanonicalJson.Read(at.Type, draft.Content).Value.HasEnded
            && await hub.Store.LaneAsync(part.Lane.Of(draft.Head.Id), cancellationToken) is { } given
        )
        {
            Want(build, given.Value, given.Version, draft.Head, at);
        }
    }

    private bool IsLed(Lane lane) =>
        lane.Source is { } source
        && hub.Router.From(source, lane.Id.Record.Type) is { } route
        && route.Targets.Any(target => target.Lane.Of(lane.Id.Record) == lane.Id);

    /// <summary>A source that tells of a known record leads it to those of its targets that no other has led it to, save where it comes from.</summary>
    private async Task WantFurtherAsync(Observed at, RecordHead head, CommitBuilder build, CancellationToken cancellationToken)
    {
        if (!at.Route.Selects(await hub.Store.ContentAsync(head.Id, head.Revision, cancellationToken)))
        {
            return;
        }

        foreach (var target in at.Route.Targets.Where(target => target.Name != head.Origin))
        {
            var id = target.Lane.Of(head.Id);
            if (await hub.Store.LaneAsync(id, cancellationToken) is null)
            {
                Want(build, FirstLane(id, head, target) with { Source = at.Arrival.System }, 0, head, at);
            }
        }
    }

    /// <summary>A lane that waits for what its target makes itself need not wait once the target has told of it.</summary>
    private async Task WakeAsync(Observed at, RecordHead head, CommitBuilder build, CancellationToken cancellationToken)
    {
        if (
            at.Arrival.Source.ToldAs(head) is not null
            && hub.Router.To(at.Arrival.System, at.Type, null) is { } way
            && await hub.Store.LaneAsync(way.Target.Lane.Of(head.Id), cancellationToken)
                is { Value: { ExternalId: null, Current.State: EffectState.Due, Id: var waiting } }
        )
        {
            build.Work(new WorkItem.OfLane(waiting), hub.Now);
        }
    }

    private void Want(CommitBuilder build, Lane lane, long version, RecordHead head, Observed at) =>
        build.Lane(version, LaneMoves.Want(lane, head.Revision, at.Arrival.Origin, hub.Now), null);

    /// <summary>A lane that was not there. Where the target has told of the record itself, it is known there by that name.</summary>
    public static Lane FirstLane(LaneId id, RecordHead head, Target target) =>
        new()
        {
            Id = id,
            ExternalId = target.System.ToldAs(head),
            LeadsBack = head.Origin == target.Name,
        };

    private AuditEntry Told(Observed at, RecordHead head, string action) =>
        new()
        {
            At = hub.Now,
            Actor = "hub",
            Action = action,
            Origin = at.Arrival.Origin,
            Revision = head.Revision,
            Hash = head.ContentHash,
            MappingVersion = at.Route.In.Version,
            ConfigurationVersion = hub.Options.Version,
        };
}

/// <summary>A head as it is to be stored, over the version it was read at, with its content where that is new.</summary>
internal sealed record HeadDraft(RecordHead Head, long Version, byte[]? Content)
{
    /// <summary>Whether its source tells of it for the first time, and another has before.</summary>
    public bool IsLinked { get; init; }
}
