using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions;

/// <summary>Deletes content that is past its time.</summary>
public sealed class Retain(Hub hub)
{
    [Function(nameof(Retain))]
    public Task RunAsync([TimerTrigger("0 17 3 * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        hub.RetainRoundAsync(cancellationToken);
}
