using System.Diagnostics.Metrics;
using QtcHub.Ledger;
using QtcHub.Pipeline;
using QtcHub.Webhooks;

namespace QtcHub.Hosting;

/// <summary>What the hub counts, on the meter <c>QtcHub</c>. Tags are names of systems, rules and states, never ids.</summary>
public sealed class HubMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "QtcHub";

    private readonly Meter meter;
    private readonly Counter<long> webhooks;
    private readonly Counter<long> faults;
    private readonly Counter<long> effects;

    /// <summary>Makes the counters; <paramref name="scope"/> tells one hub's meter from another's in the same process.</summary>
    public HubMetrics(object? scope = null)
    {
        meter = new Meter(MeterName, "1", null, scope);
        webhooks = meter.CreateCounter<long>("qtchub.webhooks", "{request}", "Webhook requests by the rule that decided.");
        faults = meter.CreateCounter<long>("qtchub.faults", "{fault}", "Faults by what was decided about them.");
        effects = meter.CreateCounter<long>("qtchub.effects", "{step}", "Steps of effects through their states.");
    }

    /// <summary>A webhook request was answered.</summary>
    public void Received(string system, Receipt receipt) => webhooks.Add(1, new("system", system), new("rule", receipt.Rule));

    /// <summary>A fault was decided about.</summary>
    public void Decided(string system, Fault fault, Disposition disposition) =>
        faults.Add(1, new("system", system), new("fault", fault.Name), new("disposition", disposition.Name));

    /// <summary>An effect took a step, e.g. <c>Due>InFlight</c>; counted when the audit tells of it, a taking together with what came of it.</summary>
    public void Stepped(LaneId lane, string step) => effects.Add(1, new("system", lane.Target), new("step", step));

    /// <inheritdoc />
    public void Dispose() => meter.Dispose();
}
