using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.NetSuite;

/// <summary>The account's accounting periods: whether a day's is open, and where a document would be posted if it is not.</summary>
internal sealed class NetSuitePeriods(NetSuiteCalls calls)
{
    /// <summary>How long a period that was open is believed to be. One that was closed meanwhile refuses the document.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromMinutes(5);

    private const int MostDays = 400;

    // Only what is open is remembered: a person who reopens a period and releases what is held must not be told that it is still closed.
    private readonly ConcurrentDictionary<DateOnly, DateTimeOffset> openUntil = new();

    /// <summary>What keeps a new document of a day from being posted; null where nothing is known to.</summary>
    public async Task<Fault?> RefusalAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var now = calls.Now;
        if (openUntil.TryGetValue(day, out var until) && now < until)
        {
            return null;
        }

        var queried = await calls.QueryAsync(NetSuiteRecords.PeriodsFrom(day), cancellationToken);
        if (!queried.TryGet(out var periods, out var fault))
        {
            // A role that may not see periods may still post: the vendor itself says whether it does.
            return fault is Fault.Rejected ? null : fault;
        }

        if (periods.Count == 0)
        {
            return null;
        }

        if (!IsOpen(periods[0]))
        {
            return Closed(day, periods);
        }

        Remember(day, now);
        return null;
    }

    /// <summary>The fault of a document that was refused because of its period.</summary>
    public async Task<Fault> ClosedAsync(DateOnly day, CancellationToken cancellationToken)
    {
        openUntil.TryRemove(day, out _);
        var queried = await calls.QueryAsync(NetSuiteRecords.PeriodsFrom(day), cancellationToken);
        return Closed(day, queried.TryGet(out var rows, out _) ? rows : []);
    }

    private static Fault.ClosedPeriod Closed(DateOnly day, List<JsonObject> periods)
    {
        var own = periods.Count > 0 ? NetSuiteRecords.Text(periods[0], "periodname") : null;
        var open = periods.Find(IsOpen);
        return new Fault.ClosedPeriod(own ?? $"{day:yyyy-MM}", open is null ? null : NetSuiteRecords.Text(open, "id"));
    }

    // A locked period still lets some roles in, but the hub's own is not known: it counts as closed.
    private static bool IsOpen(JsonObject period) =>
        Array.TrueForAll(["closed", "alllocked", "arlocked"], (string flag) => NetSuiteRecords.Text(period, flag) is "F" or null);

    private void Remember(DateOnly day, DateTimeOffset now)
    {
        if (openUntil.Count >= MostDays)
        {
            openUntil.Clear();
        }

        openUntil[day] = now + Believed;
    }
}
