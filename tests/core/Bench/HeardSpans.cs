using System.Diagnostics;
using QtcHub.Hosting;

namespace QtcHub.Tests.Core.Bench;

/// <summary>Every span that ends while this listens, in the order of their beginnings; those that were left out are not among them.</summary>
internal sealed class HeardSpans : IDisposable
{
    private readonly List<Activity> begun = [];
    private readonly ActivityListener listener;

    public HeardSpans()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HubTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = begun.Add,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public IReadOnlyList<Activity> All => [.. begun.Where(span => span is { IsStopped: true, IsAllDataRequested: true, Recorded: true })];

    public IEnumerable<string> Names => All.Select(span => span.DisplayName);

    public Activity One(string name) => Assert.Single(All, span => span.DisplayName == name);

    public void Forget() => begun.Clear();

    public void Dispose() => listener.Dispose();
}

/// <summary>Whoever listens to spans hears those of every hub of the process: no other test runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SpansAlone
{
    public const string Name = "spans";
}
