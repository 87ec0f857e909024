using System.Collections.Immutable;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Commits how a call ended. An outcome counts only under the fence that its call was made with.</summary>
internal sealed class OutcomeWriter(HubContext hub, LaneWriter writer)
{
    private const int MostConflicts = 16;

    public async Task<WorkOutcome?> WriteAsync(LaneAt at, Lane taken, Outcome<WriteReceipt> outcome, CancellationToken cancellationToken)
    {
        var claimed = outcome.Fault is null ? await ClaimAsync(at, outcome.Value.ExternalId, cancellationToken) : outcome.Fault;
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            var lane = await hub.Store.LaneAsync(at.Id, cancellationToken);
            if (lane is not { Value: { Current.State: EffectState.InFlight } current } || current.Fence != taken.Fence)
            {
                // The lease ran out meanwhile and somebody else has taken over: their read-back finds what this call did.
                return null;
            }

            var now = at with { Lane = lane.Value };
            var committed = claimed is null
                ? await ApplyAsync(now, outcome.Value.ExternalId, cancellationToken)
                : await FailAsync(now, claimed, cancellationToken);
            if (committed is { } done)
            {
                return done;
            }
        }

        return null;
    }

    /// <summary>The target's record is ours, or it is a fault that it is another's.</summary>
    public async Task<Fault?> ClaimAsync(LaneAt at, string externalId, CancellationToken cancellationToken)
    {
        if (at.Value.ExternalId == externalId)
        {
            return null;
        }

        var owner = await hub.Store.ClaimAsync(at.Id.Target, at.Target.Facts.ExternalType, externalId, at.Id.Record, cancellationToken);
        return owner == at.Id.Record ? null
            : owner is null ? new Fault.Ambiguous("applied, but the store is overloaded")
            : new Fault.Rejected("claimed-by-another", $"the target's record {externalId} belongs to {owner}");
    }

    private async Task<WorkOutcome?> ApplyAsync(LaneAt at, string externalId, CancellationToken cancellationToken)
    {
        var applied = at.Current.To(EffectState.Applied) with
        {
            LeaseUntil = null,
            OutcomeUnknown = false,
            History = Remember(at.Current, hub.Now, nameof(EffectState.Applied)),
        };
        var move = LaneMoves.Settle(at.Value, applied, externalId, hub.Now);
        var entry = writer.EntryOfCall(at, applied);
        return await writer.CommitAsync(at, move, entry, cancellationToken) ? WorkOutcome.Finished : null;
    }

    private async Task<WorkOutcome?> FailAsync(LaneAt at, Fault fault, CancellationToken cancellationToken)
    {
        var decided = hub.Decide(at.Id.Target, fault, at.Current.Attempts);
        var isRefused = IsRefusal(fault.Name);
        // A refusal says nothing of a send before it: that one may have been carried out, or may yet be.
        var isOpen = at.Current.OutcomeUnknown && !(isRefused && IsFirstSend(at.Current));
        var mayAsk = at.Target.Facts.ConsistentLookup || decided is not Disposition.DeadLetter;
        var disposition = isOpen && isRefused && mayAsk ? new Disposition.ReadBack() : decided;
        var current = at.Current with
        {
            LeaseUntil = null,
            OutcomeUnknown = isOpen,
            Fault = FaultSeen.Of(fault, hub.Now),
            History = Remember(at.Current, hub.Now, fault.Name),
        };
        var next = Next(at, current, disposition);
        if (at.Value.MergedInto is not null && next is { State: EffectState.DeadLettered or EffectState.Held, OutcomeUnknown: false })
        {
            // It was certainly not done, and of a record that was merged meanwhile it never will be.
            next = current.To(EffectState.Due) with
            {
                Due = hub.Now,
            };
        }

        var entry = writer.EntryOfCall(at, next, fault, disposition.Name);
        var committed =
            next.State == EffectState.DeadLettered
                ? await writer.DeadLetterAsync(at, next, fault, entry, cancellationToken)
                : await writer.CommitAsync(at, LaneMoves.Stay(at.Value, next, hub.Now), entry, cancellationToken);
        return committed ? WorkOutcome.Finished : null;
    }

    /// <summary>Whether nothing was sent before it, or nothing that counts since a person has settled that it was not carried out.</summary>
    private static bool IsFirstSend(Effect current) => current.Attempts == 1 && current.FirstSentAt == current.LastSentAt;

    /// <summary>Whether a fault is the vendor's word that it has not done what it was asked for just now.</summary>
    public static bool IsRefusal(string? fault) => fault is nameof(Fault.Rejected) or nameof(Fault.ClosedPeriod) or nameof(Fault.Conflict);

    private Effect Next(LaneAt at, Effect current, Disposition disposition)
    {
        var uncounted = current with { Attempts = current.Attempts - 1 };
        var stagger = Recoverability.Jittered(hub.Policy.RetryFirst, hub.Random);
        return disposition switch
        {
            Disposition.Retry retry => current.To(EffectState.Due) with
            {
                Due = hub.Now + Recoverability.Jittered(retry.After, hub.Random),
            },
            Disposition.WaitForQuota wait => uncounted.To(EffectState.Due) with { Due = hub.Now + wait.After + stagger },
            Disposition.OpenCircuit or Disposition.PauseSystem => uncounted.To(EffectState.Due) with
            {
                Due = hub.Gate.NotBefore(at.Id.Target) + stagger,
            },
            Disposition.LookAgain when hub.Now - current.Since >= hub.Policy.WaitLimit => current.To(EffectState.DeadLettered),
            Disposition.LookAgain => uncounted.To(EffectState.Due) with
            {
                Due = hub.Now + Recoverability.Jittered(Recoverability.AsLongAgain(hub.Now - current.Since, hub.Policy), hub.Random),
            },
            Disposition.ReadBack => current.To(EffectState.Unknown) with { Due = hub.Now, OutcomeUnknown = false },
            // One conflict costs no wait. Where somebody else is at work on the record the attempts would be over before it is free.
            Disposition.Reload => Remapped(current.To(EffectState.Due)) with
            {
                Due = hub.Now + Recoverability.AfterFirst(current.Attempts, hub.Policy, hub.Random),
            },
            Disposition.PostInPeriod period => Remapped(current.To(EffectState.Due)) with { Due = hub.Now, PostingPeriod = period.Period },
            // What was tried once more after the wait limit ends here.
            Disposition.Hold when hub.Now - current.Since >= hub.Policy.WaitLimit => current.To(EffectState.DeadLettered),
            Disposition.Hold => current.To(EffectState.Held),
            Disposition.DeadLetter => current.To(EffectState.DeadLettered),
            _ => throw new InvariantException("a write has no reference left to park on"),
        };
    }

    /// <summary>The outcome is known, so the next request is a new generation, mapped afresh.</summary>
    public static Effect Remapped(Effect due) =>
        due with
        {
            Generation = due.Generation + 1,
            Key = null,
            RequestHash = null,
            FirstSentAt = null,
            LastSentAt = null,
            MappingVersion = null,
            OutcomeUnknown = false,
        };

    /// <summary>Adds an attempt to an effect's history, which keeps the latest.</summary>
    public static ImmutableArray<AttemptMade> Remember(Effect effect, DateTimeOffset at, string outcome) =>
        [.. effect.History.TakeLast(Effect.AttemptsKept - 1), new AttemptMade(at, outcome)];
}
