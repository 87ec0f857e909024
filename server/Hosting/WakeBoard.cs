using System.Collections.Frozen;

namespace QtcHub.Server.Hosting;

/// <summary>One signal per share of the work queue, given when work for it became durable.</summary>
internal sealed class WakeBoard(IEnumerable<string> shares) : IDisposable
{
    private readonly FrozenDictionary<string, Signal> signals = shares.ToFrozenDictionary(share => share, _ => new Signal(), StringComparer.Ordinal);

    public Signal Of(string share) => signals[share];

    public void Wake(string share)
    {
        // Work of a share that nobody pumps is found when its system is configured again.
        if (signals.TryGetValue(share, out var signal))
        {
            signal.Give();
        }
    }

    public void Dispose()
    {
        foreach (var signal in signals.Values)
        {
            signal.Dispose();
        }
    }
}
