using System.Collections.Immutable;
using QtcHub.Audit;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>Takes in what a notice names: read where needed, map, validate, find or mint its id, raise its revision, want its lanes.</summary>
internal sealed class Intake
{
    private const int MostDepth = 4;
    private const int MostConflicts = 8;
    private readonly HubContext hub;
    private readonly Forgotten forgotten;
    private readonly Stamps stamps;
    private readonly Minting minting;
    private readonly MappingIn mapping;
    private readonly HeadWriter heads;
    private readonly ReceivableNotes notes;
    private readonly RecentReadings readings;
    private readonly ListIntake lists;
    private readonly SourceReader sources;
    private readonly Merging merging;

    public Intake(HubContext hub, EpochOf epochs)
    {
        this.hub = hub;
        forgotten = new Forgotten(hub, epochs);
        stamps = new Stamps(hub);
        minting = new Minting(hub);
        mapping = new MappingIn(hub);
        heads = new HeadWriter(hub);
        notes = new ReceivableNotes(hub);
        readings = new RecentReadings(hub.Gate.IsShared);
        lists = new ListIntake(hub, readings, TakeInAsync);
        sources = new SourceReader(hub, lists);
        merging = new Merging(hub, TakeInAsync);
    }

    /// <summary>Takes one notice in. The fault that comes back is for <see cref="Recoverability"/>.</summary>
    public async Task<Outcome<NoticeResult>> TakeInAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        if (arrival.Source.Facts.Lists.TryGetValue(arrival.Notice.ExternalType, out var memberType))
        {
            return await lists.TakeInAsync(arrival, memberType, cancellationToken);
        }

        if (
            arrival.Source.SourceType(arrival.Notice.ExternalType) is not { } type
            || hub.Router.From(arrival.System, type) is not { } route
        )
        {
            return NoRoute;
        }

        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            var claimed = await hub.Store.ClaimedAsync(
                arrival.System,
                arrival.Notice.ExternalType,
                arrival.Notice.ExternalId,
                cancellationToken
            );
            var head =
                claimed is { } one && one.Type == type ? await hub.Store.LivingAsync(one, cancellationToken) : (Stored<RecordHead>?)null;
            var state = new Observed(arrival, route, type, head?.Value.Id ?? claimed, head);
            if (JudgeUnread(state) is { } judged)
            {
                return judged;
            }

            var reading = await sources.ReadAsync(state, cancellationToken);
            if (!reading.TryGet(out var read, out var fault))
            {
                return fault;
            }

