using System.Diagnostics.Metrics;
using QtcHub.Hosting;

namespace QtcHub.Server.Hosting;

/// <summary>What the head counts besides the hub, on the same meter <c>QtcHub</c>.</summary>
internal sealed class HeadMeter : IDisposable
{
    private readonly Meter meter = new(HubMetrics.MeterName);
    private readonly Counter<long> work;

    public HeadMeter() => work = meter.CreateCounter<long>("qtchub.work", "{item}", "Work items by share and how they ended.");

    /// <summary>Counts a work item: <c>done</c>, <c>later</c> or <c>bug</c>.</summary>
    public void Work(string share, string end) =>
        work.Add(1, new KeyValuePair<string, object?>("share", share), new KeyValuePair<string, object?>("end", end));

    public void Dispose() => meter.Dispose();
}
