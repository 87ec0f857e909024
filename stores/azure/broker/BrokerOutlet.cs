using QtcHub.Ledger;

namespace QtcHub.Stores.Azure.Broker;

/// <summary>Sends committed work to a broker.</summary>
public sealed class BrokerOutlet(IWorkBroker broker, TimeProvider clock) : IWorkOutlet
{
    /// <inheritdoc />
    public Task<bool> SendAsync(IReadOnlyList<ScheduledWork> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = clock.GetUtcNow();
        return broker.SendAsync([.. work.Select(one => WorkMessage.Of(one, now))], cancellationToken);
    }
}
