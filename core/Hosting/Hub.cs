using QtcHub.Connectors;
using QtcHub.DeadLetters;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Webhooks;

namespace QtcHub.Hosting;

/// <summary>The hub as its heads see it. It keeps nothing that is not in the store but circuits, budgets and what it has read of late; dropping it at any point is a crash.</summary>
public sealed class Hub
{
    private readonly HubContext context;
    private readonly Receiver receiver;
    private readonly Poller poller;
    private readonly Backfiller backfiller;
    private readonly DeliveryProcessor deliveries;
    private readonly LaneProcessor lanes;
    private readonly Parking parking;
    private readonly Sweeper sweeper;
    private readonly Desk desk;
    private readonly Retention retention;
    private readonly TimedJobs timed;
    private readonly GivingUp givingUp;
    private readonly Remapping remapping;
    private readonly Remapper remapper;
    private readonly Linker linker;

    /// <summary>Puts the steps of the way together.</summary>
    public Hub(HubContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        this.context = context;
        receiver = new Receiver(context);
        var epochs = new EpochOf(context.Store);
        poller = new Poller(context, receiver, epochs);
        backfiller = new Backfiller(context, receiver);
        var intake = new Intake(context, epochs);
        deliveries = new DeliveryProcessor(context, intake);
        var writer = new LaneWriter(context);
        var sources = new Rereading(context, intake);
        var preparation = new Preparation(context, sources);
        var outcomes = new OutcomeWriter(context, writer);
        parking = new Parking(context, writer, preparation);
        var readBack = new ReadBack(context, writer, outcomes, epochs);
        var adoption = new Adoption(context, writer, preparation, parking, outcomes);
        var gate = new LinkGate(context);
        var steps = new LaneSteps(writer, preparation, parking, outcomes, gate);
        var firstTouch = new FirstTouch(context, steps, sources, adoption);
        var sender = new Sender(context, steps, epochs, firstTouch, new Linking(context, writer, adoption, outcomes));
        lanes = new LaneProcessor(context, steps, sender, readBack);
        retention = new Retention(context);
        timed = new TimedJobs(context, epochs);
        sweeper = new Sweeper(context, gate);
        desk = new Desk(context, writer, epochs);
        givingUp = new GivingUp(context, deliveries, writer);
        remapping = new Remapping(context, preparation);
        remapper = new Remapper(context, remapping, writer);
        linker = new Linker(context, new LinkJudge(context, preparation));
        var systems = context.Router.Systems.Keys.Order(StringComparer.Ordinal).ToList();
        context.Metrics.Watch(systems, context.Gate);
        Shares = [.. systems.SelectMany(system => new[] { $"from-{system}", $"to-{system}" }), "hub"];
    }

    /// <summary>The shares of work to pump: reading from and writing to each system, and the hub's own.</summary>
    public IReadOnlyList<string> Shares { get; }

    /// <summary>Systems in trouble: name, what is wrong, until when nothing is sent to it.</summary>
    public IReadOnlyList<(string System, string Trouble, DateTimeOffset Until)> Troubles => context.Gate.Troubles();

