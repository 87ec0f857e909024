using QtcHub.Audit;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>
/// Follows a source that says one record was merged into another. The loser's home becomes a tombstone that points to the survivor: what is open there ends or settles
/// and is wanted of the survivor, and what of it stands at targets is told to a person, never written. Doing it twice is harmless.
/// </summary>
internal sealed class Merging(HubContext hub, Func<Arrival, CancellationToken, Task<Outcome<NoticeResult>>> takeIn)
{
    private const int MostConflicts = 8;
    private readonly MergeLetters letters = new(hub);

    /// <summary>
    /// What comes of it: null where the survivor is not to be had, so that the loser has just ended. A Conflict says that something moved meanwhile, and that it is
    /// to be looked at again.
    /// </summary>
    public async Task<Outcome<NoticeResult>?> TakeAsync(Observed at, RecordReading.Merged merged, CancellationToken cancellationToken)
    {
        var (arrival, notice) = (at.Arrival, at.Arrival.Notice);
        if (arrival.Hops >= Arrival.MostHops || merged.Into == notice.ExternalId)
        {
            return new Fault.Rejected("merged-in-circles", $"it was merged into {merged.Into}, and that leads to no end");
        }

        if (await TurnAsync(at, merged, cancellationToken) is { } turned)
        {
            return turned;
        }

        var into = notice with { ExternalId = merged.Into, Marker = Marker.AnyTime, Embedded = null };
        var taken = await takeIn(arrival with { Notice = into, Hops = arrival.Hops + 1 }, cancellationToken);
        if (taken.Fault is { } fault)
        {
            return fault;
        }

        var claim = await hub.Store.ClaimedAsync(arrival.System, notice.ExternalType, merged.Into, cancellationToken);
        if (
            claim is not { } one
            || one.Type != at.Type
            || await hub.Store.LivingAsync(one, cancellationToken) is not { Value: { Revision: > 0 } survivor }
        )
        {
            return null;
        }

        return await JoinAsync(at, merged, survivor, cancellationToken);
    }

    /// <summary>
    /// The other one was merged into this one before, and now it is the other way round: one record it is and stays, and goes on as the other one at its source.
    /// Null: it is not so.
    /// </summary>
    private async Task<Outcome<NoticeResult>?> TurnAsync(Observed at, RecordReading.Merged merged, CancellationToken cancellationToken)
    {
        var (arrival, notice) = (at.Arrival, at.Arrival.Notice);
        var claim = await hub.Store.ClaimedAsync(arrival.System, notice.ExternalType, merged.Into, cancellationToken);
        if (
            at.Head is not { } head
            || at.Seen is not { IsGone: false } seen
            || seen.ExternalId != notice.ExternalId
            || claim is not { } other
            || await hub.Store.LivingAsync(other, cancellationToken) is not { } living
            || living.Value.Id != head.Value.Id
        )
        {
            return null;
        }

        // Whose markers these are is another record: nothing is older than what is not known of it.
        var turned = seen with
        {
            ExternalId = merged.Into,
            ObservedHash = "",
            Marker = Marker.AnyTime,
            MissingSince = null,
        };
        var build = new CommitBuilder(hub, Home.OfRecord(head.Value.Id));
        build.Put(Rows.Of(head.Value.With(turned)), head.Version);
        build.Audit(Rows.HeadKey, head.Version + 1, Entry(at, head.Value, $"{notice.ExternalId} goes on as {merged.Into}"));
        return await build.CommitAsync(cancellationToken) switch
        {
            CommitResult.Committed => await takeIn(
                arrival with
                {
                    Notice = notice with { ExternalId = merged.Into, Marker = Marker.AnyTime, Embedded = null },
                    Hops = arrival.Hops + 1,
                },
                cancellationToken
            ),
            CommitResult.Conflict => new Fault.Conflict("head changed"),
            _ => new Fault.Transient("the store is overloaded"),
        };
    }

    private async Task<Outcome<NoticeResult>> JoinAsync(
        Observed at,
        RecordReading.Merged merged,
        RecordHead survivor,
        CancellationToken cancellationToken
    )
    {
        var (arrival, notice) = (at.Arrival, at.Arrival.Notice);
        var claimed = await hub.Store.ClaimedAsync(arrival.System, notice.ExternalType, notice.ExternalId, cancellationToken);
        if (claimed is not { } loser)
        {
            // Never told of before: it is the survivor by another name.
            var owner = await hub.Store.ClaimAsync(arrival.System, notice.ExternalType, notice.ExternalId, survivor.Id, cancellationToken);
            return owner == survivor.Id ? await AbsorbAsync(at, null, survivor.Id, cancellationToken)
                : owner is null ? new Fault.Transient("the store is overloaded")
                : new Fault.Conflict("claimed meanwhile");
        }

        if (at.Id is not { } id || id == survivor.Id)
        {
            // Told once more, or after a process died between the two homes.
            return await AbsorbAsync(at, loser == survivor.Id ? null : loser, survivor.Id, cancellationToken);
        }

        if (at.IsAnother)
        {
            return await FollowAsync(at, merged, id, survivor, cancellationToken);
        }

        return await BuryAsync(at, merged, id, survivor.Id, cancellationToken) switch
        {
            CommitResult.Committed => await AbsorbAsync(at, id, survivor.Id, cancellationToken),
            CommitResult.Conflict => new Fault.Conflict("the record moved"),
            _ => new Fault.Transient("the store is overloaded"),
        };
    }

