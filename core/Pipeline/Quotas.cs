using QtcHub.Connectors;

namespace QtcHub.Pipeline;

/// <summary>
/// What each vendor said last of the calls that it still allows. It is measured and decides nothing: a vendor whose quota is used up says so by refusing, and then
/// names the time to come back. What other programs take from the same quota is in the vendor's figure, so processes need not add theirs up.
/// </summary>
public sealed class Quotas(TimeProvider time)
{
    /// <summary>What was heard longer ago tells nothing of now.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (string System, Quota Quota, DateTimeOffset At)> heard = new(StringComparer.Ordinal);

    /// <summary>A vendor has told what is left.</summary>
    public void Hear(string system, Quota quota)
    {
        ArgumentNullException.ThrowIfNull(quota);
        lock (gate)
        {
            heard[$"{system}/{quota.Name}"] = (system, quota, time.GetUtcNow());
        }
    }

    /// <summary>What is left by the last word of each system's vendor; a system whose vendor has said nothing, or long ago, is not listed.</summary>
    public IReadOnlyList<(string System, Quota Quota)> Left()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            return
            [
                .. heard
                    .Values.Where(one => now - one.At < Life && (one.Quota.Until is not { } until || until > now))
                    .Select(one => (one.System, one.Quota)),
            ];
        }
    }
}
