using System.Diagnostics.Metrics;
using QtcHub.Hosting;

namespace QtcHub.Server.Hosting;

/// <summary>What the head counts besides the hub, on the same meter <c>QtcHub</c>.</summary>
internal sealed class HeadMeter : IDisposable
{
    private readonly Meter meter = new(HubMetrics.MeterName, HubMetrics.Version);
    private readonly Counter<long> work;
    private readonly Gauge<long> queue;

    public HeadMeter()
    {
        work = meter.CreateCounter<long>("qtchub.work", "{item}", "Work items by share and how they ended.");
        queue = meter.CreateGauge<long>("qtchub.queue", "{item}", "Work items that wait or are under way.");
    }

    /// <summary>Whether anybody listens to the queue's length.</summary>
    public bool MeasuresQueue => queue.Enabled;

    /// <summary>So many items wait or are under way.</summary>
    public void Queue(long length) => queue.Record(length);

    /// <summary>Counts a work item: <c>done</c>, <c>later</c> or <c>bug</c>.</summary>
    public void Work(string share, string end) =>
        work.Add(1, new KeyValuePair<string, object?>("share", share), new KeyValuePair<string, object?>("end", end));

    public void Dispose() => meter.Dispose();
}