    /// <summary>
    /// It was merged into one, and is said now to be in another: the one may have been merged into that. Its own word decides; where it lives on, a person does.
    /// </summary>
    private async Task<Outcome<NoticeResult>> FollowAsync(
        Observed at,
        RecordReading.Merged merged,
        CanonicalId one,
        RecordHead other,
        CancellationToken cancellationToken
    )
    {
        var notice = at.Arrival.Notice with { ExternalId = at.Seen!.ExternalId, Marker = Marker.AnyTime, Embedded = null };
        var taken = await takeIn(at.Arrival with { Notice = notice, Hops = at.Arrival.Hops + 1 }, cancellationToken);
        return taken.Fault is { } fault ? fault
            : await hub.Store.SurvivorAsync(one, cancellationToken) == await hub.Store.SurvivorAsync(other.Id, cancellationToken)
                ? new Fault.Conflict("the two are one by now")
            : new Fault.Rejected("merged-elsewhere", $"it was merged into {notice.ExternalId}, and then into {merged.Into}");
    }

    /// <summary>Closes the loser's home: its head points to the survivor, and no lane of it begins anything any more.</summary>
    private async Task<CommitResult> BuryAsync(
        Observed at,
        RecordReading.Merged merged,
        CanonicalId loser,
        CanonicalId survivor,
        CancellationToken cancellationToken
    )
    {
        var seen = at.SeenNow(at.Seen?.ObservedHash ?? "", merged.Marker) with { IsGone = true };
        var head = (at.Head?.Value.With(seen) ?? RecordHead.First(loser, 0, "", seen)) with { MergedInto = survivor };
        var version = at.Head?.Version ?? 0;
        var build = new CommitBuilder(hub, Home.OfRecord(loser));
        build.Put(Rows.Of(head), version);
        build.Audit(Rows.HeadKey, version + 1, Entry(at, head, $"into {survivor}"));
        foreach (var (lane, laneVersion) in await hub.Store.LanesAsync(loser, cancellationToken))
        {
            var move = LaneMoves.Bury(lane, survivor);
            move = move with { Lane = await letters.CloseAsync(lane, move.Lane, build, cancellationToken) };
            if (move.Lane.ExternalId is not null)
            {
                move = move with { Lane = await letters.ListAsync(move.Lane, at.Arrival.Origin, build, cancellationToken) };
            }

            build.Lane(laneVersion, move, null);
        }

        return await build.CommitAsync(cancellationToken);
    }

    /// <summary>Tells the survivor of the loser, and wants of it whatever the loser was wanted for.</summary>
    private async Task<Outcome<NoticeResult>> AbsorbAsync(
        Observed at,
        CanonicalId? loser,
        CanonicalId survivor,
        CancellationToken cancellationToken
    )
    {
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            if (await hub.Store.HeadAsync(survivor, cancellationToken) is not { Value: { MergedInto: null } head } stored)
            {
                return new Fault.Conflict("the survivor was merged meanwhile");
            }

            var told = new NoticeResult(NoticeResultKind.Linked, survivor, head.Revision, "merged");
            var name = loser?.Value ?? $"{at.Arrival.System}:{at.Arrival.Notice.ExternalId}";
            var build = new CommitBuilder(hub, Home.OfRecord(survivor));
            var known = head.Absorbed ?? [];
            var isNew = !known.Contains(name, StringComparer.Ordinal);
            if (isNew)
            {
                build.Put(Rows.Of(head with { Absorbed = known.Add(name) }), stored.Version);
                build.Audit(Rows.HeadKey, stored.Version + 1, Entry(at, head, $"{name} was merged into it"));
            }

            var wants = loser is { } lost && await WantAsync(at, lost, head, build, cancellationToken);
            var result = isNew || wants ? await build.CommitAsync(cancellationToken) : CommitResult.Committed;
            switch (result)
            {
                case CommitResult.Overloaded:
                    return new Fault.Transient("the store is overloaded");
                case CommitResult.Committed:
                    if (loser is { } gone)
                    {
                        // Whoever waits for it waits for the survivor.
                        await hub.Store.RingAsync(gone, hub.Now, cancellationToken);
                    }

                    return told;
            }
        }

        return new Fault.Conflict("the survivor is changing faster than it can be told of the merge");
    }

    /// <summary>Wherever the loser has a lane the survivor needs one: what refers to the loser refers to it now.</summary>
    private async Task<bool> WantAsync(
        Observed at,
        CanonicalId loser,
        RecordHead survivor,
        CommitBuilder build,
        CancellationToken cancellationToken
    )
    {
        var wants = false;
        foreach (var (lost, _) in await hub.Store.LanesAsync(loser, cancellationToken))
        {
            if (hub.Router.To(lost.Id.Target, survivor.Id.Type, lost.Source) is not { } way)
            {
                continue;
            }

            var id = way.Target.Lane.Of(survivor.Id);
            var stored = await hub.Store.LaneAsync(id, cancellationToken);
            if (stored?.Value.WantedRevision >= survivor.Revision || (stored is null && survivor.Origin == lost.Id.Target))
            {
                continue;
            }

            var lane = stored?.Value ?? HeadWriter.FirstLane(id, survivor, way.Target) with { Source = way.Route.Options.From };
            build.Lane(stored?.Version ?? 0, LaneMoves.Want(lane, survivor.Revision, at.Arrival.Origin, hub.Now), null);
            wants = true;
        }

        return wants;
    }

    private AuditEntry Entry(Observed at, RecordHead head, string reason) =>
        new()
        {
            At = hub.Now,
            Actor = "hub",
            Action = "merged",
            Origin = at.Arrival.Origin,
            Revision = head.Revision,
            Hash = head.ContentHash,
            ConfigurationVersion = hub.Options.Version,
            Reason = reason,
        };
}
