using System.Collections.Immutable;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Finds out what became of a write whose answer was lost, before anything else is written to its lane.</summary>
internal sealed class ReadBack(HubContext hub, LaneWriter writer, OutcomeWriter outcomes, EpochOf epochs)
{
    private static readonly ImmutableArray<EffectState> FromUnknown = [EffectState.Unknown];

    public async Task<WorkOutcome?> ReadBackAsync(LaneAt at, CancellationToken cancellationToken)
    {
        var facts = at.Target.Facts;
        var epoch = await epochs.NowAsync(cancellationToken);
        var restored = FirstTouch.IsDue(at.Value, epoch, hub.Policy) ? epoch : null;
        // After a restore the target may hold something newer than these bytes, and what was refused would be again: the target is asked first, where it can be.
        var isAsked = facts.ConsistentLookup && (restored is not null || OutcomeWriter.IsRefusal(at.Current.Fault?.Name));
        if (HasLiveKey(at, hub.Now) && !isAsked)
        {
            // Under a live key the same bytes may go again: the vendor tells them apart. The outcome is as unknown as before.
            var again = at.Current with
            {
                OutcomeUnknown = true,
            };
            return await SendAgainAsync(at, again with { Due = NextSend(at.Current) }, at.Value.ExternalId, "live-key", cancellationToken);
        }

        if (!facts.ConsistentLookup)
        {
            return await GiveUpAsync(at, new Fault.Ambiguous("no key and no lookup: a person settles what happened"), cancellationToken);
        }

        using var entry = await hub.Gate.EnterAsync(at.Id.Target, cancellationToken);
        if (entry.Until is { } until)
        {
            return new WorkOutcome.Later(until);
        }

        var sent = await SentAsync(at, cancellationToken);
        // The answer tells of no later instant than this, however long it takes.
        var lookedAt = hub.Now;
        var found = await entry.CallAsync(() => Lookups.FindAsync(hub, at, sent, cancellationToken), cancellationToken);
        return found.TryGet(out var lookup, out var fault)
            ? await JudgeAsync(at, sent, lookup, CertainAt(at, restored) <= lookedAt, restored, cancellationToken)
            : await NotNowAsync(at, fault, cancellationToken);
    }

    /// <summary>Whether the vendor still tells this request from a second one by its key; counted from the first send.</summary>
    public static bool HasLiveKey(LaneAt at, DateTimeOffset now) =>
        // What was merged into another is never sent again, not under its key either.
        at.Value.MergedInto
            is null
        && TakesKey(at)
        && now - at.Current.FirstSentAt < at.Target.Facts.KeyLife;

    private static bool TakesKey(LaneAt at) =>
        at.Target.Facts.Idempotency switch
        {
            Idempotency.KeyHeader => true,
            Idempotency.KeyHeaderOnCreate => at.Value.ExternalId is null,
            _ => false,
        };

    /// <summary>One lost answer costs no wait. A vendor that goes on failing, or that replays its failure for as long as the key lives, is asked ever less often.</summary>
    private DateTimeOffset NextSend(Effect sent) => hub.Now + Recoverability.AfterFirst(sent.Attempts, hub.Policy, hub.Random);

    private async Task<WorkOutcome?> JudgeAsync(
        LaneAt at,
        ReadOnlyMemory<byte> sent,
        Lookup lookup,
        bool isCertain,
        StoreEpoch? restored,
        CancellationToken cancellationToken
    )
    {
        if (lookup is Lookup.Found found)
        {
            if (await outcomes.ClaimAsync(at, found.ExternalId, cancellationToken) is { } refused)
            {
                return refused is Fault.Ambiguous
                    ? new WorkOutcome.Later(hub.Now + hub.Policy.ReadBackEvery)
                    : await GiveUpAsync(at, refused, cancellationToken);
            }

            // Of what was merged it only matters that it stands there.
            if (at.Value.MergedInto is not null || Covers.Request(sent, found.Record))
            {
                return await AppliedAsync(at, found.ExternalId, cancellationToken);
            }
        }

        if (!isCertain)
        {
            var (next, certain) = (hub.Now + hub.Policy.ReadBackEvery, CertainAt(at, restored));
            return new WorkOutcome.Later(hub.Now < certain && certain < next ? certain : next);
        }

        return await SendAgainAsync(
            at,
            // What was sent before a restore never goes again as it is: something newer may have come after it.
            (restored is null ? at.Current : OutcomeWriter.Remapped(at.Current)) with
            {
                Due = hub.Now,
            },
            (lookup as Lookup.Found)?.ExternalId ?? at.Value.ExternalId,
            "read-back-as-absent",
            cancellationToken
        );
    }

