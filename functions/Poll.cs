using Microsoft.Azure.Functions.Worker;
using QtcHub.Hosting;

namespace QtcHub.Functions;

/// <summary>Asks every source that is due what changed.</summary>
public sealed class Poll(Hub hub)
{
    [Function(nameof(Poll))]
    public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        hub.PollDueAsync(cancellationToken);
}
