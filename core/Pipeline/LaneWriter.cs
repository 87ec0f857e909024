using System.Collections.Immutable;
using QtcHub.Audit;
using QtcHub.Canonical;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>Commits what a step decided about a lane: lane, letter, audit with the effect that ended, and following work, together.</summary>
internal sealed class LaneWriter(HubContext hub)
{
    private readonly MergeLetters letters = new(hub);

    /// <summary>The way to whatever comes of a taking: the entry that tells the end of it tells the taking too.</summary>
    public static ImmutableArray<EffectState> Taken { get; } = [EffectState.Due, EffectState.InFlight];

    /// <summary>
    /// Commits a move; false means that the lane changed meanwhile and nothing was written. Only a taking goes without an entry: until its end is told, the
    /// lane itself says what was sent, when, and why.
    /// </summary>
    public async Task<bool> CommitAsync(
        LaneAt at,
        LaneMove move,
        AuditEntry? entry,
        CancellationToken cancellationToken,
        params Change[] beside
    )
    {
        var build = new CommitBuilder(hub, Home.OfRecord(at.Id.Record));
        build.Beside(beside);

        // Unchanged is a success too: the target has what it should, and nothing is left that a person could release.
        if (move.Left is { State: EffectState.Applied or EffectState.Unchanged } ended)
        {
            move = await CloseLettersAsync(at, move, ended, build, cancellationToken);
        }

        if (at.Value is { MergedInto: not null, ExternalId: null } && move.Lane.ExternalId is not null)
        {
            move = move with { Lane = await letters.ListAsync(move.Lane, move.Lane.WantedOrigin, build, cancellationToken) };
        }

        build.Lane(at.Lane.Version, move, entry);
        if (move.Left is { State: EffectState.Applied } && at.Value.AppliedRevision == 0 && at.Target.WriteOff is { } part)
        {
            WantWriteOff(at, move.Lane, part, build);
        }

        if (await build.CommitAsync(cancellationToken) != CommitResult.Committed)
        {
            return false;
        }

        HubTracing.Told(at.Span, entry);
        if (move.Left is { State: EffectState.Applied } applied && hub.Metrics.MeasuresLag)
        {
            await MeasureLagAsync(at.Id.Target, applied, cancellationToken);
        }

        if (at.Value.ExternalId is null && move.Lane.ExternalId is not null)
        {
            await hub.Store.RingAsync(at.Id.Record, hub.Now, cancellationToken);
        }

        return true;
    }

    /// <summary>
    /// A payment stands: what it lacks is given up, as a write of its own that is wanted in the same commit. Of its newest revision, for it may have come to
    /// nothing by now.
    /// </summary>
    private void WantWriteOff(LaneAt at, Lane lane, Target part, CommitBuilder build)
    {
        if (lane.Proposal?.WriteOff is null)
        {
            return;
        }

        var first = new Lane
        {
            Id = part.Lane.Of(at.Id.Record),
            Source = lane.Source,
            Proposal = lane.Proposal,
        };
        build.Lane(0, LaneMoves.Want(first, lane.WantedRevision, lane.WantedOrigin, hub.Now), null);
    }

    /// <summary>What a person has released or a backfill has found is not late by the hub's doing: only what a system has told of is measured.</summary>
    private async Task MeasureLagAsync(string target, Effect applied, CancellationToken cancellationToken)
    {
        if (
            DeliveryId.OfOrigin(applied.Origin) is { } id
            && await hub.Store.DeliveryAsync(id, cancellationToken) is { Value: { FoundBy: null, ReceivedAt: var receivedAt } }
        )
        {
            hub.Metrics.Applied(target, hub.Now - receivedAt);
        }
    }

    /// <summary>Writes a dead letter with its effect; the lane is kept where the write may yet have been carried out.</summary>
    public async Task<bool> DeadLetterAsync(LaneAt at, Effect dead, Fault fault, AuditEntry entry, CancellationToken cancellationToken)
    {
        var content = await hub.Store.ContentAsync(at.Id.Record, dead.Revision, cancellationToken);
        var record = CanonicalJson.Read(at.Target.Type, CashProposals.WrittenOf(at, content).Span);
        Invariant.Holds(record.Fault is null, "stored content has its shape");
        var (affected, amount) = record.Value.Stake();
        var key = Rows.LetterKey(at.Id, dead);
        var letter = DeadLetter.OfLane(at.Id, key, FaultSeen.Of(fault, hub.Now), dead.Origin) with
        {
            Revision = dead.Revision,
            RequestRow = dead.RequestHash is null ? null : Rows.RequestKey(at.Id, dead),
            Attempts = dead.History,
            MappingVersion = dead.MappingVersion ?? at.Target.Out.Version,
            ConfigurationVersion = hub.Options.Version,
            Affected = affected,
            Amount = amount,
            OutcomeUnknown = dead.OutcomeUnknown,
        };
        var lane = at.Value with { OpenLetters = at.Value.OpenLetters + 1 };
        // A released request whose outcome was unknown keeps its generation, and so its letter, which is opened again.
        var before = await hub.Store.ReadAsync(Home.OfRecord(at.Id.Record), key, cancellationToken);
        var write = Change.Put(Rows.Of(key, letter), before?.Version ?? 0);
        if (!await CommitAsync(at, LaneMoves.Stay(lane, dead, hub.Now), entry, cancellationToken, write))
        {
            return false;
        }

        hub.Metrics.DeadLettered(at.Id.Target, fault.Name);
        return true;
    }

