using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Looks in a target, before the first create there, for the record by its match keys. One that stands is the lane's own from then on; one that the
/// target makes itself is waited for until it stands, and never written.
/// </summary>
internal sealed class Linking(HubContext hub, LaneWriter writer, Adoption adoption, OutcomeWriter outcomes)
{
    /// <summary>The longest wait between two looks for a record that the target makes itself.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Matching matching = new(hub);

    /// <summary>
    /// Whether a request would create a record that could be there already, or change one that the hub has only found and has not compared with this revision: a
    /// posted one, or one that was linked in bulk.
    /// </summary>
    public static bool IsDue(LaneAt at) =>
        at.Value.ExternalId is null
            ? at.Target.MatchKeys.Count > 0
            : at.Value.StandingRevision == 0
                && at.Value.ComparedRevision != at.Current.Revision
                && (at.Value.Link is not null || (at.Target.MatchKeys.Count > 0 && at.Target.Facts.PostedFields.Count > 0));

    /// <summary>Looks for what is about to be created. Absent: nothing like it stands there, so it is; null: the lane changed, look again.</summary>
    public async Task<Linked> BeforeCreateAsync(LaneAt at, Prepared.Ready ready, StoreEpoch epoch, CancellationToken cancellationToken)
    {
        var matched = at.Value.ExternalId is { } known ? (string[])[known] : await FindAsync(at, ready.Request, cancellationToken);
        if (!matched.TryGet(out var ids, out var fault))
        {
            return new Linked(false, await writer.WaitAsync(at, at.Id.Target, fault, cancellationToken));
        }

        if (ids.Count == 0)
        {
            return Linked.Absent;
        }

        var request = new LookupRequest(at.Id.Record.Type, Sender.Reference(at.Id), ids[0], ready.Request);
        var found = await hub.Gate.CallAsync(
            at.Id.Target,
            () => Lookups.FindAsync(hub, at.Target, request, cancellationToken),
            cancellationToken
        );
        if (!found.TryGet(out var lookup, out fault))
        {
            return new Linked(false, await writer.WaitAsync(at, at.Id.Target, fault, cancellationToken));
        }

        // What went away between the two looks is not there.
        return lookup is Lookup.Found stands
            ? new Linked(false, await adoption.AdoptAsync(at, stands, epoch, "found-by-match-key", cancellationToken))
            : Linked.Absent;
    }

    /// <summary>The target makes the record itself: finds it, or waits until it stands.</summary>
    public async Task<WorkOutcome?> LinkAsync(LaneAt at, CancellationToken cancellationToken)
    {
        var matched = await FindAsync(at, ReadOnlyMemory<byte>.Empty, cancellationToken);
        if (!matched.TryGet(out var ids, out var fault))
        {
            return await writer.WaitAsync(at, at.Id.Target, fault, cancellationToken);
        }

        if (ids.Count == 1)
        {
            return await outcomes.ClaimAsync(at, ids[0], cancellationToken) is { } refused
                ? await writer.WaitAsync(at, at.Id.Target, refused, cancellationToken)
                : await writer.SettleAsync(at, "linked", ids[0], cancellationToken);
        }

        var waited = hub.Now - at.Current.Since;
        if (waited >= hub.Policy.WaitLimit)
        {
            var missing = new Fault.Rejected("not-found-to-link", $"{at.Id.Target} makes it itself, and it never came to stand there");
            return await writer.RefuseAsync(at, missing, outcomeUnknown: false, cancellationToken);
        }

        // Soon at first, for the two systems tell of one fact at about the same time; seldom later.
        var pause = waited < hub.Policy.RetryFirst ? hub.Policy.RetryFirst : waited;
        return new WorkOutcome.Later(hub.Now + (pause < LongestPause ? pause : LongestPause));
    }

    /// <summary>What the target has told of itself needs no question; else it is asked.</summary>
    private async Task<Outcome<IReadOnlyList<string>>> FindAsync(LaneAt at, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var head = await hub.Store.HeadAsync(at.Id.Record, cancellationToken);
        return head is not null && at.Target.System.ToldAs(head.Value.Value) is { } told
            ? (string[])[told]
            : await MatchAsync(at, body, cancellationToken);
    }

    /// <summary>The target's one record that has a match key of this one, or none; several are a fault.</summary>
    private async Task<Outcome<IReadOnlyList<string>>> MatchAsync(LaneAt at, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var content = await hub.Store.ContentAsync(at.Id.Record, at.Current.Revision, cancellationToken);
        var found = await matching.FindAsync(at.Target, at.Id.Record.Type, content, body, cancellationToken);
        return !found.TryGet(out var matches, out var fault) ? fault
            : matches.Ids.Count <= 1 ? (string[])[.. matches.Ids]
            : new Fault.Rejected("several-records", $"{at.Id.Target} has more than one record of this {matches.Key}");
    }
}

/// <summary>What came of looking for a record before its create.</summary>
internal readonly record struct Linked(bool IsAbsent, WorkOutcome? Outcome)
{
    public static readonly Linked Absent = new(true, null);
}
