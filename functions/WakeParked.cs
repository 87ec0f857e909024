using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions;

/// <summary>Asks for everything that is overdue, should a wake-up have been lost.</summary>
public sealed class WakeParked(Hub hub)
{
    [Function(nameof(WakeParked))]
    public Task RunAsync([TimerTrigger("15/30 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        hub.SweepAsync(cancellationToken);
}
