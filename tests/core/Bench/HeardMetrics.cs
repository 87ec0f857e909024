using System.Diagnostics.Metrics;
using System.Globalization;
using QtcHub.Hosting;

namespace QtcHub.Tests.Core.Bench;

/// <summary>Everything that one hub counts and measures while this listens.</summary>
internal sealed class HeardMetrics : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly List<(string Instrument, string Tags, double Value)> heard = [];

    /// <summary>Listens to the meter of one hub: that of a bench.</summary>
    public HeardMetrics(object scope)
    {
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Meter.Name == HubMetrics.MeterName && instrument.Meter.Scope == scope)
            {
                me.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        listener.Start();
    }

    /// <summary>What a counter has counted under tags written as <c>name=value name=value</c>; tags that are not written may be anything.</summary>
    public double Sum(string instrument, string tags = "") => Of(instrument, tags).Sum();

    /// <summary>Every value of an instrument, oldest first.</summary>
    public IReadOnlyList<double> Of(string instrument, string tags = "")
    {
        var wanted = tags.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. heard
                .Where(one => one.Instrument == instrument && wanted.All(tag => one.Tags.Split(' ').Contains(tag, StringComparer.Ordinal)))
                .Select(one => one.Value),
        ];
    }

    /// <summary>Every text that stood in a tag.</summary>
    public IEnumerable<string> Tags => heard.Select(one => one.Tags).Distinct(StringComparer.Ordinal);

    /// <summary>Reads the gauges that are observed, and forgets everything heard before.</summary>
    public void Observe()
    {
        heard.Clear();
        listener.RecordObservableInstruments();
    }

    public void Dispose() => listener.Dispose();

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var written = new List<string>();
        foreach (var (name, tag) in tags)
        {
            written.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={tag}"));
        }

        heard.Add((instrument.Name, string.Join(' ', written), value));
    }
}
