using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Audit;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Mapping;
using QtcHub.Pipeline;
using QtcHub.Routing;
using QtcHub.Stores.Memory;
using QtcHub.Tests.Core.Connectors;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Core.Bench;

/// <summary>A whole hub over a store in memory, or another that a test gives, from the scripted system <c>shop</c> to the scripted system <c>books</c>.</summary>
internal sealed class HubBench : IDisposable
{
    private readonly MemoryStore store;
    private readonly HubMetrics metrics;
    private readonly Random random = new(7);
    private readonly Dictionary<string, IConnectorKind> kinds;
    private readonly string hub;
    private HubContext context;

    public HubBench(
        TargetPromise? promise = null,
        string hub = HubFiles.Hub,
        Func<TimeProvider, IHubStore>? over = null,
        IReadOnlyList<MappingFile>? own = null,
        bool namesEvents = true,
        Func<ScriptedVendor, IConnectorKind>? books = null
    )
    {
        Vendor = new ScriptedVendor { NamesEvents = namesEvents };
        metrics = new HubMetrics(this);
        promise ??= TargetPromise.Upsert;
        Vendor.Upserts = promise.Idempotency == Idempotency.UpsertByExternalId;
        Vendor.KnowsKeys = promise.Idempotency is Idempotency.KeyHeader or Idempotency.KeyHeaderOnCreate;
        IConnectorKind kind = new ScriptedKind(promise, Vendor);
        kinds = new[] { kind, books?.Invoke(Vendor) ?? kind }
            .DistinctBy(one => one.Name)
            .ToDictionary(one => one.Name, StringComparer.Ordinal);
        this.hub = hub;
        store = new MemoryStore(Clock);
        Store = new WatchedStore(over?.Invoke(Clock) ?? store);
        context = ContextWith(own ?? []);
        Hub = new Hub(context);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public ScriptedVendor Vendor { get; }

    public WatchedStore Store { get; }

    public Hub Hub { get; private set; }

    internal HubContext Context => context;

    /// <summary>The source as the hub is connected with it.</summary>
    public ConnectedSystem Shop => context.Router.Systems["shop"];

    public static CanonicalId Account(string id) => CanonicalId.Mint(RecordType.BillingAccount, "shop", "account", id);

    public static CanonicalId Bill(string id) => CanonicalId.Mint(RecordType.Invoice, "shop", "bill", id);

    public static LaneId AccountLane(string id) => new(Account(id), "books", "customer");

    public static LaneId BillLane(string id) => new(Bill(id), "books", "entry");

    public static string AccountJson(string id, string name, string email = "a@example.com") =>
        $$"""{"id":"{{id}}","name":"{{name}}","email":"{{email}}"}""";

    public static string BillJson(string id, string account, long cents, string memo = "m", string status = "open") =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id":"{{id}}","account":"{{account}}","issued":1770000000,"lines":[{"id":"l1","amount":{{cents}}}],"total":{{cents}},"memo":"{{memo}}","status":"{{status}}"}"""
        );

