using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
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
    private readonly WebApplication app;
    private readonly Belongings owned;

    private HubServer(WebApplication app, SqliteStore store, SandboxFleet? fleet, Belongings owned)
    {
        (this.app, this.owned, Store, Fleet) = (app, owned, store, fleet);
        Hub = app.Services.GetRequiredService<Hub>();
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
    public static HubServer Build(Installation installation, ServeSettings settings, ISecrets given)
    {
        var parts = new Belongings();
        // The fleet's journals lie in the folder that the store's lock guards.
        var store = parts.Keep(SqliteStore.Open(settings.Data, TimeProvider.System));
        var fleet = settings.Sandbox ? parts.Keep(NewFleet(settings)) : null;
        var options =
            fleet?.Stand(installation.Options, installation.Kinds, given, settings.Urls[0], TimeProvider.System) ?? installation.Options;
        var secrets = fleet?.Secrets(given) ?? given;
        SystemNames.Write(settings.Data, options, installation.Kinds);
        var builder = NewBuilder(settings);
        var board = parts.Keep(new WakeBoard());
        var connected = new Connected(options, installation, secrets, new WakingStore(store, board.Wake));
        builder
            .Services.AddSingleton<HeadMeter>()
            .AddSingleton<StoreWatch>()
            .AddSingleton<WebhookEndpoint>()
            .AddSingleton<IWorkQueue>(store)
            .AddSingleton(board);
        builder.Services.AddSingleton(provider => Connect(connected, parts, provider.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton<Hub>().AddSingleton<HealthEndpoint>().AddSingleton<HeadParts>().AddHostedService<HubWorker>();
        var built = builder.Build();
        _ = built.Services.GetRequiredService<StoreWatch>().WatchAsync(store.Failed);
        MapEndpoints(built, fleet, settings, parts);
        WarnOfMissingSecrets(built, installation, options, secrets);
        return new HubServer(built, store, fleet, parts);
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
        await owned.DisposeAsync();
    }

    private static SandboxFleet NewFleet(ServeSettings settings) =>
        settings.FirstPublic() is { } reachable
            ? throw new SandboxRefusedException(
                $"the sandbox listens on loopback addresses only, and {reachable} is none. Fix: use http://127.0.0.1:5080"
            )
            : new SandboxFleet(settings.Data);

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

    private static HubContext Connect(Connected with, Belongings parts, ILoggerFactory logs)
    {
        var wire = parts.Keep(
            new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        );
        var options = with.Options;
        var systems = options.Systems.Values.ToDictionary(
            system => system.Name,
            system =>
            {
                var (kind, entity) = (with.Installation.Kinds[system.Kind], options.Entities[system.Entity]);
                var connector = kind.Create(new ConnectorContext(system, entity, with.Secrets, wire, TimeProvider.System, Random.Shared));
                return new ConnectedSystem(system, entity, kind.Facts, connector);
            },
            StringComparer.Ordinal
        );
        var router = new Router(options, with.Installation.Mappings, systems);
        var gate = new SystemGate(options.Systems, options.Policy, TimeProvider.System);
        var metrics = parts.Keep(new HubMetrics());
        return new HubContext(options, router, with.Store, gate, TimeProvider.System, Random.Shared, metrics, logs.CreateLogger("QtcHub"));
    }

    private static void MapEndpoints(WebApplication app, SandboxFleet? fleet, ServeSettings settings, Belongings parts)
    {
        app.Use(Boundary.GuardAsync);
        app.MapPost("/webhooks/{system}", app.Services.GetRequiredService<WebhookEndpoint>().HandleAsync);
        app.MapGet("/health", app.Services.GetRequiredService<HealthEndpoint>().HandleAsync);
        if (fleet is not null)
        {
            SandboxEndpoints.Map(app, fleet, parts.Keep(new WebhookSender(settings.Urls[0])));
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

/// <summary>What the hub's context is made from.</summary>
internal sealed record Connected(HubOptions Options, Installation Installation, ISecrets Secrets, IHubStore Store);

/// <summary>What a server owns; the last kept goes first.</summary>
internal sealed class Belongings : IAsyncDisposable
{
    private readonly Stack<object> kept = new();

    /// <summary>Keeps a part until the end.</summary>
    public T Keep<T>(T part)
        where T : class
    {
        kept.Push(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        while (kept.TryPop(out var part))
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
}
