using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Pipeline;
using QtcHub.Routing;
using QtcHub.Server.Sandbox;
using QtcHub.Server.Webhooks;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Hosting;

/// <summary>The one-process head: Kestrel, the store, the pumps and the timers, put together.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownLimit = HubWorker.Grace + TimeSpan.FromSeconds(5);
    private readonly Stack<object> owned;
    private readonly WebApplication app;

    private HubServer(WebApplication app, Hub hub, SqliteStore store, SandboxFleet? fleet, Stack<object> owned)
    {
        (this.app, Hub, Store, Fleet, this.owned) = (app, hub, store, fleet, owned);
    }

    /// <summary>The hub.</summary>
    public Hub Hub { get; }

    /// <summary>Its store and queue.</summary>
    public SqliteStore Store { get; }

    /// <summary>The pretend vendors, with a sandbox.</summary>
    public SandboxFleet? Fleet { get; }

    /// <summary>Whether the store has failed.</summary>
    public bool StoreHasFailed => app.Services.GetRequiredService<StoreWatch>().HasFailed;

    /// <summary>Puts a server together. Throws <see cref="StoreRefusedException"/> or <see cref="SandboxRefusedException"/>.</summary>
    public static HubServer Build(Installation installation, ServeSettings settings, ISecrets secrets)
    {
        var owned = new Stack<object>();
        var (options, fleet) = Stand(installation, settings, ref secrets, owned);
        var store = SqliteStore.Open(settings.Data, TimeProvider.System);
        owned.Push(store);
        SystemNames.Write(settings.Data, options, installation.Kinds);
        var waking = new WakingStore(store);
        var builder = NewBuilder(settings);
        builder.Services.AddSingleton<HeadMeter>().AddSingleton<StoreWatch>().AddSingleton<WebhookEndpoint>();
        builder.Services.AddSingleton(provider =>
            Connect(options, installation, secrets, waking, owned, provider.GetRequiredService<ILoggerFactory>())
        );
        builder.Services.AddSingleton<Hub>();
        builder.Services.AddHostedService(provider => NewWorker(provider, waking, store, owned));
        var app = builder.Build();
        var hub = app.Services.GetRequiredService<Hub>();
        MapEndpoints(app, fleet, settings, store, owned);
        WarnOfMissingSecrets(app, installation, options, secrets);
        return new HubServer(app, hub, store, fleet, owned);
    }

    /// <summary>Starts listening and working.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);

    /// <summary>Waits until the process is asked to stop, then stops in order.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Stops in order.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        while (owned.TryPop(out var part))
        {
            if (part is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else
            {
                (part as IDisposable)?.Dispose();
            }
        }
    }

    private static (HubOptions Options, SandboxFleet? Fleet) Stand(
        Installation installation,
        ServeSettings settings,
        ref ISecrets secrets,
        Stack<object> owned
    )
    {
        if (!settings.Sandbox)
        {
            return (installation.Options, null);
        }

        if (settings.FirstPublic() is { } reachable)
        {
            throw new SandboxRefusedException($"the sandbox listens on loopback addresses only, and {reachable} is none");
        }

        var fleet = new SandboxFleet();
        owned.Push(fleet);
        var options = fleet.Stand(installation.Options, installation.Kinds, secrets, settings.Urls[0], TimeProvider.System);
        secrets = fleet.Secrets(secrets);
        return (options, fleet);
    }

    private static WebApplicationBuilder NewBuilder(ServeSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls([.. settings.Urls.Select(url => url.ToString())]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownLimit);
        builder.Logging.ClearProviders();
        // Standard output belongs to what was asked for.
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("QtcHub", settings.Verbose ? LogLevel.Information : LogLevel.Warning);
        // Its entries quote exceptions whole, and those may quote content; Boundary tells of them by type.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);
        return builder;
    }

    private static HubContext Connect(
        HubOptions options,
        Installation installation,
        ISecrets secrets,
        WakingStore store,
        Stack<object> owned,
        ILoggerFactory logs
    )
    {
        var wire = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        owned.Push(wire);
        var systems = options.Systems.Values.ToDictionary(
            system => system.Name,
            system =>
            {
                var (kind, entity) = (installation.Kinds[system.Kind], options.Entities[system.Entity]);
                var connector = kind.Create(new ConnectorContext(system, entity, secrets, wire, TimeProvider.System, Random.Shared));
                return new ConnectedSystem(system, entity, kind.Facts, connector);
            },
            StringComparer.Ordinal
        );
        var router = new Router(options, installation.Mappings, systems);
        var gate = new SystemGate(options.Systems, options.Policy, TimeProvider.System);
        return new HubContext(options, router, store, gate, TimeProvider.System, Random.Shared, logs.CreateLogger("QtcHub"));
    }

    private static HubWorker NewWorker(IServiceProvider provider, WakingStore waking, SqliteStore store, Stack<object> owned)
    {
        var hub = provider.GetRequiredService<Hub>();
        var board = new WakeBoard(hub.Shares);
        owned.Push(board);
        waking.Enqueued += board.Wake;
        var watch = provider.GetRequiredService<StoreWatch>();
        _ = watch.WatchAsync(store.Failed);
        var head = new HeadParts(watch, provider.GetRequiredService<HeadMeter>(), provider.GetRequiredService<ILogger<HubWorker>>());
        return new HubWorker(provider.GetRequiredService<HubContext>(), hub, store, board, head);
    }

    private static void MapEndpoints(WebApplication app, SandboxFleet? fleet, ServeSettings settings, SqliteStore store, Stack<object> owned)
    {
        app.Use(Boundary.GuardAsync);
        var webhooks = app.Services.GetRequiredService<WebhookEndpoint>();
        app.MapPost("/webhooks/{system}", webhooks.HandleAsync);
        var health = new HealthEndpoint(app.Services.GetRequiredService<HubContext>(), store, app.Services.GetRequiredService<StoreWatch>());
        app.MapGet("/health", health.HandleAsync);
        if (fleet is not null)
        {
            var sender = new WebhookSender(settings.Urls[0]);
            owned.Push(sender);
            SandboxEndpoints.Map(app, fleet, sender);
        }
    }

    private static void WarnOfMissingSecrets(WebApplication app, Installation installation, HubOptions options, ISecrets secrets)
    {
        var log = app.Services.GetRequiredService<ILogger<HubServer>>();
        foreach (var system in options.Systems.Values)
        {
            if (
                installation.Kinds[system.Kind].Facts.WebhookSecret is { } name
                && (!system.Credentials.TryGetValue(name, out var reference) || secrets.Find(reference) is null)
            )
            {
                HeadLog.WebhookSecretMissing(log, system.Name);
            }
        }
    }
}