    /// <summary>What is due becomes a dead letter without a call. Null: the lane changed, look again.</summary>
    public async Task<WorkOutcome?> RefuseAsync(LaneAt at, Fault fault, bool outcomeUnknown, CancellationToken cancellationToken)
    {
        var taken = at.Current.To(EffectState.InFlight);
        var dead = taken.To(EffectState.DeadLettered) with
        {
            Attempts = taken.Attempts + 1,
            OutcomeUnknown = outcomeUnknown || taken.OutcomeUnknown,
            Fault = FaultSeen.Of(fault, hub.Now),
            History = OutcomeWriter.Remember(taken, hub.Now, fault.Name),
        };
        var entry = Entry(at, dead, Taken, fault, nameof(Disposition.DeadLetter));
        return await DeadLetterAsync(at, dead, fault, entry, cancellationToken) ? WorkOutcome.Finished : null;
    }

    /// <summary>What is due needs no write. Null: the lane changed, look again.</summary>
    public async Task<WorkOutcome?> SettleAsync(LaneAt at, string reason, string? externalId, CancellationToken cancellationToken)
    {
        var ended = at.Current.To(EffectState.InFlight).To(EffectState.Unchanged) with { MappingVersion = at.Target.Out.Version };
        var move = LaneMoves.Settle(at.Value, ended, externalId, hub.Now);
        var entry = Entry(at, ended, Taken) with { Reason = reason };
        return await CommitAsync(at, move, entry, cancellationToken) ? WorkOutcome.Finished : null;
    }

    /// <summary>A system could not be asked what must be known before anything is sent: later, or never.</summary>
    public async Task<WorkOutcome?> WaitAsync(LaneAt at, string system, Fault fault, CancellationToken cancellationToken)
    {
        if (hub.Now - at.Current.Since >= hub.Policy.WaitLimit)
        {
            return await RefuseAsync(at, fault, outcomeUnknown: false, cancellationToken);
        }

        return hub.Decide(system, fault, 1) switch
        {
            Disposition.WaitForQuota wait => new WorkOutcome.Later(hub.Now + wait.After),
            Disposition.OpenCircuit or Disposition.PauseSystem => new WorkOutcome.Later(hub.Gate.NotBefore(system)),
            Disposition.DeadLetter or Disposition.Hold or Disposition.PostInPeriod => await RefuseAsync(
                at,
                fault,
                outcomeUnknown: false,
                cancellationToken
            ),
            _ => new WorkOutcome.Later(hub.Now + hub.Policy.ReadBackEvery),
        };
    }

    /// <summary>The audit entry of an effect that went through <paramref name="states"/> to where it stands now.</summary>
    public AuditEntry Entry(LaneAt at, Effect now, ImmutableArray<EffectState> states, Fault? fault = null, string? disposition = null)
    {
        var path = states.Add(now.State);
        return new AuditEntry
        {
            At = hub.Now,
            Actor = "hub",
            Action = "effect",
            Origin = now.Origin,
            Lane = $"{at.Id.Target}/{at.Id.Part}",
            Revision = now.Revision,
            Generation = now.Generation,
            States = [.. path.Zip(path.Skip(1), LaneMoves.Step)],
            Fault = fault is null ? null : FaultSeen.Of(fault, hub.Now),
            Disposition = disposition,
            Hash = now.RequestHash,
            MappingVersion = now.MappingVersion,
            ConfigurationVersion = hub.Options.Version,
        };
    }

    /// <summary>The entry of how a call ended: it tells of what was sent, which may by now have made way for another request.</summary>
    public AuditEntry EntryOfCall(LaneAt at, Effect now, Fault? fault = null, string? disposition = null)
    {
        var sent = at.Current;
        return Entry(at, now, Taken, fault, disposition) with
        {
            Generation = sent.Generation,
            SentAt = sent.LastSentAt,
            Hash = sent.RequestHash,
            MappingVersion = sent.MappingVersion,
            ConfigurationVersion = sent.ConfigurationVersion,
            // A rule of its own decided what a new payment pays.
            Reason = at.Value.ExternalId is null ? at.Value.Proposal?.ToString() : null,
        };
    }

    /// <summary>A success closes the lane's earlier letters, save those whose write may yet have been carried out.</summary>
    private async Task<LaneMove> CloseLettersAsync(
        LaneAt at,
        LaneMove move,
        Effect ended,
        CommitBuilder build,
        CancellationToken cancellationToken
    )
    {
        if (move.Lane.OpenLetters == 0)
        {
            return move;
        }

        var rows = await hub.Store.ReadManyAsync(
            Home.OfRecord(at.Id.Record),
            $"letter/{at.Id.Target}/{at.Id.Part}/",
            Commit.MaxChanges / 2,
            cancellationToken
        );
        var open = rows.Where(row => row.State == "Open").Select(row => (Row: row, Letter: Rows.Parse<DeadLetter>(row)));
        var by =
            ended.State == EffectState.Applied ? $"revision {ended.Revision} was applied" : $"revision {ended.Revision} needed no write";
        var closed = 0;
        foreach (var (row, letter) in open.Where(pair => !pair.Letter.OutcomeUnknown))
        {
            build.Put(Rows.Of(row.Key, letter with { ClosedBy = by }), row.Version);
            closed++;
        }

        return move with
        {
            Lane = move.Lane with { OpenLetters = move.Lane.OpenLetters - closed },
        };
    }
}
