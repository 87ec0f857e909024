using System.Collections.Immutable;
using System.Globalization;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Routing;

namespace QtcHub.Inbox;

/// <summary>
/// Lists what a source holds and stores each record as the delivery that would have told of it, page by page up to a fixed bound, under a leased job row. The
/// cursor moves only after the page's deliveries are stored, so running a page twice is harmless and skipping one is impossible. It has the lowest rank: it
/// goes on only while little of what it stored is yet to be done.
/// </summary>
internal sealed class Backfiller(HubContext hub, Receiver receiver)
{
    /// <summary>
    /// How much it gives the hub to do at once. A webhook that comes while all of it waits stands behind this much at worst, a few seconds of a system's
    /// share of work; and it is enough to keep every worker of a share at work while the next page is asked for.
    /// </summary>
    public const int MostAtOnce = 100;

    /// <summary>It goes on once this little of it is left.</summary>
    public const int LittleLeft = MostAtOnce / 4;

    /// <summary>Its deliveries are due this much later than one that a system tells of at the same time, and so stand behind all that come until then.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Storing what may be stored at once takes seconds at worst; a process that is slower than its lease loses nothing but the page.</summary>
    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(30);

    private readonly Backlog backlog = new(hub.Store);

    /// <summary>One page.</summary>
    public async Task<BackfillPage> RunAsync(BackfillRequest request, CancellationToken cancellationToken)
    {
        var stored = await JobAsync(request, cancellationToken) ?? new Stored<BackfillJob>(New(request), 0);
        if (stored.Value.EndedAt is not null)
        {
            var left = await OpenAsync(request.System, stored.Value.Recent, cancellationToken);
            return Page(BackfillStep.Finished, stored.Value with { Recent = left }, null);
        }

        if (stored.Value.LeaseUntil > hub.Now)
        {
            return Page(BackfillStep.WaitsForAnother, stored.Value, LookEvery);
        }

        var open = await OpenAsync(request.System, stored.Value.Recent, cancellationToken);
        if (open.Length > LittleLeft)
        {
            return Page(BackfillStep.WaitsForItsWork, stored.Value with { Recent = open }, LookEvery);
        }

        var system = hub.Router.Systems[request.System];
        var lease = hub.Now + system.Options.LongestCall + StoreWithin;
        var held = new Held(request, stored.Value with { Recent = open, LeaseUntil = lease }, stored.Version + 1);
        return await PutAsync(request, held.Job, stored.Version, cancellationToken)
            ? await ListAsync(held, system, cancellationToken)
            : Page(BackfillStep.WaitsForAnother, stored.Value, LookEvery);
    }

    /// <summary>Forgets how far it was; false while another process is at it.</summary>
    public async Task<bool> RestartAsync(BackfillRequest request, CancellationToken cancellationToken)
    {
        var stored = await JobAsync(request, cancellationToken);
        return stored is not { } known
            || (!(known.Value.LeaseUntil > hub.Now) && await PutAsync(request, New(request), known.Version, cancellationToken));
    }

    private async Task<BackfillPage> ListAsync(Held held, ConnectedSystem system, CancellationToken cancellationToken)
    {
        using var span = HubTracing.Backfill(held.Request.System);
        using var entry = await hub.Gate.EnterAsync(held.Request.System, cancellationToken);
        if (entry.Until is { } until)
        {
            HubTracing.LeaveOut(span);
            return await EndAsync(held, held.Job, BackfillStep.WaitsForSystem, until - hub.Now, cancellationToken);
        }

        var type = system.Facts.Sources[held.Request.Record];
        var source = (IBackfill)system.Connector;
        var page = await entry.CallAsync(
            async () =>
            {
                using var call = HubTracing.Call("list", system.Options.Name);
                var asked = source.ReadRecordsAsync(type, held.Job.Cursor, held.Request.From, held.Job.Until, cancellationToken);
                return HubTracing.Answered(call, await asked);
            },
            cancellationToken
        );
        if (!page.TryGet(out var records, out var fault))
        {
            HubTracing.Fail(span, fault.Name);
            return await FailAsync(held, fault, cancellationToken);
        }

        span?.SetTag("messaging.batch.message_count", records.Deliveries.Count);
        Invariant.Holds(records.IsLast || records.Cursor != held.Job.Cursor, "a page that is not the last leads to another");
        return await StoreAsync(held, records, cancellationToken);
    }

