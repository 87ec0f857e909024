using Microsoft.Extensions.Logging;
using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Routing;

namespace QtcHub.Hosting;

/// <summary>Joins a configuration with its connectors and a store.</summary>
public static class Wiring
{
    /// <summary>The context of a hub; what lives as long as the hub is kept in <paramref name="parts"/>.</summary>
    public static HubContext Connect(Connected with, Belongings parts, ILoggerFactory logs)
    {
        ArgumentNullException.ThrowIfNull(with);
        ArgumentNullException.ThrowIfNull(parts);
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
        var gate = new SystemGate(options.Systems, options.Policy, with.Time, with.Gate);
        var systems = options.Systems.Values.ToDictionary(
            system => system.Name,
            system =>
            {
                var (kind, entity) = (with.Installation.Kinds[system.Kind], options.Entities[system.Entity]);
                var context = new ConnectorContext(system, entity, with.Secrets, wire, with.Time, with.Random)
                {
                    OnQuota = quota => gate.Quotas.Hear(system.Name, quota),
                    IsTaken = type => options.Takes(system.Name, type),
                };
                var connector = kind.Create(context);
                return new ConnectedSystem(system, entity, kind.Facts, connector);
            },
            StringComparer.Ordinal
        );
        var router = new Router(options, with.Installation.Mappings, systems);
        var metrics = parts.Keep(new HubMetrics());
        return new HubContext(options, router, with.Store, gate, with.Time, with.Random, metrics, logs.CreateLogger("QtcHub"));
    }
}
