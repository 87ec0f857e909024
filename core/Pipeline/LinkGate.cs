using System.Collections.Concurrent;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Routing;

namespace QtcHub.Pipeline;

/// <summary>Whether a route may write to a target yet: one that starts by link may once its records there are linked, and from then on.</summary>
public sealed class LinkGate
{
    private readonly ConcurrentDictionary<(string From, RecordType Record, string Target), bool> open = new();
    private readonly IHubStore store;

    internal LinkGate(HubContext hub) => store = hub.Store;

    /// <summary>Whether a store says so.</summary>
    public static async Task<bool> IsOpenAsync(IHubStore store, RouteOptions route, string target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(route);
        return !route.StartsByLink
            || await store.ReadAsync(HomeOf(route.From, route.Record), Rows.OpeningPrefix + target, cancellationToken) is not null;
    }

    /// <summary>What opens it, and what a linking reports, lie here.</summary>
    internal static Home HomeOf(string from, RecordType record) => Home.OfJob($"link-{from}-{record}");

    internal async Task<bool> IsOpenAsync(Route route, string target, CancellationToken cancellationToken)
    {
        if (!route.Options.StartsByLink)
        {
            return true;
        }

        var key = (route.Options.From, route.Options.Record, target);
        if (!open.ContainsKey(key) && await IsOpenAsync(store, route.Options, target, cancellationToken))
        {
            open[key] = true;
        }

        return open.ContainsKey(key);
    }
}