            var taken = await TakeAsync(state, read.Found, cancellationToken);
            // A read counts only if the head is the same at commit as before the read began; else it is read again.
            if (taken.Fault is not Fault.Conflict)
            {
                Keep(arrival, read, taken);
                return taken;
            }
        }

        return new Fault.Conflict("the record is changing faster than it can be taken in");
    }

    private async Task<Outcome<NoticeResult>> TakeAsync(Observed state, RecordReading found, CancellationToken cancellationToken) =>
        found switch
        {
            RecordReading.Merged merged => await TakeMergedAsync(state, merged, cancellationToken),
            // Two that were told of at the same time, before either was known; or one that was merged and is there again.
            RecordReading.Found when state.IsAnother => new Fault.Rejected(
                "several-records",
                $"it was taken for one with {state.Seen!.ExternalId}, which it was merged into or has the match key of"
            ),
            // What was merged is not the one that the record stands for: its end is not the record's.
            RecordReading.Deleted or RecordReading.Missing when state.IsAnother => Ignored("another-stands-for-it"),
            RecordReading.Found record => await TakeFoundAsync(state, record, cancellationToken),
            RecordReading.Deleted deleted => await TakeGoneAsync(state, deleted.Marker, cancellationToken),
            RecordReading.Missing => await TakeMissingAsync(state, cancellationToken),
            _ => throw new InvariantException("a known reading"),
        };

    private async Task<Outcome<NoticeResult>> TakeMergedAsync(
        Observed state,
        RecordReading.Merged merged,
        CancellationToken cancellationToken
    )
    {
        var taken = await merging.TakeAsync(state, merged, cancellationToken);
        return taken is { } result ? result
            : state.IsAnother ? Ignored("another-stands-for-it")
            : await TakeGoneAsync(state, merged.Marker, cancellationToken);
    }

    /// <summary>What can be said of a notice before its record is read; null where it has to be.</summary>
    private Outcome<NoticeResult>? JudgeUnread(Observed state)
    {
        // A vendor may keep records of two types as one of its own: what the hub wrote there for another type is no record of this one.
        if (state.Id is { } claimed && claimed.Type != state.Type)
        {
            return Ignored("written-for-another-type");
        }

        if (state is not { Seen: { } seen, Head.Value: var head, IsAnother: false })
        {
            return null;
        }

        return state.Arrival.Notice.Marker.IsOlderThan(seen.Marker)
                ? new NoticeResult(NoticeResultKind.Stale, state.Id, head.Revision, null)
            : head.Revision > 0 && readings.Answer(state.Arrival)
                ? new NoticeResult(NoticeResultKind.Unchanged, state.Id, head.Revision, null)
            : (Outcome<NoticeResult>?)null;
    }

    /// <summary>What was found and is taken in answers the notices that have waited meanwhile; what an event brought itself is no reading.</summary>
    private void Keep(Arrival arrival, SourceReading read, Outcome<NoticeResult> taken)
    {
        if (taken.Fault is null && read is { Began: { } began, Found: RecordReading.Found })
        {
            readings.Keep(arrival, began, read.Found);
        }
    }

    private async Task<Outcome<NoticeResult>> TakeFoundAsync(Observed at, RecordReading.Found found, CancellationToken cancellationToken)
    {
        var observed = CanonicalJson.HashOf(found.Record.Span);
        if (at.Seen is { } seen && seen.ObservedHash == observed && seen is { MissingSince: null, IsGone: false })
        {
            return await ConfirmAsync(at, at.Head!.Value, found.Marker, cancellationToken);
        }

        if (at.Seen is { } before && found.Marker.IsOlderThan(before.Marker))
        {
            return new Fault.Transient("the source answered with an older state than it had told of");
        }

        if (await stamps.ClaimAsync(at, found.Record, cancellationToken) is { } ours)
        {
            return ours;
        }

        var mapped = await mapping.MapAsync(
            at,
            found.Record,
            reference => ResolveAsync(at.Arrival, reference, cancellationToken),
            cancellationToken
        );
        if (!mapped.TryGet(out var record, out var fault))
        {
            return fault;
        }

        return await RecordAsync(at, record, at.SeenNow(observed, found.Marker), cancellationToken);
    }

    /// <summary>The record is as it was, at a later time: were that not kept, an event from between would pass for news.</summary>
    private async Task<Outcome<NoticeResult>> ConfirmAsync(
        Observed at,
        Stored<RecordHead> head,
        Marker marker,
        CancellationToken cancellationToken
    )
    {
        if (await notes.KeepAgainAsync(at, head.Value, cancellationToken) is { } overloaded)
        {
            return overloaded;
        }

        var unchanged = new NoticeResult(NoticeResultKind.Unchanged, at.Id, head.Value.Revision, null);
        if (marker.NotBefore <= at.Seen!.Marker.NotBefore)
        {
            return unchanged;
        }

        return Refusal(await KeepAsync(head, at.Seen with { Marker = marker }, cancellationToken)) is { } refused ? refused : unchanged;
    }

    private Task<CommitResult> KeepAsync(Stored<RecordHead> head, SourceSeen seen, CancellationToken cancellationToken) =>
        hub.Store.CommitAsync(
            new Commit(Home.OfRecord(head.Value.Id), new Change.Replace(Rows.Of(head.Value.With(seen)), head.Version)),
            cancellationToken
        );

    /// <summary>A reference without a canonical record is first fetched from its source. A record that is only written there is known once it stands.</summary>
    private async Task<Outcome<string>> ResolveAsync(Arrival arrival, Mapping.Reference reference, CancellationToken cancellationToken)
    {
        var externalType = arrival.Source.ClaimType(reference.Type);
        Invariant.Holds(externalType is not null, "a mapping refers to records that the system has");
        var known = await hub.Store.ClaimedAsync(arrival.System, externalType, reference.Id, cancellationToken);
        if (
            known is { } claimed
            && claimed.Type == reference.Type
            && await hub.Store.LivingAsync(claimed, cancellationToken) is { Value: { Revision: > 0 } living }
        )
        {
            return living.Id.Value;
        }

        if (arrival.Depth >= MostDepth || !arrival.Source.Facts.Sources.ContainsKey(reference.Type))
        {
            return new Fault.MissingReference(reference.Type, reference.Id);
        }

        var notice = new Notice(externalType, reference.Id, Marker.AnyTime, null);
        var fetched = await TakeInAsync(arrival with { Notice = notice, Depth = arrival.Depth + 1 }, cancellationToken);
        if (!fetched.TryGet(out var result, out var fault))
        {
            return fault;
        }

        return result is { Record: { } made, Revision: > 0 } ? made.Value : new Fault.MissingReference(reference.Type, reference.Id);
    }

    private async Task<Outcome<NoticeResult>> TakeGoneAsync(Observed at, Marker marker, CancellationToken cancellationToken)
    {
        if (at.Head is not { Value.Revision: > 0 } head)
        {
            return await RememberGoneAsync(at, marker, cancellationToken);
        }

        var content = await hub.Store.ContentAsync(head.Value.Id, head.Value.Revision, cancellationToken);
        var last = CanonicalJson.Read(at.Type, content.Span);
        Invariant.Holds(last.Fault is null, "stored content has its shape");
        var seen = at.SeenNow(at.Seen?.ObservedHash ?? "", marker) with { IsGone = true };
        // It ends where it began; that another system has it no more ends nothing.
        return await RecordAsync(at, head.Value.Origin == at.Arrival.System ? last.Value.End() : last.Value, seen, cancellationToken);
    }

    /// <summary>
    /// Deleted before it was ever known: a head without content is left, so that an event from before the deletion, which may yet arrive with the
    /// record in it, is known to be older.
    /// </summary>
    private async Task<Outcome<NoticeResult>> RememberGoneAsync(Observed at, Marker marker, CancellationToken cancellationToken)
    {
        if (at.Head is not null)
        {
            return Ignored("deleted-before-it-was-known");
        }

        var minted = await minting.IdAsync(at, ReadOnlyMemory<byte>.Empty, cancellationToken);
        if (!minted.TryGet(out var id, out var fault))
        {
            return fault;
        }

        if (await forgotten.StandsAsync(at.Route, id, marker, cancellationToken) is { } stands)
        {
            return stands;
        }

        var seen = at.SeenNow("", marker) with { IsGone = true };
        var draft = new HeadDraft(RecordHead.First(id, 0, "", seen), 0, null);
        return Refusal(await heads.CommitAsync(at, draft, cancellationToken)) is { } refused
            ? refused
            : Ignored("deleted-before-it-was-known");
    }

    /// <summary>Gone needs two separated 404s; a record that was never known is then ignored by name.</summary>
    private async Task<Outcome<NoticeResult>> TakeMissingAsync(Observed at, CancellationToken cancellationToken)
    {
        if (at.Head is not { Value.Revision: > 0 } head)
        {
            return hub.Now - at.Arrival.Since >= hub.Policy.GoneAfter
                ? Ignored("not-found-at-source")
                : new Fault.RateLimited(hub.Policy.GoneAfter, "not found at its source; looking once more");
        }

        // What the hub wrote there may be missing before that system has told of it once.
        var seen = at.Seen ?? at.SeenNow("", at.Arrival.Notice.Marker);
        if (seen.MissingSince is { } first && hub.Now - first >= hub.Policy.GoneAfter)
        {
            return await TakeGoneAsync(at, seen.Marker, cancellationToken);
        }

        if (seen.MissingSince is null)
        {
            if (await KeepAsync(head, seen with { MissingSince = hub.Now }, cancellationToken) == CommitResult.Conflict)
            {
                return new Fault.Conflict("head changed");
            }
        }

        return new Fault.RateLimited(hub.Policy.GoneAfter, "not found at its source; looking once more");
    }

    /// <summary>Stores what was seen; where the content is new, raises the revision and wants every lane of the route.</summary>
    private async Task<Outcome<NoticeResult>> RecordAsync(
        Observed at,
        CanonicalRecord record,
        SourceSeen seen,
        CancellationToken cancellationToken
    )
    {
        var content = CanonicalJson.Write(record);
        var hash = CanonicalJson.HashOf(content);
        var claimed = await minting.IdAsync(at, content, cancellationToken);
        if (!claimed.TryGet(out var id, out var fault))
        {
            return fault;
        }

        if (await notes.KeepAsync(id, record, cancellationToken) is { } overloaded)
        {
            return overloaded;
        }

        var isNew = at.Head?.Value.ContentHash != hash;
        var isLinked = at.Head is { Value.Revision: > 0 } && at.Seen is null && !seen.IsGone;
        var revision = (at.Head?.Value.Revision ?? 0) + (isNew ? 1 : 0);
        var known = at.Head?.Value.With(seen) ?? RecordHead.First(id, revision, hash, seen);
        var head = known with { Revision = revision, ContentHash = hash };
        var draft = new HeadDraft(head, at.Head?.Version ?? 0, isNew ? content : null) { IsLinked = isLinked };
        if (Refusal(await heads.CommitAsync(at, draft, cancellationToken)) is { } refused)
        {
            return refused;
        }

        if (isLinked)
        {
            await hub.Store.RingAsync(id, hub.Now, cancellationToken);
        }

        return isNew ? new NoticeResult(NoticeResultKind.Revised, id, revision, null)
            : isLinked ? new NoticeResult(NoticeResultKind.Linked, id, revision, null)
            : new NoticeResult(NoticeResultKind.Ignored, id, revision, "no-mapped-field-changed");
    }

    /// <summary>Why a commit to the record's home did not come about, or null where it did.</summary>
    private static Fault? Refusal(CommitResult result) =>
        result switch
        {
            CommitResult.Committed => null,
            CommitResult.Conflict => new Fault.Conflict("head changed"),
            _ => new Fault.Transient("the store is overloaded"),
        };

    /// <summary>What becomes of a notice that no route takes.</summary>
    public static NoticeResult NoRoute { get; } = Ignored("no-route");

    private static NoticeResult Ignored(string rule) => new(NoticeResultKind.Ignored, null, 0, rule);
}
