using System.Globalization;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Deletes content that is past its time and that nothing needs any more: raw bodies, stored requests, superseded canonical content. It goes through the
/// days in which they were written, oldest first, a page at a time, under a leased job row; the cursor moves after a page's deletions, so running a page
/// twice is harmless. Deliveries, hashes, lanes, cross-references, effects, letters and audit stay.
/// </summary>
internal sealed class Retention(HubContext hub)
{
    private const int PageSize = 50;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly Home Home = Home.OfJob("retention");
    private static readonly string[] Kinds = ["raw", "request", "content"];
    private readonly Needs needs = new(hub.Store);

    /// <summary>One page; true: there is more now.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (await LeaseAsync(cancellationToken) is not { } job)
        {
            return false;
        }

        var at = RetentionCursor.Parse(job.Value.Cursor, job.Value.From);
        while (at is { } past && past.Day > Cutoff(past.Kind))
        {
            at = past.Kind + 1 < Kinds.Length ? new RetentionCursor(past.Kind + 1, Rows.DayOf(job.Value.From), null) : null;
        }

        if (at is not { } place)
        {
            await PutAsync(job, job.Value with { Cursor = null, Until = null, LeaseUntil = null }, cancellationToken);
            return false;
        }

        var page = await hub.Store.ListAsync(Kinds[place.Kind], Rows.Day(place.Day), place.Continuation, PageSize, cancellationToken);
        var isDone = await DeleteAsync(page.Rows, cancellationToken);
        var next =
            !isDone ? place
            : page.Continuation is null ? place with { Day = place.Day.AddDays(1), Continuation = null }
            : place with { Continuation = page.Continuation };
        var moved = await PutAsync(job, job.Value with { Cursor = next.ToString(), LeaseUntil = null }, cancellationToken);
        return moved && isDone;
    }

    private DateOnly Cutoff(int kind) =>
        Rows.DayOf(
            hub.Now
                - Kinds[kind] switch
                {
                    "raw" => hub.Options.Retention.RawBodies,
                    "request" => hub.Options.Retention.Requests,
                    _ => hub.Options.Retention.SupersededContent,
                }
        );

    /// <summary>Deletes what of a page nothing needs, home by home; false where the store was too busy for one of them.</summary>
    private async Task<bool> DeleteAsync(IReadOnlyList<ListedRow> rows, CancellationToken cancellationToken)
    {
        var homes = rows.GroupBy(row => row.Home).Select(group => DeleteAsync(group.Key, [.. group], cancellationToken)).ToList();
        var results = await Task.WhenAll(homes);
        return !results.Contains(CommitResult.Overloaded);
    }

    private async Task<CommitResult> DeleteAsync(Home home, IReadOnlyList<ListedRow> rows, CancellationToken cancellationToken)
    {
        var needed = await needs.OfAsync(home, cancellationToken);
        Change[] deletions = [.. rows.Where(row => !needed(row.Row.Key)).Select(row => new Change.Delete(row.Row.Key, row.Row.Version))];
        return deletions.Length == 0
            ? CommitResult.Committed
            : await hub.Store.CommitAsync(new Commit(home, [.. deletions]), cancellationToken);
    }

    private async Task<Stored<JobState>?> LeaseAsync(CancellationToken cancellationToken)
    {
        var stored = await hub.Store.JobAsync(Home, cancellationToken);
        if (stored?.Value.LeaseUntil > hub.Now)
        {
            return null;
        }

        var state = stored?.Value ?? new JobState(null, await OldestAsync(cancellationToken), null, null);
        var leased = state with { Until = state.Until ?? hub.Now, LeaseUntil = hub.Now + Lease };
        var version = stored?.Version ?? 0;
        return await PutAsync(new Stored<JobState>(state, version), leased, cancellationToken)
            ? new Stored<JobState>(leased, version + 1)
            : null;
    }

    /// <summary>The first day on which anything was written that retention deletes; asked once, for counting goes through the whole index.</summary>
    private async Task<DateTimeOffset> OldestAsync(CancellationToken cancellationToken)
    {
        var counts = await hub.Store.CountAsync(cancellationToken);
        var days = counts
            .Where(count => Kinds.Contains(count.Kind, StringComparer.Ordinal))
            .Select(count => count.State)
            .Where(state => state.Length == 8)
            .Order(StringComparer.Ordinal)
            .Take(1)
            .ToList();
        return days.Count == 0 ? hub.Now : new DateTimeOffset(Rows.DayOf(days[0]), TimeOnly.MinValue, TimeSpan.Zero);
    }

    private Task<bool> PutAsync(Stored<JobState> held, JobState state, CancellationToken cancellationToken) =>
        hub.Store.PutJobAsync(Home, state, held.Version, cancellationToken);
}

/// <summary>Where a round of retention stands: the kind of row, the day, the page.</summary>
internal sealed record RetentionCursor(int Kind, DateOnly Day, string? Continuation)
{
    public static RetentionCursor Parse(string? text, DateTimeOffset from)
    {
        if (text is null)
        {
            return new RetentionCursor(0, Rows.DayOf(from), null);
        }

        var parts = text.Split('|', 3);
        return new RetentionCursor(
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            Rows.DayOf(parts[1]),
            parts[2].Length == 0 ? null : parts[2]
        );
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}|{Rows.Day(Day)}|{Continuation}");
}

/// <summary>Which rows of a home are still needed, whatever their age.</summary>
internal sealed class Needs(IHubStore store)
{
    private const int MostLetters = 1000;

    public async Task<Func<string, bool>> OfAsync(Home home, CancellationToken cancellationToken)
    {
        if (Rows.Read<Delivery>(await store.ReadAsync(home, Rows.DeliveryKey, cancellationToken)) is { } delivery)
        {
            // A delivery that needs a person is repeated from its body.
            var isDone = Rows.Of(delivery.Value).State == "Done";
            return _ => !isDone;
        }

        if (Rows.Read<RecordHead>(await store.ReadAsync(home, Rows.HeadKey, cancellationToken)) is not { } head)
        {
            return _ => true;
        }

        var needed = new SortedSet<string>(StringComparer.Ordinal) { Rows.ContentKey(head.Value.Revision) };
        foreach (var lane in await store.LanesAsync(head.Value.Id, cancellationToken))
        {
            Add(needed, lane.Value);
        }

        foreach (var row in await store.ReadManyAsync(home, "letter/", MostLetters, cancellationToken))
        {
            var letter = Rows.Parse<DeadLetter>(row);
            if (letter.ClosedBy is null)
            {
                needed.Add(Rows.ContentKey(letter.Revision));
                needed.Add(letter.RequestRow ?? "");
            }
        }

        return needed.Contains;
    }

    private static void Add(SortedSet<string> needed, Lane lane)
    {
        needed.Add(Rows.ContentKey(lane.WantedRevision));
        needed.Add(Rows.ContentKey(lane.StandingRevision));
        needed.Add(Rows.ContentKey(lane.PostedWith));
        if (lane.Current is { } current)
        {
            needed.Add(Rows.ContentKey(current.Revision));
            needed.Add(Rows.RequestKey(lane.Id, current));
        }
    }
}
