using QtcHub.Audit;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Where a person decides about a lane.</summary>
internal sealed class Desk(HubContext hub, LaneWriter writer, EpochOf epochs)
{
    private const int MostConflicts = 8;

    /// <summary>
    /// Releases what is held or dead-lettered: Due again, as a new generation mapped afresh. A letter whose write may have been carried out goes
    /// to a reading-back first. False: there is nothing to release.
    /// </summary>
    public async Task<bool> ReleaseAsync(LaneId id, string who, string reason, CancellationToken cancellationToken)
    {
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            if (await hub.Store.LaneAsync(id, cancellationToken) is { Value: { Current: null, MergedInto: not null } } buried)
            {
                if (await CloseMergedAsync(buried, who, reason, cancellationToken) is { } closed)
                {
                    return closed;
                }

                continue;
            }

            if (
                await hub.Store.LaneAsync(id, cancellationToken) is not { Value.Current: { } current } lane
                || current.State is not (EffectState.Held or EffectState.DeadLettered)
                || hub.Router.To(id, lane.Value.Source) is not { } way
            )
            {
                return false;
            }

            if (await TryReleaseAsync(new LaneAt(lane, way.Route, way.Target), current, who, reason, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A person has seen to what stands at a target of a record that was merged: nothing is written. Null: the lane changed, look again.</summary>
    private async Task<bool?> CloseMergedAsync(Stored<Lane> lane, string who, string reason, CancellationToken cancellationToken)
    {
        var (home, key) = (Home.OfRecord(lane.Value.Id.Record), Rows.MergedLetterKey(lane.Value.Id));
        if (await hub.Store.ReadAsync(home, key, cancellationToken) is not { State: "Open" } row)
        {
            return false;
        }

        var build = new CommitBuilder(hub, home);
        build.Put(Rows.Of(key, Rows.Parse<DeadLetter>(row) with { ClosedBy = $"released by {who}" }), row.Version);
        build.Put(Rows.Of(lane.Value with { OpenLetters = lane.Value.OpenLetters - 1 }), lane.Version);
        var entry = new AuditEntry
        {
            At = hub.Now,
            Actor = who,
            Action = "released",
            Origin = $"release:{who}",
            Lane = $"{lane.Value.Id.Target}/{lane.Value.Id.Part}",
            Revision = lane.Value.AppliedRevision,
            ConfigurationVersion = hub.Options.Version,
            Reason = reason,
        };
        build.Audit(Rows.LaneKey(lane.Value.Id), lane.Version + 1, entry);
        return await build.CommitAsync(cancellationToken) == CommitResult.Committed ? true : null;
    }

    private async Task<bool> TryReleaseAsync(LaneAt at, Effect current, string who, string reason, CancellationToken cancellationToken)
    {
        var due = current.To(EffectState.Due) with
        {
            Due = hub.Now,
            Since = hub.Now,
            Attempts = 0,
            Origin = $"release:{who}",
            WaitsFor = null,
            HeldFor = null,
        };
        // Where the outcome is not known, the same request stands until it is: only a known end begins a new generation.
        if (!current.OutcomeUnknown)
        {
            due = OutcomeWriter.Remapped(due);
        }
        else if (!at.Target.Facts.ConsistentLookup && !ReadBack.HasLiveKey(at, hub.Now))
        {
            // Nothing can be read back, and no key tells the vendor what it has seen before: the release is a person's word that nothing was written.
            due = due with
            {
                FirstSentAt = null,
            };
        }

        var entry = writer.Entry(at, due, [current.State]) with { Actor = who, Action = "released", Reason = reason };
        // Where the target has no lookup, the release is also a person's word about what stands there since a restore.
        var lane = at.Target.Facts.ConsistentLookup
            ? at.Value
            : at.Value with
            {
                Epoch = (await epochs.NowAsync(cancellationToken)).Number,
            };
        if (current.State == EffectState.DeadLettered && await LetterAsync(at, current, cancellationToken) is { } letter)
        {
            var closed = letter.Value with { ClosedBy = $"released by {who}" };
            var row = Rows.Of(Rows.LetterKey(at.Id, current), closed);
            var move = LaneMoves.Stay(lane with { OpenLetters = lane.OpenLetters - 1 }, due, hub.Now);
            return await writer.CommitAsync(at, move, entry, cancellationToken, new Change.Replace(row, letter.Version));
        }

        return await writer.CommitAsync(at, LaneMoves.Stay(lane, due, hub.Now), entry, cancellationToken);
    }

    private async Task<Stored<DeadLetter>?> LetterAsync(LaneAt at, Effect current, CancellationToken cancellationToken)
    {
        var row = await hub.Store.ReadAsync(Home.OfRecord(at.Id.Record), Rows.LetterKey(at.Id, current), cancellationToken);
        return row is { State: "Open" } ? Rows.Read<DeadLetter>(row) : null;
    }
}
