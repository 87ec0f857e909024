using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Makes what stands at the target the lane's own, and decides by it: the same content needs no write.</summary>
internal sealed class Adoption(HubContext hub, LaneWriter writer, Preparation preparation, Parking parking, OutcomeWriter outcomes)
{
    /// <summary><paramref name="found"/> null: nothing stands there under the hub's reference.</summary>
    public async Task<WorkOutcome?> AdoptAsync(
        LaneAt at,
        Lookup.Found? found,
        StoreEpoch epoch,
        string reason,
        CancellationToken cancellationToken
    )
    {
        // A request that was mapped before the restore has a key that may have been used since for other bytes.
        var afresh = at.Current.RequestHash is null ? at.Current : OutcomeWriter.Remapped(at.Current);
        var lane = at.Value with
        {
            Current = afresh,
            AppliedHash = null,
            ExternalId = found?.ExternalId ?? at.Value.ExternalId,
            PostedRevision = PostedRevision(at, found),
            Proposal = await ProposedAsync(at, found, cancellationToken),
        };
        if (found is null)
        {
            return await GoOnAsync(at, lane with { Epoch = epoch.Number }, "absent-after-restore", cancellationToken);
        }

        if (await outcomes.ClaimAsync(at, found.ExternalId, cancellationToken) is { } refused)
        {
            return refused is Fault.Ambiguous
                ? new WorkOutcome.Later(hub.Now + hub.Policy.ReadBackEvery)
                : await writer.RefuseAsync(at, refused, outcomeUnknown: false, cancellationToken);
        }

        var adopted = at with { Lane = new Stored<Lane>(lane, at.Lane.Version) };
        var prepared = await preparation.PrepareAsync(adopted, cancellationToken);
        if (prepared is Prepared.Missing missing)
        {
            return await parking.ParkAsync(at, missing.Record, missing.Fault, cancellationToken);
        }

        lane = lane with { Epoch = epoch.Number };
        if (prepared is Prepared.Ready ready)
        {
            if (Covers.Request(ready.Request, found.Record))
            {
                return await AppliedAsync(at, lane, ready, reason, cancellationToken);
            }

            if (await PostedChangeAsync(adopted, found, cancellationToken) is { } changed)
            {
                // It stands there, and what refers to it can go on; only its own change needs a person.
                var standing = at with
                {
                    Lane = at.Lane with { Value = at.Value with { ExternalId = found.ExternalId } },
                };
                return await writer.RefuseAsync(standing, changed, outcomeUnknown: false, cancellationToken);
            }
        }

        return await GoOnAsync(at, lane with { ComparedRevision = at.Current.Revision }, reason, cancellationToken);
    }

    /// <summary>What was only found at the target has what belongs to its state from whoever posted it there.</summary>
    private static int? PostedRevision(LaneAt at, Lookup.Found? found) =>
        found is null || at.StateFields.Count == 0 ? at.Value.PostedRevision
        : at.Value.ExternalId is null ? 0
        : at.Value.PostedWith;

    /// <summary>What a payment was proposed to pay, where it stands as it was sent with that: what somebody else has made there, or applied otherwise, was not proposed.</summary>
    private async Task<CashProposal?> ProposedAsync(LaneAt at, Lookup.Found? found, CancellationToken cancellationToken)
    {
        if (at.Value.Proposal is not { } proposal || at.Value.ExternalId is not null || at.Target.CashApplication is null)
        {
            return at.Value.Proposal;
        }

        var stands =
            found is not null
            && at.Current.RequestHash is not null
            && await preparation.PrepareAsync(at, cancellationToken) is Prepared.Ready { IsStored: true } sent
            && Covers.Request(sent.Request, found.Record);
        return stands ? proposal : null;
    }

    private async Task<WorkOutcome?> AppliedAsync(
        LaneAt at,
        Lane lane,
        Prepared.Ready ready,
        string reason,
        CancellationToken cancellationToken
    )
    {
        var applied = lane.Current!.To(EffectState.InFlight).To(EffectState.Applied) with
        {
            RequestHash = ready.Hash,
            OutcomeUnknown = false,
            MappingVersion = at.Target.Out.Version,
            ConfigurationVersion = hub.Options.Version,
            History = OutcomeWriter.Remember(lane.Current, hub.Now, "Found"),
        };
        var move = LaneMoves.Settle(lane with { SentRevision = applied.Revision }, applied, lane.ExternalId, hub.Now);
        var entry = writer.Entry(at, applied, LaneWriter.Taken) with { Reason = reason };
        var request = new Change.Insert(new Row(Rows.RequestKey(at.Id, applied), "request", Rows.Day(hub.Now), ready.Request));
        return await writer.CommitAsync(at, move, entry, cancellationToken, request) ? WorkOutcome.Finished : null;
    }

    /// <summary>Null: the lane is looked at again, and now writes as any other.</summary>
    private async Task<WorkOutcome?> GoOnAsync(LaneAt at, Lane lane, string reason, CancellationToken cancellationToken)
    {
        var entry = writer.Entry(at, lane.Current!, []) with { Reason = reason };
        await writer.CommitAsync(at, LaneMoves.Stay(lane, lane.Current!, hub.Now), entry, cancellationToken);
        return null;
    }

    /// <summary>A document whose create the store has forgotten is posted all the same: what of it must not change is compared with what stands there.</summary>
    private async Task<Fault?> PostedChangeAsync(LaneAt adopted, Lookup.Found found, CancellationToken cancellationToken)
    {
        if (adopted.Value.StandingRevision > 0 || adopted.Target.Facts.PostedFields.Count == 0)
        {
            return null;
        }

        for (var revision = adopted.Current.Revision; revision > 0; revision--)
        {
            var row = await hub.Store.ReadAsync(Home.OfRecord(adopted.Id.Record), Rows.ContentKey(revision), cancellationToken);
            if (row is null)
            {
                break;
            }

            var posted = await preparation.PostedPartAsync(adopted, row.Body, cancellationToken);
            if (posted is not { } part || Covers.Request(part, found.Record))
            {
                return null;
            }

            // What has ended may stand there as it was before it did.
            if (!CanonicalJson.Read(adopted.Id.Record.Type, row.Body.Span).TryGet(out var record, out _) || !record.HasEnded)
            {
                break;
            }
        }

        return new Fault.PostedDocumentChanged("something");
    }
}
