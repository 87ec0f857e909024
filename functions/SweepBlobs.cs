using Microsoft.Azure.Functions.Worker;
using QtcHub.Stores.Azure;

namespace QtcHub.Functions;

/// <summary>Takes away blobs that no row names.</summary>
public sealed class SweepBlobs(AzureStore store)
{
    [Function(nameof(SweepBlobs))]
    public Task RunAsync([TimerTrigger("0 47 3 * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        store.SweepBlobsAsync(cancellationToken);
}
