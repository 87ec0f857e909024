using System.Diagnostics.Metrics;
using QtcHub.Hosting;

namespace QtcHub.Server.Hosting;

/// <summary>What the head counts besides the hub, on the same meter <c>QtcHub</c>.</summary>
internal sealed class HeadMeter : IDisposable
{
    private readonly Meter meter = new(HubMetrics.MeterName, HubMetrics.Version);
    private readonly Counter<long> work;
    private readonly Gauge<long> queue;
    private long begun;
    private long ended;
    private long done;

    public HeadMeter()
    {
        work = meter.CreateCounter<long>("qtchub.work", "{item}", "Work items by share and how they ended.");
        queue = meter.CreateGauge<long>("qtchub.queue", "{item}", "Work items that wait or are under way.");
    }

    /// <summary>Whether anybody listens to the queue's length.</summary>
    public bool MeasuresQueue => queue.Enabled;

    /// <summary>How often somebody has looked for work or begun with it.</summary>
    public long Begun => Interlocked.Read(ref begun);

    /// <summary>Whether nobody looks for work and none is under way.</summary>
    public bool IsIdle => Interlocked.Read(ref ended) == Begun;

    /// <summary>How many work items have been done.</summary>
    public long Done => Interlocked.Read(ref done);

    /// <summary>So many items wait or are under way.</summary>
    public void Queue(long length) => queue.Record(length);

    /// <summary>Counts a work item: <c>done</c>, <c>later</c> or <c>bug</c>.</summary>
    public void Work(string share, string end)
    {
        work.Add(1, new KeyValuePair<string, object?>("share", share), new KeyValuePair<string, object?>("end", end));
        if (end == "done")
        {
            Interlocked.Increment(ref done);
        }
    }

    /// <summary>Somebody looks for work, or begins with it.</summary>
    public void Begin() => Interlocked.Increment(ref begun);

    /// <summary>What was begun has ended.</summary>
    public void End() => Interlocked.Increment(ref ended);

    public void Dispose() => meter.Dispose();
}
