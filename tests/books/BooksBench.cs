using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Routing;
using QtcHub.Sandbox;
using QtcHub.Stores.Memory;
using QtcHub.Tests.Books.Sales;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Books;

/// <summary>
/// A whole company: the shipped configuration with its routes, the real connectors and mappings, a pretend vendor behind each system. Webhooks travel when a
/// test lets them; work is done when time passes.
/// </summary>
internal sealed class BooksBench : IDisposable
{
    private const string WebhookSecret = "whsec_books";
    private readonly MemoryStore store;
    private readonly HubMetrics metrics;
    private readonly HubContext hubContext;
    private readonly SortedDictionary<string, IPretendVendor> vendors = new(StringComparer.Ordinal);
    private readonly List<HttpMessageHandler> wires = [];

    public BooksBench(string stack = "books.yaml", Func<string, string>? edit = null)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "stacks", stack);
        if (edit is not null)
        {
            var edited = Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetRandomFileName()}.yaml");
            File.WriteAllText(edited, edit(File.ReadAllText(path)));
            path = edited;
        }

        var kinds = new SortedDictionary<string, IConnectorKind>(StringComparer.Ordinal) { [Desk.Name] = Desk };
        foreach (var (name, kind) in ConnectorKinds.Scan(typeof(VendorHttp).Assembly))
        {
            kinds.Add(name, kind);
        }

        var (installation, errors) = Installation.Load(path, kinds);
        Assert.Empty(errors);
        var options = installation!.Options;
        metrics = new HubMetrics(this);
        store = new MemoryStore(Clock);
        var random = new Random(7);
        var gate = new SystemGate(options.Systems, options.Policy, Clock);
        var systems = options.Systems.Values.ToDictionary(
            system => system.Name,
            system => Connect(system, installation, random),
            StringComparer.Ordinal
        );
        var router = new Router(options, installation.Mappings, systems);
        hubContext = new HubContext(options, router, store, gate, Clock, random, metrics, NullLogger.Instance);
        Hub = new Hub(hubContext);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 17, 0, 0, TimeSpan.Zero));

    public Hub Hub { get; private set; }

    /// <summary>The sales desk, where the stack has one.</summary>
    public SalesDesk Desk { get; } = new();

    public IHubStore Store => store;

    /// <summary>The faults to come of each system, by its name.</summary>
    public SortedDictionary<string, FaultDesk> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>The requests by which the hub has written to each system, or asked it in a body: method and path, in order.</summary>
    public SortedDictionary<string, List<string>> Sent { get; } = new(StringComparer.Ordinal);

    public IPretendVendor Vendor(string system) => vendors[system];

    /// <summary>What a system holds, by its own account.</summary>
    public Book Book(string system) => vendors[system].Book();

    /// <summary>Delivers every webhook that a system has made, in order, or none of them.</summary>
    public async Task DeliverAsync(string system, bool lost = false)
    {
        foreach (var request in vendors[system].TakeWebhooks())
        {
            using (request)
            {
                if (!lost)
                {
                    await SendAsync(system, request);
                }
            }
        }
    }

    /// <summary>Lets time pass: webhooks arrive, sources are polled, work is done.</summary>
    public async Task PassAsync(TimeSpan? time = null)
    {
        const int Steps = 12;
        var step = (time ?? TimeSpan.FromMinutes(10)) / Steps;
        for (var at = 0; at < Steps; at++)
        {
            Clock.Advance(step);
            foreach (var system in vendors.Keys)
            {
                await DeliverAsync(system);
            }

            Assert.Empty(await Hub.PollDueAsync(CancellationToken.None));
            await WorkAsync();
            await Hub.SweepAsync(CancellationToken.None);
            await WorkAsync();
        }
    }

    public MemoryStore Backup() => store.Copy();

    /// <summary>The process dies, the store is restored, and another process begins on it.</summary>
    public async Task RestoreAsync(MemoryStore backup, DateTimeOffset takenAt)
    {
        var last = await Store.ReadAsync(StoreEpoch.Home, StoreEpoch.Key, CancellationToken.None);
        store.Restore(backup);
        await new StoreEpoch(StoreEpoch.Of(last).Number + 1, takenAt, Clock.GetUtcNow()).RaiseAsync(store, CancellationToken.None);
        Restart();
    }

    /// <summary>The process dies and another begins on the same store.</summary>
    public void Restart() => Hub = new Hub(hubContext);

    public Task<IReadOnlyList<DeadLetter>> LettersAsync() => Hub.DeadLettersAsync(100, CancellationToken.None);

    /// <summary>The canonical record of a system's record.</summary>
    public async Task<CanonicalRecord> RecordAsync(string system, RecordType type, string externalType, string externalId)
    {
        var id = await store.ClaimedAsync(system, externalType, externalId, CancellationToken.None);
        Assert.NotNull(id);
        var head = await store.HeadAsync(id.Value, CancellationToken.None);
        var content = await store.ContentAsync(id.Value, head!.Value.Value.Revision, CancellationToken.None);
        return CanonicalJson.Read(type, content.Span).Value;
    }

    public void Dispose()
    {
        metrics.Dispose();
        wires.ForEach(wire => wire.Dispose());
        foreach (var vendor in vendors.Values.OfType<IDisposable>())
        {
            vendor.Dispose();
        }
    }

    public async Task WorkAsync()
    {
        for (var round = 0; round < 500; round++)
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

    private Task DoAsync(TakenWork work, WorkOutcome outcome) =>
        outcome is WorkOutcome.Later later
            ? store.PostponeAsync(work, later.Due, CancellationToken.None)
            : store.CompleteAsync(work, CancellationToken.None);

    private async Task DoAsync(TakenWork work) => await DoAsync(work, await Hub.ProcessAsync(work, CancellationToken.None));

    private async Task SendAsync(string system, HttpRequestMessage request)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in request.Headers.Concat(request.Content!.Headers))
        {
            headers[header.Key.ToLowerInvariant()] = string.Join(',', header.Value);
        }

        var body = await request.Content.ReadAsByteArrayAsync();
        var address = request.RequestUri?.OriginalString ?? "";
        var query = address.Contains('?', StringComparison.Ordinal) ? address[address.IndexOf('?', StringComparison.Ordinal)..] : "";
        var webhook = new WebhookRequest(headers, body, Clock.GetUtcNow()) { Query = query };
        var receipt = await Hub.ReceiveAsync(system, webhook, CancellationToken.None);
        Assert.True(receipt.Kind is ReceiptKind.Accepted or ReceiptKind.Duplicate, $"{system}: {receipt.Kind}");
    }

    private ConnectedSystem Connect(SystemOptions system, Installation installation, Random random)
    {
        var (kind, entity) = (installation.Kinds[system.Kind], installation.Options.Entities[system.Entity]);
        if (kind == Desk)
        {
            return new ConnectedSystem(system, entity, kind.Facts, Desk.Connector);
        }

        var setup = new VendorSetup(system.Name, Clock.GetUtcNow, entity.TimeZone, kind.Facts.WebhookSecret is null ? null : WebhookSecret);
        var vendor = PretendVendors.Make(system.Kind, setup);
        Assert.NotNull(vendor);
        vendors[system.Name] = vendor;
        Faults[system.Name] = new FaultDesk();
        var wire = new VendorHandler(vendor, Faults[system.Name], Clock);
        wires.Add(wire);
        Sent[system.Name] = [];
        var watched = new WatchedWire(wire, Sent[system.Name]);
        wires.Add(watched);
        var context = new ConnectorContext(system, entity, new Secrets(system, vendor), watched, Clock, random)
        {
            IsTaken = type => installation.Options.Takes(system.Name, type),
        };
        return new ConnectedSystem(system, entity, kind.Facts, kind.Create(context));
    }

    /// <summary>Keeps what is sent, but for what is only read.</summary>
    private sealed class WatchedWire(HttpMessageHandler wire, List<string> sent) : DelegatingHandler(wire)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Get)
            {
                sent.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            }

            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>The secrets that the pretend vendor accepts, under the references of the configuration.</summary>
    private sealed class Secrets(SystemOptions system, IPretendVendor vendor) : ISecrets
    {
        public string? Find(string reference) =>
            system.Credentials.FirstOrDefault(pair => pair.Value == reference).Key is { } name
                ? vendor.Credentials.GetValueOrDefault(name) ?? WebhookSecret
                : null;
    }
}
