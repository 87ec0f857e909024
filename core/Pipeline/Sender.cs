using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Takes a Due effect: prepares its request, stores it, sends it, and commits the outcome.</summary>
internal sealed class Sender(HubContext hub, LaneSteps steps, EpochOf epochs, FirstTouch firstTouch, Linking linking)
{
    private readonly LinkGate gate = steps.Gate;
    private readonly LaneWriter writer = steps.Writer;
    private readonly Preparation preparation = steps.Preparation;
    private readonly Parking parking = steps.Parking;
    private readonly OutcomeWriter outcomes = steps.Outcomes;
    private readonly CashProposals cash = new(hub);

    /// <summary>One attempt. Null means: the lane changed, look again.</summary>
    public async Task<WorkOutcome?> SendAsync(LaneAt at, CancellationToken cancellationToken)
    {
        if (at.Value.MergedInto is { } into && at.Current is not { OutcomeUnknown: true, FirstSentAt: not null })
        {
            await writer.CommitAsync(
                at,
                LaneMoves.Bury(at.Value with { Current = at.Current with { OutcomeUnknown = false } }, into),
                null,
                cancellationToken
            );
            return null;
        }

        if (!at.Current.OutcomeUnknown && !await gate.IsOpenAsync(at.Route, at.Id.Target, cancellationToken))
        {
            return await HoldAsync(at, "its route starts by link", Effect.ForLink, cancellationToken);
        }

        var epoch = await epochs.NowAsync(cancellationToken);
        var isRestored = FirstTouch.IsDue(at.Value, epoch, hub.Policy);
        var mayGoAgain = ReadBack.HasLiveKey(at, hub.Now) && !(isRestored && at.Target.Facts.ConsistentLookup);
        // FirstSentAt is null where a person has settled that nothing was written.
        if (at.Current is { OutcomeUnknown: true, FirstSentAt: not null } && !mayGoAgain)
        {
            return await ReadBackFirstAsync(at, cancellationToken);
        }

        if (isRestored)
        {
            return await firstTouch.ReadAsync(at, epoch, cancellationToken);
        }

        var prepared = await preparation.PrepareAsync(at, cancellationToken);
        if (prepared is Prepared.Ready { Proposal: { } proposal } && cash.WaitsUntil(at, proposal) is { } later)
        {
            return new WorkOutcome.Later(later);
        }

        if (prepared is Prepared.Ready create && Linking.IsDue(at))
        {
            var linked = await linking.BeforeCreateAsync(at, create, epoch, cancellationToken);
            if (!linked.IsAbsent)
            {
                return linked.Outcome;
            }
        }

        return prepared switch
        {
            Prepared.Ready ready => await CallAsync(at, ready, cancellationToken),
            Prepared.Link => await linking.LinkAsync(at, cancellationToken),
            Prepared.NoWrite noWrite => await writer.SettleAsync(at, noWrite.Reason, null, cancellationToken),
            Prepared.Hold hold => await HoldUntilAsync(at, hold.Reason, cancellationToken),
            Prepared.Missing missing => await parking.ParkAsync(at, missing.Record, missing.Fault, cancellationToken),
            Prepared.Unread unread => await writer.WaitAsync(at, at.Route.Source.Options.Name, unread.Fault, cancellationToken),
            Prepared.Faulty faulty => await DeadLetterAsync(at, faulty.Fault, cancellationToken),
            _ => throw new InvariantException("a known preparation"),
        };
    }

    /// <summary>A write that may have been carried out is read back, or settled by a person, before anything is sent without a live key.</summary>
    private async Task<WorkOutcome?> ReadBackFirstAsync(LaneAt at, CancellationToken cancellationToken)
    {
        var unknown = Taken(at).To(EffectState.Unknown) with { Due = hub.Now, OutcomeUnknown = false };
        await writer.CommitAsync(
            at,
            LaneMoves.Stay(at.Value, unknown, hub.Now),
            writer.Entry(at, unknown, LaneWriter.Taken),
            cancellationToken
        );
        return null;
    }

    private async Task<WorkOutcome?> CallAsync(LaneAt at, Prepared.Ready ready, CancellationToken cancellationToken)
    {
        var system = at.Target.System;
        using var entry = await hub.Gate.EnterAsync(at.Id.Target, cancellationToken);
        if (entry.Until is { } until)
        {
            return new WorkOutcome.Later(until);
        }

        if (!await cash.ReserveAsync(at, ready.Proposal, cancellationToken))
        {
            return new WorkOutcome.Later(hub.Now + hub.Policy.RetryFirst);
        }

        if (await TakeAsync(at, ready, cancellationToken) is not { } taken)
        {
            return null;
        }

        // A process that stood still since it took the lane must not send under a lease that others may have seen expire.
        if (hub.Now - taken.Current!.LastSentAt > SendWithin)
        {
            return new WorkOutcome.Later(taken.Current.LeaseUntil!.Value);
        }

        var request = new WriteRequest(at.Target.Type, taken.Current.Key!, Reference(at.Id), taken.ExternalId, ready.Request)
        {
            SendBefore = taken.Current.LastSentAt!.Value + Deadline(system.Options),
        };
        var connector = (IRecordWriter)system.Connector;
        var outcome = await entry.CallAsync(() => WriteAsync(connector, request, system.Options, cancellationToken), cancellationToken);
        return await outcomes.WriteAsync(at, taken, outcome, cancellationToken);
    }

