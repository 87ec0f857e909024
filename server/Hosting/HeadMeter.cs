using System.Diagnostics.Metrics;

namespace QtcHub.Server.Hosting;

/// <summary>What the head counts, on the meter <c>QtcHub</c>.</summary>
internal sealed class HeadMeter : IDisposable
{
    private readonly Meter meter = new("QtcHub");
    private readonly Counter<long> webhooks;
    private readonly Counter<long> work;

    public HeadMeter()
    {
        webhooks = meter.CreateCounter<long>("qtchub.webhooks", description: "Webhook requests by the rule that answered them");
        work = meter.CreateCounter<long>("qtchub.work", description: "Work items by share and how they ended");
    }

    /// <summary>Counts a webhook request. A system that is not configured is not named: a stranger would choose the label.</summary>
    public void Webhook(string? system, string rule) =>
        webhooks.Add(1, new KeyValuePair<string, object?>("system", system ?? "none"), new KeyValuePair<string, object?>("rule", rule));

    /// <summary>Counts a work item: <c>done</c>, <c>later</c> or <c>bug</c>.</summary>
    public void Work(string share, string end) =>
        work.Add(1, new KeyValuePair<string, object?>("share", share), new KeyValuePair<string, object?>("end", end));

    public void Dispose() => meter.Dispose();
}
