using System.Collections.Immutable;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Takes in the records on a list: those that are on it now, and those that were. One that left the list is noticed by no one else, so what was on it is
/// kept, and written before any of it is taken in.
/// </summary>
internal sealed class ListIntake(
    HubContext hub,
    RecentReadings readings,
    Func<Arrival, CancellationToken, Task<Outcome<NoticeResult>>> takeIn
)
{
    private const int MostConflicts = 8;
    private const int MostIds = 2000;
    private static readonly NoticeResult MembersTaken = new(NoticeResultKind.Ignored, null, 0, "its-members-were-taken-in");

    /// <summary>Takes every member in, one after the other; the first fault is the list's, once all have had their turn.</summary>
    public async Task<Outcome<NoticeResult>> TakeInAsync(Arrival arrival, string memberType, CancellationToken cancellationToken)
    {
        if (arrival.Source.SourceType(memberType) is not { } type || hub.Router.From(arrival.System, type) is null)
        {
            return Intake.NoRoute;
        }

        return readings.Answer(arrival) ? MembersTaken : await ReadAsync(arrival, memberType, cancellationToken);
    }

    private async Task<Outcome<NoticeResult>> ReadAsync(Arrival arrival, string memberType, CancellationToken cancellationToken)
    {
        var home = Home.OfList(arrival.System, arrival.Notice.ExternalType, arrival.Notice.ExternalId);
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            var seen = Rows.Read<ListSeen>(await hub.Store.ReadAsync(home, Rows.ListKey, cancellationToken));
            var began = hub.Now;
            var reading = await hub.Gate.CallAsync(
                arrival.System,
                () => SourceReader.AskAsync(arrival, cancellationToken),
                cancellationToken
            );
            if (!reading.TryGet(out var found, out var fault))
            {
                return fault;
            }

            Invariant.Holds(found is RecordReading.Listed or RecordReading.Missing, "a list is read as a list, or is not there");
            var listed = found as RecordReading.Listed ?? new RecordReading.Listed([]);
            var now = Sorted(listed.Members.Select(MemberOf));
            var all = Sorted(now.Concat(Seen(seen?.Value, memberType)));
            if (all.Length > MostIds)
            {
                return new Fault.Rejected("list-too-long", $"a list of more than {MostIds} records");
            }

            // Written even where it says nothing new: whoever reads the list later makes what was read before worthless.
            var version = seen?.Version ?? 0;
            switch (await PutAsync(home, memberType, all, version, cancellationToken))
            {
                case CommitResult.Overloaded:
                    return new Fault.Transient("the store is overloaded");
                case CommitResult.Committed:
                    if (await TakeAllAsync(arrival, listed.Members, all, cancellationToken) is { } first)
                    {
                        return first;
                    }

                    // Those that left the list are taken in; should it have been read again meanwhile, that reading keeps what it needs.
                    if (now.Length < all.Length)
                    {
                        await PutAsync(home, memberType, now, version + 1, cancellationToken);
                    }

                    readings.Keep(arrival, began, listed);
                    return MembersTaken;
            }
        }

        return new Fault.Conflict("the list is read more often than it can be taken in");
    }

    /// <summary>Puts the record of a notice on a list, so that it is taken in once more when it is there no longer. True where it was on it already.</summary>
    public async Task<Outcome<bool>> PutOnAsync(Arrival arrival, SourceList list, CancellationToken cancellationToken)
    {
        var memberType = arrival.Source.Facts.Lists[list.Type];
        var home = Home.OfList(arrival.System, list.Type, list.Id);
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            var seen = Rows.Read<ListSeen>(await hub.Store.ReadAsync(home, Rows.ListKey, cancellationToken));
            var known = Seen(seen?.Value, memberType).ToList();
            if (known.Contains(MemberOf(arrival.Notice)))
            {
                return true;
            }

            var all = Sorted(known.Append(MemberOf(arrival.Notice)));
            switch (await PutAsync(home, memberType, all, seen?.Version ?? 0, cancellationToken))
            {
                case CommitResult.Overloaded:
                    return new Fault.Transient("the store is overloaded");
                case CommitResult.Committed:
                    return false;
            }
        }

        return new Fault.Conflict("the list is read more often than it can be put on");
    }

    private async Task<Fault?> TakeAllAsync(
        Arrival arrival,
        IReadOnlyList<Notice> members,
        ImmutableArray<ListMember> all,
        CancellationToken cancellationToken
    )
    {
        Fault? first = null;
        var listed = members.ToDictionary(MemberOf);
        foreach (var member in all)
        {
            var notice = listed.GetValueOrDefault(member) ?? new Notice(member.Type, member.Id, Marker.AnyTime, null);
            var taken = await takeIn(arrival with { Notice = notice }, cancellationToken);
            first ??= taken.Fault;
        }

        return first;
    }

    private Task<CommitResult> PutAsync(
        Home home,
        string memberType,
        ImmutableArray<ListMember> members,
        long version,
        CancellationToken cancellationToken
    )
    {
        var own = members.Where(member => member.Type == memberType).Select(member => member.Id);
        var others = members.Where(member => member.Type != memberType).ToImmutableArray();
        var seen = new ListSeen([.. own]) { Others = others.IsEmpty ? null : others };
        return hub.Store.CommitAsync(new Commit(home, Change.Put(Rows.Of(seen), version)), cancellationToken);
    }

    private static IEnumerable<ListMember> Seen(ListSeen? seen, string memberType) =>
        (seen?.Ids ?? []).Select(id => new ListMember(memberType, id)).Concat(seen?.Others ?? []);

    private static ListMember MemberOf(Notice notice) => new(notice.ExternalType, notice.ExternalId);

    private static ImmutableArray<ListMember> Sorted(IEnumerable<ListMember> members) =>
        [.. members.Distinct().OrderBy(member => member.Type, StringComparer.Ordinal).ThenBy(member => member.Id, StringComparer.Ordinal)];
}