    /// <summary>The vendor may still be working on the call: until it cannot be, absence proves nothing.</summary>
    private static DateTimeOffset CertainAt(LaneAt at, StoreEpoch? restored)
    {
        var certain = Sender.EndOf(at, at.Current.LastSentAt!.Value);
        return restored is not null && FirstTouch.Certain(at, restored) is var settled && settled > certain ? settled : certain;
    }

    private async Task<ReadOnlyMemory<byte>> SentAsync(LaneAt at, CancellationToken cancellationToken)
    {
        var request = await hub.Store.ReadAsync(Home.OfRecord(at.Id.Record), Rows.RequestKey(at.Id, at.Current), cancellationToken);
        Invariant.Holds(request is not null, "what was sent is stored");
        return request.Body;
    }

    private async Task<WorkOutcome?> AppliedAsync(LaneAt at, string externalId, CancellationToken cancellationToken)
    {
        var applied = at.Current.To(EffectState.Applied) with { History = OutcomeWriter.Remember(at.Current, hub.Now, "FoundByReadBack") };
        var entry = writer.Entry(at, applied, FromUnknown) with { Reason = "found-by-read-back" };
        var move = LaneMoves.Settle(at.Value, applied, externalId, hub.Now);
        return await writer.CommitAsync(at, move, entry, cancellationToken) ? WorkOutcome.Finished : null;
    }

    private async Task<WorkOutcome?> SendAgainAsync(
        LaneAt at,
        Effect current,
        string? externalId,
        string reason,
        CancellationToken cancellationToken
    )
    {
        var due = current.To(EffectState.Due);
        var move = LaneMoves.Stay(at.Value with { ExternalId = externalId }, due, hub.Now);
        var entry = writer.Entry(at, due, FromUnknown) with { Reason = reason };
        await writer.CommitAsync(at, move, entry, cancellationToken);
        return null;
    }

    private async Task<WorkOutcome?> NotNowAsync(LaneAt at, Fault fault, CancellationToken cancellationToken)
    {
        if (hub.Now - at.Current.Since >= hub.Policy.WaitLimit)
        {
            return await GiveUpAsync(at, fault, cancellationToken);
        }

        return hub.Decide(at.Id.Target, fault, 1) switch
        {
            Disposition.WaitForQuota wait => new WorkOutcome.Later(hub.Now + wait.After),
            Disposition.OpenCircuit or Disposition.PauseSystem => new WorkOutcome.Later(hub.Gate.NotBefore(at.Id.Target)),
            Disposition.Retry or Disposition.Reload or Disposition.LookAgain => new WorkOutcome.Later(hub.Now + hub.Policy.ReadBackEvery),
            _ => await GiveUpAsync(at, fault, cancellationToken),
        };
    }

    /// <summary>A person settles what happened; until then the letter keeps its lane.</summary>
    private async Task<WorkOutcome?> GiveUpAsync(LaneAt at, Fault fault, CancellationToken cancellationToken)
    {
        var dead = at.Current.To(EffectState.DeadLettered) with { OutcomeUnknown = true, Fault = FaultSeen.Of(fault, hub.Now) };
        var entry = writer.Entry(at, dead, FromUnknown, fault, nameof(Disposition.DeadLetter));
        return await writer.DeadLetterAsync(at, dead, fault, entry, cancellationToken) ? WorkOutcome.Finished : null;
    }
}