    public static string NoticeJson(string type, string id, long at, string? record = null) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"type":"{{type}}","id":"{{id}}","at":{{at}}{{(record is null ? "" : $",\"record\":{record}")}}}"""
        );

    /// <summary>A webhook of the shop.</summary>
    public Task<Receipt> TellAsync(string eventId, params string[] notices) =>
        SendAsync($$"""{"id":"{{eventId}}","notices":[{{string.Join(',', notices)}}]}""");

    public Task<Receipt> SendAsync(string body, string system = "shop", string signature = "genuine", string mediaType = "application/json")
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["x-signature"] = signature, ["content-type"] = mediaType };
        return Hub.ReceiveAsync(
            system,
            new WebhookRequest(headers, Encoding.UTF8.GetBytes(body), Clock.GetUtcNow()),
            CancellationToken.None
        );
    }

    /// <summary>The shop has a new form of an account and says so; everything that is due is done.</summary>
    public async Task ChangeAccountAsync(string id, string name, long at)
    {
        Vendor.Holds("account", id, AccountJson(id, name), at);
        await TellAsync($"evt-{id}-{at}", NoticeJson("account", id, at));
        await RunAsync();
    }

    public async Task ChangeBillAsync(string id, string json, long at)
    {
        Vendor.Holds("bill", id, json, at);
        await TellAsync($"evt-{id}-{at}", NoticeJson("bill", id, at));
        await RunAsync();
    }

    /// <summary>Does all work that is due now.</summary>
    public async Task RunAsync()
    {
        for (var round = 0; round < 200; round++)
        {
            var worked = false;
            foreach (var share in Hub.Shares)
            {
                foreach (var work in await store.TakeAsync(share, 10, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), CancellationToken.None))
                {
                    worked = true;
                    await DoAsync(work);
                }
            }

            if (!worked)
            {
                return;
            }
        }

        Assert.Fail("the hub does not come to rest");
    }

    /// <summary>Lets time pass in steps, doing what comes due; the sweep runs after each.</summary>
    public async Task PassAsync(TimeSpan time, int steps = 1)
    {
        for (var step = 0; step < steps; step++)
        {
            Clock.Advance(time / steps);
            await RunAsync();
            await Hub.SweepAsync(CancellationToken.None);
            await RunAsync();
        }
    }

    /// <summary>Takes one item of a share and does not come back with it.</summary>
    public async Task<TakenWork> TakeAsync(string share) =>
        Assert.Single(await store.TakeAsync(share, 1, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), CancellationToken.None));

    /// <summary>An item of a share is gone from the queue, and nobody does it.</summary>
    public async Task LoseWorkAsync(string share) => await store.CompleteAsync(await TakeAsync(share), CancellationToken.None);

    /// <summary>A backup of the store as it is now.</summary>
    public MemoryStore Backup() => store.Copy();

    /// <summary>The process dies, the store is restored, and another process begins on it.</summary>
    public async Task RestoreAsync(MemoryStore backup, DateTimeOffset takenAt)
    {
        var last = await Store.ReadAsync(StoreEpoch.Home, StoreEpoch.Key, CancellationToken.None);
        store.Restore(backup);
        await new StoreEpoch(StoreEpoch.Of(last).Number + 1, takenAt, Clock.GetUtcNow()).RaiseAsync(store, CancellationToken.None);
        Restart();
    }

    /// <summary>The process ends and another begins on the same store, with other mappings of the company's own.</summary>
    public void RestartWith(params MappingFile[] own)
    {
        context = ContextWith(own);
        Restart();
    }

    /// <summary>The process dies and another begins on the same store.</summary>
    public void Restart() => Hub = new Hub(context);

    public async Task<Lane> LaneAsync(LaneId id) => (await Store.LaneAsync(id, CancellationToken.None))!.Value.Value;

    public async Task<EffectState?> StateAsync(LaneId id) => (await LaneAsync(id)).Current?.State;

    public async Task<RecordHead?> HeadAsync(CanonicalId id) => (await Store.HeadAsync(id, CancellationToken.None))?.Value;

    public async Task<Delivery> DeliveryAsync(string eventId) =>
        (await Store.DeliveryAsync(new DeliveryId("shop", eventId), CancellationToken.None))!.Value.Value;

    public async Task<NoticeResult> ResultAsync(string eventId)
    {
        var delivery = await DeliveryAsync(eventId);
        return Assert.Single(delivery.Notices!.Value) ?? throw new InvalidOperationException("the notice is under way");
    }

    public Task<IReadOnlyList<DeadLetter>> LettersAsync() => Hub.DeadLettersAsync(100, CancellationToken.None);

    public async Task<IReadOnlyList<EffectState>> EndedAsync(LaneId id)
    {
        var rows = await Store.ReadManyAsync(Home.OfRecord(id.Record), "audit/effect/", 100, CancellationToken.None);
        return [.. rows.Select(row => Rows.Parse<AuditEntry>(row).Ended!.State)];
    }

    /// <summary>Hears what this hub alone counts: a tag of every count of an instrument.</summary>
    public MeterListener Listen(string instrument, string tag, List<string> heard)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (published, me) =>
            {
                if (published.Name == instrument && published.Meter.Scope == this)
                {
                    me.EnableMeasurementEvents(published);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, count, tags, _) =>
            {
                Assert.Equal(1, count);
                foreach (var (key, value) in tags)
                {
                    if (key == tag)
                    {
                        heard.Add((string)value!);
                    }
                }
            }
        );
        listener.Start();
        return listener;
    }

    public string Sent(int index) => Encoding.UTF8.GetString(Vendor.Sent[index].Body.Span);

    public void Dispose() => metrics.Dispose();

    private async Task DoAsync(TakenWork work)
    {
        switch (await Hub.ProcessAsync(work, CancellationToken.None))
        {
            case WorkOutcome.Later later:
                await store.PostponeAsync(work, later.Due, CancellationToken.None);
                break;
            default:
                await store.CompleteAsync(work, CancellationToken.None);
                break;
        }
    }

    private HubContext ContextWith(IReadOnlyList<MappingFile> own)
    {
        var loaded = MappingCatalog.Compile([.. HubFiles.Mappings, .. own], HubFile.CustomFields(hub));
        Assert.Empty(loaded.Errors);
        var facts = kinds.ToDictionary(one => one.Key, one => one.Value.Facts, StringComparer.Ordinal);
        var reading = HubFile.Parse("hub.yaml", hub, facts, new HashSet<string>(kinds.Keys, StringComparer.Ordinal), loaded.Catalog);
        Assert.Empty(reading.Errors);
        var options = reading.Options!;
        var gate = new SystemGate(options.Systems, options.Policy, Clock);
        var systems = options.Systems.Keys.ToDictionary(
            name => name,
            name => Connect(kinds[options.Systems[name].Kind], ContextOf(options, gate, name, random)),
            StringComparer.Ordinal
        );
        var router = new Router(options, loaded.Catalog, systems);
        return new HubContext(options, router, Store, gate, Clock, random, metrics, NullLogger.Instance);
    }

    private static ConnectedSystem Connect(IConnectorKind kind, ConnectorContext context) =>
        new(context.System, context.Entity, kind.Facts, kind.Create(context));

    private ConnectorContext ContextOf(HubOptions options, SystemGate gate, string name, Random random)
    {
        var system = options.Systems[name];
        return new ConnectorContext(system, options.Entities[system.Entity], new NoSecrets(), Vendor.Wire, Clock, random)
        {
            OnQuota = quota => gate.Quotas.Hear(name, quota),
        };
    }

    private sealed class NoSecrets : ISecrets
    {
        public string? Find(string reference) => null;
    }
}
