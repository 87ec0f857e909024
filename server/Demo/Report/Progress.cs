using System.Diagnostics;
using System.Globalization;
using QtcHub.Server.Demo.Post;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Demo.Report;

/// <summary>Tells what goes on: the phase, the day, what happened on it, and how fast it was.</summary>
internal sealed class Progress(Action<string> tell)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan last;
    private long done;
    private WebhookCounts before = new(0, 0, 0, 0);

    /// <summary>How long it has been going on.</summary>
    public TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Something else begins.</summary>
    public void Phase(string name) => tell($"== {name}");

    /// <summary>A day has ended.</summary>
    public void Day(DateOnly day, int acts, WebhookCounts webhooks, HeadMeter meter)
    {
        var (now, all) = (watch.Elapsed, meter.Done);
        var rate = (all - done) / Math.Max(0.001, (now - last).TotalSeconds);
        tell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{day:O} {acts, 3} acts, {webhooks.Made - before.Made, 4} webhooks ({webhooks.Lost - before.Lost} lost, {webhooks.Doubled - before.Doubled} doubled), {all - done, 4} pieces of work, {rate:F0}/s, {now.TotalSeconds:F1} s, {Environment.CpuUsage.TotalTime.TotalSeconds:F1} s of CPU"
            )
        );
        (last, done, before) = (now, all, webhooks);
    }
}