    /// <summary>Stores as much of a page as may wait: of one that holds more the rest is asked for again, and what is stored by then is known.</summary>
    private async Task<BackfillPage> StoreAsync(Held held, ChangePage page, CancellationToken cancellationToken)
    {
        var recent = held.Job.Recent.ToBuilder();
        var isWhole = true;
        var isBusy = false;
        var stored = 0;
        foreach (var listed in page.Deliveries)
        {
            if (recent.Count >= MostAtOnce)
            {
                isWhole = false;
                break;
            }

            var result = await receiver.StoreListedAsync(held.Request.System, listed, Behind, cancellationToken);
            if (result == CommitResult.Overloaded)
            {
                (isWhole, isBusy) = (false, true);
                break;
            }

            if (result == CommitResult.Committed)
            {
                stored++;
                recent.Add(listed.EventId);
            }
        }

        var job = held.Job with { Attempts = 0, Stored = held.Job.Stored + stored, Recent = recent.ToImmutable() };
        if (!isWhole)
        {
            return await EndAsync(
                held,
                job,
                isBusy ? BackfillStep.WaitsForStore : BackfillStep.Stored,
                isBusy ? LookEvery : TimeSpan.Zero,
                cancellationToken
            );
        }

        var moved = job with
        {
            Pages = job.Pages + 1,
            Listed = job.Listed + page.Deliveries.Count,
            Cursor = page.Cursor,
            EndedAt = page.IsLast ? hub.Now : null,
        };
        var (step, after) = page.IsLast ? (BackfillStep.Finished, (TimeSpan?)null) : (BackfillStep.Stored, TimeSpan.Zero);
        return await EndAsync(held, moved, step, after, cancellationToken);
    }

    private async Task<BackfillPage> FailAsync(Held held, Fault fault, CancellationToken cancellationToken)
    {
        var attempts = held.Job.Attempts + 1;
        TimeSpan? after = hub.Decide(held.Request.System, fault, attempts) switch
        {
            Disposition.Retry retry => Recoverability.Jittered(retry.After, hub.Random),
            Disposition.WaitForQuota wait => wait.After,
            Disposition.OpenCircuit => hub.Gate.NotBefore(held.Request.System) - hub.Now,
            _ => null,
        };
        // What needs a person is tried anew when the person asks again.
        var counted = fault is Fault.Transient && after is not null ? attempts : 0;
        var step = after is null ? BackfillStep.Failed : BackfillStep.WaitsForSystem;
        return await EndAsync(held, held.Job with { Attempts = counted }, step, after, cancellationToken) with { Fault = fault };
    }

    /// <summary>Gives the lease back; where it ran out meanwhile and another process took over, the job is as that one has left it.</summary>
    private async Task<BackfillPage> EndAsync(
        Held held,
        BackfillJob job,
        BackfillStep step,
        TimeSpan? after,
        CancellationToken cancellationToken
    ) =>
        await PutAsync(held.Request, job with { LeaseUntil = null }, held.Version, cancellationToken)
            ? Page(step, job, after)
            : Page(BackfillStep.WaitsForAnother, held.Job, LookEvery);

    private async Task<ImmutableArray<string>> OpenAsync(string system, ImmutableArray<string> recent, CancellationToken cancellationToken)
    {
        var open = ImmutableArray.CreateBuilder<string>();
        foreach (var name in recent)
        {
            if (await backlog.WaitsAsync(new DeliveryId(system, name), cancellationToken))
            {
                open.Add(name);
            }
        }

        return open.ToImmutable();
    }

    /// <summary>What is still to come is told of by webhooks and polls: a window that reaches further ends when its backfill began.</summary>
    private BackfillJob New(BackfillRequest request) =>
        new() { BeganAt = hub.Now, Until = request.Until < hub.Now ? request.Until : hub.Now };

    private BackfillPage Page(BackfillStep step, BackfillJob job, TimeSpan? after) =>
        new(
            step,
            new BackfillProgress(job.BeganAt, job.Until, job.Pages, job.Listed, job.Stored, job.Recent.Length, job.EndedAt),
            hub.Now + after,
            null
        );

    private async Task<Stored<BackfillJob>?> JobAsync(BackfillRequest request, CancellationToken cancellationToken) =>
        Rows.Read<BackfillJob>(await hub.Store.ReadAsync(HomeOf(request), Rows.JobKey, cancellationToken));

    private async Task<bool> PutAsync(BackfillRequest request, BackfillJob job, long version, CancellationToken cancellationToken) =>
        await hub.Store.CommitAsync(new Commit(HomeOf(request), Change.Put(Rows.Of(job), version)), cancellationToken)
        == CommitResult.Committed;

    private static Home HomeOf(BackfillRequest request) =>
        Home.OfJob(
            string.Create(
                CultureInfo.InvariantCulture,
                $"backfill-{request.System}-{request.Record}-{request.From.UtcTicks}-{request.Until.UtcTicks}"
            )
        );

    /// <summary>A job under this process's lease, and the version its row has by it.</summary>
    private sealed record Held(BackfillRequest Request, BackfillJob Job, long Version);
}