    /// <summary>The deadline ends before the lease does, so that an expired lease is never still calling.</summary>
    private async Task<Outcome<WriteReceipt>> WriteAsync(
        IRecordWriter connector,
        WriteRequest request,
        SystemOptions options,
        CancellationToken cancellationToken
    )
    {
        using var deadline = new CancellationTokenSource(Deadline(options), hub.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var call = HubTracing.Call("write", options.Name);
        try
        {
            return HubTracing.Answered(call, await connector.WriteAsync(request, both.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HubTracing.Answered<WriteReceipt>(call, new Fault.Ambiguous("no answer before the deadline"));
        }
    }

    /// <summary>Due to InFlight, under a lease and a new fence, with the request stored: intent before effect. The audit tells it with the outcome.</summary>
    private async Task<Lane?> TakeAsync(LaneAt at, Prepared.Ready ready, CancellationToken cancellationToken)
    {
        var now = hub.Now;
        var current = at.Current;
        var inFlight = current.To(EffectState.InFlight) with
        {
            Attempts = current.Attempts + 1,
            Key = current.Key ?? EffectKey.Of(at.Id, at.Value.ExternalId is null, current.Revision, current.Generation, at.Value.Epoch),
            RequestHash = ready.Hash,
            FirstSentAt = current.FirstSentAt ?? now,
            LastSentAt = now,
            LeaseUntil = now + Lease(at.Target.System.Options),
            MappingVersion = current.MappingVersion ?? at.Target.Out.Version,
            ConfigurationVersion = hub.Options.Version,
        };
        var lane = at.Value with
        {
            Current = inFlight,
            Fence = at.Value.Fence + 1,
            SentRevision = current.Revision,
            PostedRevision = at.StateFields.Count > 0 && at.Value.ExternalId is not null ? at.Value.PostedWith : at.Value.PostedRevision,
            Proposal = ready.Proposal ?? at.Value.Proposal,
        };
        Change[] request = ready.IsStored
            ? []
            : [new Change.Insert(new Row(Rows.RequestKey(at.Id, inFlight), "request", Rows.Day(now), ready.Request))];
        // The work item that brought us here is itself leased: should this worker not come back, it does, and finds the lease expired.
        return await writer.CommitAsync(at, new LaneMove(lane), null, cancellationToken, request) ? lane : null;
    }

    private Task<WorkOutcome?> HoldUntilAsync(LaneAt at, string reason, CancellationToken cancellationToken) =>
        hub.Now - at.Current.Since >= hub.Policy.WaitLimit
            ? DeadLetterAsync(at, new Fault.Rejected("wait-limit", $"held too long: {reason}"), cancellationToken)
            : HoldAsync(at, reason, null, cancellationToken);

    private async Task<WorkOutcome?> HoldAsync(LaneAt at, string reason, string? heldFor, CancellationToken cancellationToken)
    {
        var held = Taken(at).To(EffectState.Held) with { HeldFor = heldFor };
        var entry = writer.Entry(at, held, LaneWriter.Taken) with { Reason = reason };
        return await writer.CommitAsync(at, LaneMoves.Stay(at.Value, held, hub.Now), entry, cancellationToken)
            ? WorkOutcome.Finished
            : null;
    }

    private async Task<WorkOutcome?> DeadLetterAsync(LaneAt at, Fault fault, CancellationToken cancellationToken)
    {
        var disposition = hub.Decide(at.Id.Target, fault, at.Current.Attempts);
        Invariant.Holds(disposition is Disposition.DeadLetter, "a fault found before sending needs a person");
        var taken = Taken(at);
        var dead = taken.To(EffectState.DeadLettered) with
        {
            Attempts = taken.Attempts + 1,
            Fault = FaultSeen.Of(fault, hub.Now),
            History = OutcomeWriter.Remember(taken, hub.Now, fault.Name),
        };
        var entry = writer.Entry(at, dead, LaneWriter.Taken, fault, disposition.Name);
        return await writer.DeadLetterAsync(at, dead, fault, entry, cancellationToken) ? WorkOutcome.Finished : null;
    }

    /// <summary>What is decided without a call passes through InFlight within one commit.</summary>
    private static Effect Taken(LaneAt at) => at.Current.To(EffectState.InFlight);

    /// <summary>The hub's own reference of a lane's record at the target: stable over its life.</summary>
    public static string Reference(LaneId lane) => lane.Record.Value;

    private static TimeSpan Deadline(SystemOptions options) => options.CallTimeout + TimeSpan.FromSeconds(1);

    /// <summary>How long after it was taken an effect's first call may still be sent; the lease covers this and the deadline.</summary>
    private static TimeSpan SendWithin { get; } = TimeSpan.FromSeconds(4);

    private static TimeSpan Lease(SystemOptions options) => Deadline(options) + SendWithin;

    /// <summary>
    /// The instant from which nothing of an attempt that was taken then can be at work any more: the last of its calls left within the lease, and the vendor has
    /// ended its work on that.
    /// </summary>
    public static DateTimeOffset EndOf(LaneAt at, DateTimeOffset taken)
    {
        var options = at.Target.System.Options;
        return taken + Lease(options) + (options.LongestWork ?? at.Target.Facts.LongestWork);
    }
}

/// <summary>What the steps of a lane are made of.</summary>
internal sealed record LaneSteps(LaneWriter Writer, Preparation Preparation, Parking Parking, OutcomeWriter Outcomes, LinkGate Gate);
