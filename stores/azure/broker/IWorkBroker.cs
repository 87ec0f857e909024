namespace QtcHub.Stores.Azure.Broker;

/// <summary>A broker that delivers each message at least once, at its due time or later, in any order.</summary>
public interface IWorkBroker
{
    /// <summary>
    /// Hands messages over, durably, each to its queue; false where the broker did not take them all. Those that it took come twice when they are handed over
    /// again, which is harmless.
    /// </summary>
    Task<bool> SendAsync(IReadOnlyList<WorkMessage> messages, CancellationToken cancellationToken);
}
