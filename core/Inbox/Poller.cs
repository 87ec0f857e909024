using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Inbox;

/// <summary>How a page of a poll went: whether the round has more pages now, and the fault that ended it early.</summary>
public sealed record PollResult(bool MoreNow, Fault? Fault)
{
    /// <summary>Whether all that changed in the round's window has been stored. Where the system is left alone for now, or another asks it, nothing was asked.</summary>
    public bool IsRoundOver { get; init; }
}

/// <summary>
/// Asks sources what changed, page by page up to a fixed bound, under a leased job row. The cursor moves only after the page's deliveries are
/// stored, so running a page twice is harmless and skipping one is impossible.
/// </summary>
internal sealed class Poller(HubContext hub, Receiver receiver, EpochOf epochs)
{
    private static readonly TimeSpan FirstReach = TimeSpan.FromDays(1);
    private static readonly PollResult Rest = new(MoreNow: false, Fault: null);

    public async Task<PollResult> PollAsync(string system, CancellationToken cancellationToken)
    {
        var connected = hub.Router.Systems[system];
        Invariant.Holds(connected.Connector is IChangeFeed, "only a source with a change feed is polled");
        if (await LeaseAsync(system, connected.Options, cancellationToken) is not { } job)
        {
            return Rest;
        }

        using var span = HubTracing.Poll(system);
        using var entry = await hub.Gate.EnterAsync(system, cancellationToken);
        if (entry.Until is not null)
        {
            HubTracing.LeaveOut(span);
            // A round that has not begun has no bound yet: it ends with what has changed when it does begin.
            await ReleaseAsync(system, job, job.Value.Cursor is null ? job.Value with { Until = null } : job.Value, cancellationToken);
            return Rest;
        }

        var (cursor, from, until) = (job.Value.Cursor, job.Value.From, job.Value.Until!.Value);
        var feed = (IChangeFeed)connected.Connector;
        var page = await entry.CallAsync(
            async () =>
            {
                using var call = HubTracing.Call("list", system);
                return HubTracing.Answered(call, await feed.ReadChangesAsync(cursor, from, until, cancellationToken));
            },
            cancellationToken
        );
        if (!page.TryGet(out var changes, out var fault))
        {
            HubTracing.Fail(span, fault.Name);
            await ReleaseAsync(system, job, job.Value, cancellationToken);
            return new PollResult(MoreNow: false, fault);
        }

        span?.SetTag("messaging.batch.message_count", changes.Deliveries.Count);
        foreach (var polled in changes.Deliveries)
        {
            var stored = await receiver.StorePolledAsync(system, polled, cancellationToken);
            if (stored == CommitResult.Overloaded)
            {
                await ReleaseAsync(system, job, job.Value, cancellationToken);
                return Rest;
            }

            hub.Metrics.Polled(system, isNew: stored == CommitResult.Committed);
        }

        var moved = await ReleaseAsync(system, job, Next(job.Value, changes, connected.Options), cancellationToken);
        return new PollResult(MoreNow: moved && !changes.IsLast, Fault: null) { IsRoundOver = moved && changes.IsLast };
    }

    /// <summary>The next round begins an overlap before this one's bound: a vendor may list a change late.</summary>
    private static JobState Next(JobState job, ChangePage changes, SystemOptions options) =>
        changes.IsLast
            ? job with
            {
                Cursor = null,
                From = job.Until!.Value - options.PollOverlap,
                Until = null,
            }
            : job with
            {
                Cursor = changes.Cursor,
            };

    /// <summary>Whether a round is under way, or the last one began as long ago as the configuration says.</summary>
    public async Task<bool> IsDueAsync(string system, CancellationToken cancellationToken)
    {
        var options = hub.Router.Systems[system].Options;
        // A round ends where the next one begins, an overlap before the bound that was the time of its own beginning.
        return await hub.Store.JobAsync(HomeOf(system), cancellationToken) is not { Value: { Until: null } last }
            || hub.Now >= last.From + options.PollOverlap + options.PollEvery
            || last.Epoch != (await epochs.NowAsync(cancellationToken)).Number;
    }

    private async Task<Stored<JobState>?> LeaseAsync(string system, SystemOptions options, CancellationToken cancellationToken)
    {
        var now = hub.Now;
        var stored = await hub.Store.JobAsync(HomeOf(system), cancellationToken);
        var epoch = await epochs.NowAsync(cancellationToken);
        var isOfThisEpoch = stored is null || stored.Value.Value.Epoch == epoch.Number;
        if (isOfThisEpoch && stored?.Value.LeaseUntil > now)
        {
            return null;
        }

        var reach = stored?.Value.From ?? now - FirstReach;
        // What a restored store has forgotten is listed again: the round begins anew, before the backup.
        var back = epoch.TakenAt - options.PollOverlap;
        var state =
            stored is { } known && isOfThisEpoch ? known.Value : new JobState(null, back < reach ? back : reach, null, null, epoch.Number);
        var leased = state with { Until = state.Until ?? now, LeaseUntil = now + options.LongestCall };
        var version = stored?.Version ?? 0;
        return await hub.Store.PutJobAsync(HomeOf(system), leased, version, cancellationToken)
            ? new Stored<JobState>(leased, version + 1)
            : null;
    }

    private Task<bool> ReleaseAsync(string system, Stored<JobState> held, JobState state, CancellationToken cancellationToken) =>
        hub.Store.PutJobAsync(HomeOf(system), state with { LeaseUntil = null }, held.Version, cancellationToken);

    private static Home HomeOf(string system) => Home.OfJob($"poll-{system}");
}
