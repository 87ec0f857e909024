using System.Collections.Concurrent;

namespace QtcHub.Server.Hosting;

/// <summary>One signal per share of the work queue, given when work for it became durable.</summary>
internal sealed class WakeBoard : IDisposable
{
    private readonly ConcurrentDictionary<string, Signal> signals = new(StringComparer.Ordinal);

    /// <summary>The signal of a share.</summary>
    public Signal Of(string share) => signals.GetOrAdd(share, static _ => new Signal());

    /// <summary>Rings for a share, whether or not anybody pumps it yet.</summary>
    public void Wake(string share) => Of(share).Give();

    public void Dispose()
    {
        foreach (var signal in signals.Values)
        {
            signal.Dispose();
        }
    }
}
