using Microsoft.Extensions.Logging;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Routing;

namespace QtcHub.Hosting;

/// <summary>What every step of the hub works with.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Router">Systems, routes and mappings.</param>
/// <param name="Store">The durable store.</param>
/// <param name="Gate">Circuits and budgets.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">The seeded source of jitter.</param>
/// <param name="Metrics">What is counted.</param>
/// <param name="Log">Where log events go.</param>
public sealed record HubContext(
    HubOptions Options,
    Router Router,
    IHubStore Store,
    SystemGate Gate,
    TimeProvider Time,
    Random Random,
    HubMetrics Metrics,
    ILogger Log
)
{
    /// <summary>The current instant.</summary>
    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>What to do about faults.</summary>
    public PolicyOptions Policy => Options.Policy;

    /// <summary>Decides about a fault met with a system, and counts it.</summary>
    public Disposition Decide(string system, Fault fault, int attempt)
    {
        var disposition = Recoverability.Decide(fault, attempt, Policy);
        Metrics.Decided(system, fault, disposition);
        return disposition;
    }
}