    /// <summary>The systems that are polled.</summary>
    public IReadOnlyList<string> PolledSystems =>
        [
            .. context
                .Router.Routes.Select(route => route.Source)
                .Where(source => source.Connector is IChangeFeed)
                .Select(source => source.Options.Name)
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>Receives one webhook, after reading as much of its body as its system may send.</summary>
    public async Task<Receipt> ReceiveAsync(string system, UnreadWebhook request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Of a system that nobody configured nothing is read.
        ReadOnlyMemory<byte>? body = context.Router.Systems.TryGetValue(system, out var connected)
            ? await BoundedBody.ReadAsync(request.Body, request.Length, connected.Facts.WebhookBodyLimit, cancellationToken)
            : ReadOnlyMemory<byte>.Empty;
        return body is { } whole
            ? await ReceiveAsync(system, request.With(whole, context.Now), cancellationToken)
            : Counted(system, new Receipt(ReceiptKind.TooLarge, "body-too-large", null));
    }

    /// <summary>Receives one webhook: verified, stored durably, answered; nothing else.</summary>
    public async Task<Receipt> ReceiveAsync(string system, WebhookRequest request, CancellationToken cancellationToken)
    {
        return Counted(system, await receiver.ReceiveAsync(system, request, cancellationToken));
    }

    /// <summary>Does one work item; doing it twice is harmless.</summary>
    public async Task<WorkOutcome> ProcessAsync(TakenWork work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.Item switch
        {
            WorkItem.OfDelivery delivery => await deliveries.ProcessAsync(work, delivery.Delivery, null, cancellationToken),
            WorkItem.OfNotice notice => await deliveries.ProcessAsync(work, notice.Origin, notice.Index, cancellationToken),
            WorkItem.OfLane lane => await lanes.ProcessAsync(work, lane.Lane, cancellationToken),
            WorkItem.OfWaiters waiters => await parking.WakeWaitersAsync(waiters.Record, cancellationToken),
            _ => throw new InvariantException("a known work item"),
        };
    }

    /// <summary>Takes up a work item that its queue has given up: what is still open of it becomes a dead letter, for the reason given. Doing it twice is harmless.</summary>
    public Task<WorkOutcome> GiveUpAsync(WorkItem work, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        return givingUp.GiveUpAsync(work, reason, cancellationToken);
    }

    /// <summary>Asks a source for one page of what changed.</summary>
    public Task<PollResult> PollAsync(string system, CancellationToken cancellationToken) => poller.PollAsync(system, cancellationToken);

    /// <summary>Asks a source what changed, page by page to the end of the round; how its last page went.</summary>
    public async Task<PollResult> PollRoundAsync(string system, CancellationToken cancellationToken)
    {
        PollResult page;
        do
        {
            page = await PollAsync(system, cancellationToken);
        } while (page.MoreNow);
        return page;
    }

    /// <summary>Asks every source that is due what changed, each to the end of its round; gives those whose round ended early.</summary>
    public async Task<IReadOnlyList<(string System, Fault Fault)>> PollDueAsync(CancellationToken cancellationToken)
    {
        var systems = PolledSystems;
        var faults = await Task.WhenAll(systems.Select(system => PollIfDueAsync(system, cancellationToken)).ToList());
        return [.. systems.Zip(faults).Where(round => round.Second is not null).Select(round => (round.First, round.Second!))];
    }

    /// <summary>
    /// Reads what a person wants backfilled: a system, a record type that it is a source of, and two days of its entity's calendar, or instants. The second is
    /// no more part of it. <see cref="Fault.Invalid"/> says what is wrong, and what can be backfilled.
    /// </summary>
    public Outcome<BackfillRequest> ReadBackfill(string system, string entity, string from, string to) =>
        BackfillRequest.Read(context.Router, system, entity, from, to);

    /// <summary>
    /// Lists one page of what a source holds and stores it as polls do, unless much of what it stored is yet to be done. It goes on where it was, whatever
    /// process began it; a head calls it again at the time that comes back.
    /// </summary>
    public Task<BackfillPage> BackfillAsync(BackfillRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return backfiller.RunAsync(request, cancellationToken);
    }

    /// <summary>Lets a backfill begin anew; false while another process is at it. What is known by then in the same form is not taken in again.</summary>
    public Task<bool> RestartBackfillAsync(BackfillRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return backfiller.RestartAsync(request, cancellationToken);
    }

    /// <summary>Looks again at everything that waits.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) => sweeper.SweepAsync(cancellationToken);

    /// <summary>Runs a head's job by the clock where no other process has done so for a while; whether it ran. Running it twice must be harmless.</summary>
    public Task<bool> InTurnAsync(string job, TimeSpan every, Func<CancellationToken, Task> run, CancellationToken cancellationToken) =>
        timed.RunAsync(job, every, run, cancellationToken);

    /// <summary>Measures what no event tells; it does nothing while nobody listens. A head calls it now and then.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (context.Metrics.MeasuresOpenLetters)
        {
            var open = await DeadLettersAsync(HubMetrics.MostOpenLetters, cancellationToken);
            context.Metrics.OpenLetters(open.Count);
        }
    }

