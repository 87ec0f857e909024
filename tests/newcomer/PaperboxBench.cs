using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Connectors;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Routing;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Paperbox;
using QtcHub.Stores.Memory;
using QtcHub.Webhooks;

namespace QtcHub.Tests.Newcomer;

/// <summary>The hub between two pretend Paperboxes, from the page's own configuration and mappings; the kind is found in this assembly.</summary>
internal sealed class PaperboxBench : IDisposable
{
    private const string Source = "paperbox-front";
    private const string Target = "paperbox-back";
    private const string WebhookSecret = "whsec_paper";

    private readonly MemoryStore store;
    private readonly HubMetrics metrics;
    private readonly Hub hub;
    private readonly SortedDictionary<string, PretendPaperbox> vendors = new(StringComparer.Ordinal);
    private readonly List<VendorHandler> wires = [];

    public PaperboxBench()
    {
        var kinds = ConnectorKinds.Scan(typeof(VendorHttp).Assembly, typeof(PaperboxBench).Assembly);
        var (found, errors) = Installation.Load(Path.Combine(AppContext.BaseDirectory, "newcomer", "hub.yaml"), kinds);
        Assert.Empty(errors);
        Installation = found!;
        var options = Installation.Options;
        metrics = new HubMetrics(this);
        store = new MemoryStore(Clock);
        var random = new Random(7);
        var gate = new SystemGate(options.Systems, options.Policy, Clock);
        var systems = options.Systems.Values.ToDictionary(system => system.Name, system => Connect(system, random), StringComparer.Ordinal);
        var router = new Router(options, Installation.Mappings, systems);
        hub = new Hub(new HubContext(options, router, store, gate, Clock, random, metrics, NullLogger.Instance));
    }

    public Installation Installation { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    public SortedDictionary<string, FaultDesk> Faults { get; } = new(StringComparer.Ordinal);

    public PretendPaperbox Front => vendors[Source];

    public PretendPaperbox Back => vendors[Target];

    public FaultDesk BackFaults => Faults[Target];

    /// <summary>What the source's last webhooks were answered; <paramref name="change"/> is what happens to each on its way.</summary>
    public async Task<IReadOnlyList<Receipt>> DeliverAsync(Func<WebhookRequest, WebhookRequest>? change = null)
    {
        var receipts = new List<Receipt>();
        foreach (var request in Front.TakeWebhooks())
        {
            using (request)
            {
                var sent = await ReadAsync(request);
                receipts.Add(await hub.ReceiveAsync(Source, change?.Invoke(sent) ?? sent, CancellationToken.None));
            }
        }

        return receipts;
    }

    /// <summary>Nobody delivers what the source has to tell.</summary>
    public void LoseWebhooks()
    {
        foreach (var request in Front.TakeWebhooks())
        {
            request.Dispose();
        }
    }

    /// <summary>Does the work that is due, without a poll, for a while.</summary>
    public async Task WorkAsync(TimeSpan time)
    {
        for (var end = Clock.GetUtcNow() + time; Clock.GetUtcNow() < end; Clock.Advance(TimeSpan.FromSeconds(5)))
        {
            while (await StepAsync()) { }
        }
    }

    /// <summary>Polls the source to the end of a round, and does the work that follows.</summary>
    public async Task PollAsync()
    {
        Clock.Advance(TimeSpan.FromMinutes(10));
        for (var page = 0; page < 20; page++)
        {
            Assert.Empty(await hub.PollDueAsync(CancellationToken.None));
        }

        await WorkAsync(TimeSpan.FromSeconds(5));
    }

    public Task<IReadOnlyList<DeadLetter>> LettersAsync() => hub.DeadLettersAsync(100, CancellationToken.None);

    public void Dispose()
    {
        metrics.Dispose();
        wires.ForEach(wire => wire.Dispose());
    }

    private async Task<bool> StepAsync()
    {
        var worked = false;
        foreach (var share in hub.Shares)
        {
            foreach (var work in await store.TakeAsync(share, 10, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), CancellationToken.None))
            {
                worked = true;
                await (
                    await InTimeAsync(hub.ProcessAsync(work, CancellationToken.None)) is WorkOutcome.Later later
                        ? store.PostponeAsync(work, later.Due, CancellationToken.None)
                        : store.CompleteAsync(work, CancellationToken.None)
                );
            }
        }

        return worked;
    }

    /// <summary>A call that waits before it is repeated waits on the bench's clock.</summary>
    private async Task<T> InTimeAsync<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(work, Task.Delay(1));
        }

        return await work;
    }

    private async Task<WebhookRequest> ReadAsync(HttpRequestMessage request)
    {
        var headers = request
            .Headers.Concat(request.Content!.Headers)
            .Select(header => (header.Key, Value: string.Join(',', header.Value)));
        return new WebhookRequest(
            headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value, StringComparer.Ordinal),
            await request.Content.ReadAsByteArrayAsync(),
            Clock.GetUtcNow()
        );
    }

    private ConnectedSystem Connect(SystemOptions system, Random random)
    {
        var (kind, entity) = (Installation.Kinds[system.Kind], Installation.Options.Entities[system.Entity]);
        var vendor = new PretendPaperbox(new VendorSetup(system.Name, Clock.GetUtcNow, entity.TimeZone, WebhookSecret));
        vendors[system.Name] = vendor;
        Faults[system.Name] = new FaultDesk();
        var wire = new VendorHandler(vendor, Faults[system.Name], Clock);
        wires.Add(wire);
        var context = new ConnectorContext(system, entity, new Secrets(vendor), wire, Clock, random);
        return new ConnectedSystem(system, entity, kind.Facts, kind.Create(context));
    }

    /// <summary>The secrets that the pretend vendor accepts.</summary>
    private sealed class Secrets(PretendPaperbox vendor) : ISecrets
    {
        public string? Find(string reference) =>
            reference.EndsWith("_API_KEY", StringComparison.Ordinal) ? vendor.Credentials["apiKey"] : WebhookSecret;
    }
}
