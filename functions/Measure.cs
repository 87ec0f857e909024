using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions;

/// <summary>Measures what no event tells: how many dead letters are open.</summary>
public sealed class Measure(Hub hub)
{
    [Function(nameof(Measure))]
    public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        hub.MeasureAsync(cancellationToken);
}
