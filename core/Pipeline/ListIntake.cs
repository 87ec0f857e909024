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
internal sealed class ListIntake(HubContext hub, Func<Arrival, CancellationToken, Task<Outcome<NoticeResult>>> takeIn)
{
    private const int MostConflicts = 8;
    private const int MostIds = 2000;

    /// <summary>Takes every member in, one after the other; the first fault is the list's, once all have had their turn.</summary>
    public async Task<Outcome<NoticeResult>> TakeInAsync(Arrival arrival, string memberType, CancellationToken cancellationToken)
    {
        if (arrival.Source.SourceType(memberType) is not { } type || hub.Router.From(arrival.System, type) is null)
        {
            return Intake.NoRoute;
        }

        var home = Home.OfList(arrival.System, arrival.Notice.ExternalType, arrival.Notice.ExternalId);
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            var seen = Rows.Read<ListSeen>(await hub.Store.ReadAsync(home, Rows.ListKey, cancellationToken));
            var reading = await hub.Gate.CallAsync(arrival.System, () => Intake.AskAsync(arrival, cancellationToken), cancellationToken);
            if (!reading.TryGet(out var found, out var fault))
            {
                return fault;
            }

            var members = found is RecordReading.Listed listed ? listed.Members : [];
            Invariant.Holds(found is RecordReading.Listed or RecordReading.Missing, "a list is read as a list, or is not there");
            var now = Sorted(members.Select(member => member.ExternalId));
            var all = Sorted(now.Concat(seen?.Value.Ids ?? []));
            if (all.Length > MostIds)
            {
                return new Fault.Rejected("list-too-long", $"a list of more than {MostIds} records");
            }

            // Written even where it says nothing new: whoever reads the list later makes what was read before worthless.
            var version = seen?.Version ?? 0;
            switch (await PutAsync(home, all, version, cancellationToken))
            {
                case CommitResult.Overloaded:
                    return new Fault.Transient("the store is overloaded");
                case CommitResult.Committed:
                    return await TakeAllAsync(arrival, memberType, members, all, cancellationToken) is { } first
                        ? first
                        : await ForgetAsync(home, now, all, version + 1, cancellationToken);
            }
        }

        return new Fault.Conflict("the list is read more often than it can be taken in");
    }

    private async Task<Fault?> TakeAllAsync(
        Arrival arrival,
        string memberType,
        IReadOnlyList<Notice> members,
        ImmutableArray<string> all,
        CancellationToken cancellationToken
    )
    {
        Fault? first = null;
        var listed = members.ToDictionary(member => member.ExternalId, StringComparer.Ordinal);
        foreach (var id in all)
        {
            var notice = listed.GetValueOrDefault(id) ?? new Notice(memberType, id, Marker.AnyTime, null);
            var taken = await takeIn(arrival with { Notice = notice }, cancellationToken);
            first ??= taken.Fault;
        }

        return first;
    }

    /// <summary>Those that left the list are taken in; should it have been read again meanwhile, that reading keeps what it needs.</summary>
    private async Task<Outcome<NoticeResult>> ForgetAsync(
        Home home,
        ImmutableArray<string> now,
        ImmutableArray<string> all,
        long version,
        CancellationToken cancellationToken
    )
    {
        if (now.Length < all.Length)
        {
            await PutAsync(home, now, version, cancellationToken);
        }

        return new NoticeResult(NoticeResultKind.Ignored, null, 0, "its-members-were-taken-in");
    }

    private Task<CommitResult> PutAsync(Home home, ImmutableArray<string> ids, long version, CancellationToken cancellationToken) =>
        hub.Store.CommitAsync(new Commit(home, Change.Put(Rows.Of(new ListSeen(ids)), version)), cancellationToken);

    private static ImmutableArray<string> Sorted(IEnumerable<string> ids) =>
        [.. ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
