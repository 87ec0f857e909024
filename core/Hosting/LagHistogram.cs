using System.Diagnostics.Metrics;

namespace QtcHub.Hosting;

// Seconds are measured here, not money: a histogram takes them as a double, by convention.
#pragma warning disable RS0030

/// <summary>How long it took from a delivery's arrival until its effect stood in a target.</summary>
internal sealed class LagHistogram(Meter meter)
{
    private static readonly InstrumentAdvice<double> Advice = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400],
    };

    private readonly Histogram<double> seconds = meter.CreateHistogram(
        "qtchub.lag",
        "s",
        "From a delivery's arrival until its effect was applied.",
        tags: null,
        Advice
    );

    /// <summary>Whether anybody listens.</summary>
    public bool IsHeard => seconds.Enabled;

    /// <summary>An effect was applied.</summary>
    public void Record(string target, TimeSpan lag) =>
        seconds.Record(lag.TotalSeconds, new KeyValuePair<string, object?>("system", target));
}