    /// <summary>Deletes one page of what is past its time; true: there is more now.</summary>
    public Task<bool> RetainAsync(CancellationToken cancellationToken) => retention.RunAsync(cancellationToken);

    /// <summary>Deletes everything that is past its time.</summary>
    public async Task RetainRoundAsync(CancellationToken cancellationToken)
    {
        while (await RetainAsync(cancellationToken)) { }
    }

    /// <summary>A person releases a held or dead-lettered lane; false where there is nothing to release.</summary>
    public Task<bool> ReleaseAsync(LaneId lane, string who, string reason, CancellationToken cancellationToken) =>
        desk.ReleaseAsync(lane, who, reason, cancellationToken);

    /// <summary>Reads which route a person wants mapped again; <see cref="Fault.Invalid"/> names the routes that there are.</summary>
    public Outcome<RemapRequest> ReadRemap(string record, string from) => RemapRequest.Read(context.Router, record, from);

    /// <summary>One page of what today's mapping would make of what was applied; nothing is written.</summary>
    public Task<RemapLook> LookAtRemapAsync(RemapRequest request, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return remapping.LookAsync(request, cursor, cancellationToken);
    }

    /// <summary>
    /// Wants one page of what today's mapping gives something else once more, unless much of what it wanted is yet to be done. It goes on where it was; once it
    /// has finished it begins anew, which finds everything equal.
    /// </summary>
    public Task<RemapPage> RemapAsync(RemapRequest request, RemapOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(order);
        return remapper.RunAsync(request, order, cancellationToken);
    }

    /// <summary>
    /// Reads what a person wants linked: a record type and systems, its source first; a source alone means all targets of its route.
    /// <see cref="Fault.Invalid"/> says what is wrong and what would do.
    /// </summary>
    public Outcome<LinkRequest> ReadLink(string record, IReadOnlyList<string> systems) => LinkRequest.Read(context.Router, record, systems);

    /// <summary>
    /// Matches one more page of what a source holds with what targets hold, and links it unless it only looks. It goes on where it was; once it has finished it
    /// begins anew, which finds everything linked. It never writes to a vendor.
    /// </summary>
    public Task<LinkPage> LinkAsync(LinkRequest request, LinkOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(order);
        return linker.RunAsync(request, order, cancellationToken);
    }

    /// <summary>Where every acknowledged delivery stands.</summary>
    public Task<Verification> VerifyAsync(CancellationToken cancellationToken) =>
        new Verifier(context.Store).VerifyAsync(cancellationToken);

    /// <summary>Follows an id.</summary>
    public Task<Trace?> TraceAsync(string anyId, CancellationToken cancellationToken)
    {
        var types = context
            .Router.Systems.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ToDictionary(pair => pair.Key, pair => TypesOf(pair.Value.Facts));
        return new Tracer(context.Store, types).TraceAsync(anyId, cancellationToken);
    }

    /// <summary>Open dead letters.</summary>
    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        new LetterBox(context.Store).ListAsync(limit, cancellationToken);

    /// <summary>One dead letter.</summary>
    public Task<DeadLetter?> DeadLetterAsync(string id, CancellationToken cancellationToken) =>
        new LetterBox(context.Store).FindAsync(id, cancellationToken);

    private async Task<Fault?> PollIfDueAsync(string system, CancellationToken cancellationToken)
    {
        if (!await poller.IsDueAsync(system, cancellationToken))
        {
            return null;
        }

        var fault = (await PollRoundAsync(system, cancellationToken)).Fault;
        if (fault is not null)
        {
            InboxLog.PollEndedEarly(context.Log, system, fault.Name);
        }

        return fault;
    }

    private Receipt Counted(string system, Receipt receipt)
    {
        // A name nobody configured is not a tag: strangers could make as many as they like.
        context.Metrics.Received(receipt.Kind == ReceiptKind.UnknownSystem ? "unknown" : system, receipt);
        return receipt;
    }

    private static IReadOnlyList<string> TypesOf(ConnectorFacts facts) =>
        [.. facts.Sources.Values.Concat(facts.Targets.Values.Select(target => target.ExternalType)).Distinct(StringComparer.Ordinal)];
}
