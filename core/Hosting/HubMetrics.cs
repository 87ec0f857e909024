using System.Diagnostics.Metrics;
using QtcHub.Connectors;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Webhooks;

namespace QtcHub.Hosting;

/// <summary>What the hub counts and measures, on the meter <c>QtcHub</c>. Tags are names of systems, rules and states, never ids.</summary>
public sealed class HubMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "QtcHub";

    /// <summary>The version of the names: raised when one of them changes its meaning.</summary>
    public const string Version = "1";

    /// <summary>Open letters are counted up to here.</summary>
    internal const int MostOpenLetters = 1000;

    private const long InOrder = 0;
    private const long Open = 1;
    private const long Paused = 2;
    private readonly Meter meter;
    private readonly Counter<long> webhooks;
    private readonly Counter<long> polled;
    private readonly Counter<long> notices;
    private readonly Counter<long> faults;
    private readonly Counter<long> effects;
    private readonly Counter<long> letters;
    private readonly Gauge<long> openLetters;
    private readonly LagHistogram lag;
    private Watched? watched;

    /// <summary>Makes the instruments; <paramref name="scope"/> tells one hub's meter from another's in the same process.</summary>
    public HubMetrics(object? scope = null)
    {
        meter = new Meter(MeterName, Version, null, scope);
        webhooks = meter.CreateCounter<long>("qtchub.webhooks", "{request}", "Webhook requests by the rule that decided.");
        polled = meter.CreateCounter<long>("qtchub.polled", "{delivery}", "Changes that polls found, by whether they were known.");
        notices = meter.CreateCounter<long>("qtchub.notices", "{notice}", "Notices taken in, by how they ended.");
        faults = meter.CreateCounter<long>("qtchub.faults", "{fault}", "Faults by what was decided about them.");
        effects = meter.CreateCounter<long>("qtchub.effects", "{step}", "Steps of effects through their states.");
        letters = meter.CreateCounter<long>("qtchub.dead_letters", "{letter}", "Dead letters written.");
        openLetters = meter.CreateGauge<long>("qtchub.dead_letters.open", "{letter}", "Open dead letters, counted up to 1000.");
        lag = new LagHistogram(meter);
        meter.CreateObservableGauge("qtchub.circuit", ObserveCircuits, "{state}", "0: in order; 1: unavailable; 2: paused.");
        meter.CreateObservableGauge(
            "qtchub.quota.left",
            () => ObserveQuotas(quota => quota.Left),
            "{call}",
            "Calls that the vendor still allows."
        );
        meter.CreateObservableGauge(
            "qtchub.quota.limit",
            () => ObserveQuotas(quota => quota.Limit),
            "{call}",
            "Calls that it allows in all."
        );
    }

    /// <summary>Whether anybody listens to the lag: it costs a read to tell.</summary>
    internal bool MeasuresLag => lag.IsHeard;

    /// <summary>Whether anybody listens to how many letters are open.</summary>
    internal bool MeasuresOpenLetters => openLetters.Enabled;

    /// <summary>A webhook request was answered.</summary>
    public void Received(string system, Receipt receipt) => webhooks.Add(1, new("system", system), new("rule", receipt.Rule));

    /// <inheritdoc />
    public void Dispose() => meter.Dispose();

    /// <summary>A poll found a change; <paramref name="isNew"/>: nobody had told of it.</summary>
    internal void Polled(string system, bool isNew) =>
        polled.Add(1, new("system", system), new("result", isNew ? "accepted" : "duplicate"));

    /// <summary>A notice came to its end.</summary>
    internal void Noticed(string system, NoticeResult result)
    {
        if (result.Rule is { } rule)
        {
            notices.Add(1, new("system", system), new("result", result.Kind.Name()), new("rule", rule));
        }
        else
        {
            notices.Add(1, new("system", system), new KeyValuePair<string, object?>("result", result.Kind.Name()));
        }
    }

    /// <summary>A fault was decided about.</summary>
    internal void Decided(string system, Fault fault, Disposition disposition) =>
        faults.Add(1, new("system", system), new("fault", fault.Name), new("disposition", disposition.Name));

    /// <summary>An effect took a step, e.g. <c>Due>InFlight</c>; counted when the audit tells of it, a taking together with what came of it.</summary>
    internal void Stepped(LaneId lane, string step)
    {
        if (effects.Enabled)
        {
            effects.Add(1, new("system", lane.Target), new("step", step), new("outcome", EffectOutcome.Of(step)));
        }
    }

    /// <summary>A dead letter was written.</summary>
    internal void DeadLettered(string system, string fault) => letters.Add(1, new("system", system), new("fault", fault));

    /// <summary>An effect was applied.</summary>
    internal void Applied(string target, TimeSpan since) => lag.Record(target, since);

    /// <summary>So many letters are open.</summary>
    internal void OpenLetters(int count) => openLetters.Record(count);

    /// <summary>From now on the circuits and quotas of these systems can be observed.</summary>
    internal void Watch(IEnumerable<string> systems, SystemGate gate) => watched = new Watched([.. systems], gate);

    private IEnumerable<Measurement<long>> ObserveCircuits()
    {
        if (watched is not var (systems, gate))
        {
            return [];
        }

        var troubles = gate.Troubles().ToDictionary(trouble => trouble.System, trouble => trouble.Trouble, StringComparer.Ordinal);
        return systems.Select(system => new Measurement<long>(
            StateOf(troubles.GetValueOrDefault(system)),
            new KeyValuePair<string, object?>("system", system)
        ));
    }

    /// <summary>Of a vendor that says nothing nothing is measured.</summary>
    private IEnumerable<Measurement<long>> ObserveQuotas(Func<Quota, long?> figure) =>
        from one in watched?.Gate.Quotas.Left() ?? []
        where figure(one.Quota) is not null
        select new Measurement<long>(figure(one.Quota)!.Value, new("system", one.System), new("quota", one.Quota.Name));

    private static long StateOf(string? trouble) =>
        trouble switch
        {
            null => InOrder,
            "paused" => Paused,
            _ => Open,
        };

    /// <summary>What an exporter observes while the hub runs: one reference, so that it never sees half of it.</summary>
    private sealed record Watched(IReadOnlyList<string> Systems, SystemGate Gate);
}
