using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Pipeline;

namespace QtcHub.Hosting;

/// <summary>What a hub's context is made from.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Installation">Its mappings and connector kinds.</param>
/// <param name="Secrets">Where credentials come from.</param>
/// <param name="Store">The durable store.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">The source of jitter and nonces.</param>
public sealed record Connected(
    HubOptions Options,
    Installation Installation,
    ISecrets Secrets,
    IHubStore Store,
    TimeProvider Time,
    Random Random
)
{
    /// <summary>The rows by which processes that share the store hold limits together; null where this one is alone.</summary>
    public SharedGate? Gate { get; init; }
}
