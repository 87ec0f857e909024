using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Routing;

namespace QtcHub.Server.Hosting;

/// <summary>Joins a configuration with its connectors and a store.</summary>
internal static class Wiring
{
    public static HubContext Connect(Connected with, Belongings parts, ILoggerFactory logs)
    {
        var wire = parts.Keep(
            new SocketsHttpHandler
            {
                UseCookies = false,
                // A vendor is not told which trace it is called from.
                ActivityHeadersPropagator = null,
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
                var connector = kind.Create(new ConnectorContext(system, entity, with.Secrets, wire, with.Time, Random.Shared));
                return new ConnectedSystem(system, entity, kind.Facts, connector);
            },
            StringComparer.Ordinal
        );
        var router = new Router(options, with.Installation.Mappings, systems);
        var gate = new SystemGate(options.Systems, options.Policy, with.Time, with.Gate);
        var metrics = parts.Keep(new HubMetrics());
        return new HubContext(options, router, with.Store, gate, with.Time, Random.Shared, metrics, logs.CreateLogger("QtcHub"));
    }
}

/// <summary>What the hub's context is made from.</summary>
internal sealed record Connected(HubOptions Options, Installation Installation, ISecrets Secrets, IHubStore Store, TimeProvider Time)
{
    /// <summary>The rows by which processes that share the store hold limits together; null where this one is alone.</summary>
    public SharedGate? Gate { get; init; }
}

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
