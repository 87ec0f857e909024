using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Routing;
using QtcHub.Server.Control;
using QtcHub.Server.Sandbox;
using QtcHub.Server.Webhooks;
using QtcHub.Stores.Sqlite;
using QtcHub.Telemetry;

namespace QtcHub.Server.Hosting;

/// <summary>The one-process head: Kestrel, the store, the pumps and the timers, put together.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownLimit = HubWorker.Grace + TimeSpan.FromSeconds(5);
    private readonly WebApplication app;
    private readonly Belongings owned;
    private readonly Doors doors;

    private HubServer(WebApplication app, HeadStore store, Doors doors, Belongings owned)
    {
        (this.app, this.owned, this.doors, Store, Fleet) = (app, owned, doors, store, doors.Fleet);
        Hub = app.Services.GetRequiredService<Hub>();
    }

    /// <summary>The hub.</summary>
    public Hub Hub { get; }

    /// <summary>Its store and queue.</summary>
    public HeadStore Store { get; }

    /// <summary>The pretend vendors, with a sandbox.</summary>
    public SandboxFleet? Fleet { get; }

    /// <summary>Whether the store has failed.</summary>
    public bool StoreHasFailed => app.Services.GetRequiredService<StoreWatch>().HasFailed;

    /// <summary>A part of the server as it was put together, or null where it has none such.</summary>
    internal T? Part<T>()
        where T : class => app.Services.GetService<T>();

    /// <summary>Puts a server together. Throws <see cref="StoreRefusedException"/> or <see cref="SandboxRefusedException"/>.</summary>
    public static async Task<HubServer> BuildAsync(
        Installation installation,
        ServeSettings settings,
        ISecrets given,
        CancellationToken cancellationToken,
        Func<IHubStore, IHubStore>? around = null
    )
    {
        var clock = new SteadyClock(settings.Time);
        // The fleet's journals lie in the folder that the store's lock guards.
        var store = await HeadStore.OpenAsync(installation.Options.Store, settings, clock, given, cancellationToken);
        return Build(installation, settings, given, new Opened(store, around?.Invoke(store.Rows) ?? store.Rows, clock));
    }

    private static HubServer Build(Installation installation, ServeSettings settings, ISecrets given, Opened opened)
    {
        var (store, rows, clock) = opened;
        var parts = new Belongings();
        parts.Keep(store);
        var fleet = settings.Sandbox ? parts.Keep(NewFleet(settings)) : null;
        var options =
            fleet?.Stand(installation.Options, installation.Kinds, given, settings.Urls[0], settings.Time) ?? installation.Options;
        var secrets = fleet?.Secrets(given) ?? given;
        SystemNames.Write(settings.Data, options, installation.Kinds);
        var builder = NewBuilder(settings);
        HubTelemetry.Add(builder, settings.Telemetry, options.Name);
        var board = parts.Keep(new WakeBoard());
        var connected = new Connected(options, installation, secrets, new WakingStore(rows, board.Wake), clock, Random.Shared)
        {
            Gate = store.Gate(rows),
        };
        builder
            .Services.AddSingleton<HeadMeter>()
            .AddSingleton<StoreWatch>()
            .AddSingleton<WebhookEndpoint>()
            .AddSingleton(store.Queue)
            .AddSingleton(store)
            .AddSingleton(clock)
            .AddSingleton(board);
        builder.Services.AddSingleton(provider => Wiring.Connect(connected, parts, provider.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton<Hub>().AddSingleton<HealthEndpoint>().AddSingleton<HeadParts>();
        if (!settings.Paused)
        {
            builder.Services.AddHostedService<HubWorker>();
        }

        var built = builder.Build();
        if (store.Embedded is { } embedded)
        {
            _ = built.Services.GetRequiredService<StoreWatch>().WatchAsync(embedded.Failed);
        }

        MapEndpoints(built, fleet, settings, parts);
        var control = parts.Keep(new ControlChannel(settings.Data));
        control.Map(built);
        WarnOfMissingSecrets(built, installation, options, secrets);
        return new HubServer(built, store, new Doors(settings, fleet, control), parts);
    }

    /// <summary>Starts listening and working.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await app.StartAsync(cancellationToken);
        var ports = doors.Settings.Urls.Select(url => url.Port).ToList();
        doors.Control.Open(app.Urls.Select(url => new Uri(url)).First(url => url.IsLoopback && !ports.Contains(url.Port)));
    }

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
        builder.WebHost.UseUrls([.. settings.Urls.Select(url => url.ToString()), ControlChannel.Address]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownLimit);
        builder.Logging.ClearProviders();
        // Standard output belongs to what was asked for.
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("QtcHub", settings.Verbose ? LogLevel.Information : LogLevel.Warning);
        // Its entries quote exceptions whole, and those may quote content; Boundary tells of them by type.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);
        // What ends the start is told once, by the command, in words.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        return builder;
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

/// <summary>The ways into a server: its addresses, its pretend vendors, its control channel.</summary>
internal sealed record Doors(ServeSettings Settings, SandboxFleet? Fleet, ControlChannel Control);

/// <summary>A store that was opened: as the head holds it, as the hub sees it, and the clock that goes with it.</summary>
internal sealed record Opened(HeadStore Store, IHubStore Rows, SteadyClock Clock);
