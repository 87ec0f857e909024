using Microsoft.Azure.Functions.Worker;
using QtcHub.Stores.Azure;

namespace QtcHub.Functions;

/// <summary>Finishes commits that an instance began and left: sends their work, takes back what never came.</summary>
public sealed class RelayDue(AzureStore store)
{
    [Function(nameof(RelayDue))]
    public Task RunAsync([TimerTrigger("*/30 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        store.RelayAsync(cancellationToken);
}
