using QtcHub.Ledger;
using QtcHub.Stores.Azure;
using QtcHub.Stores.Azure.Model;

namespace QtcHub.Tests.Stores;

public sealed class AzureHubStore(Azurite azurite) : HubStoreContract
{
    protected override async Task<(IHubStore Store, IWorkQueue Queue)> OpenAsync() => CloudStores.Over(await azurite.OpenAsync(Clock));
}

public sealed class AzureWorkQueue(Azurite azurite) : WorkQueueContract
{
    protected override async Task<(IHubStore Store, IWorkQueue Queue)> OpenAsync() => CloudStores.Over(await azurite.OpenAsync(Clock));
}

public sealed class ModelledHubStore : HubStoreContract
{
    protected override Task<(IHubStore Store, IWorkQueue Queue)> OpenAsync() =>
        Task.FromResult(CloudStores.Over(CloudStores.Modelled(Clock)));
}

public sealed class ModelledWorkQueue : WorkQueueContract
{
    protected override Task<(IHubStore Store, IWorkQueue Queue)> OpenAsync() =>
        Task.FromResult(CloudStores.Over(CloudStores.Modelled(Clock)));
}

internal static class CloudStores
{
    public static readonly AzureStoreOptions Options = new()
    {
        ConnectionString = "the model has none",
        ListShards = 3,
        DueShards = 2,
        WorkShards = 2,
    };

    public static CloudParts Modelled(TimeProvider clock)
    {
        var made = 0;
        return new CloudParts(
            new ModelTable(),
            new ModelBlobs(clock),
            Options,
            clock,
            () => Interlocked.Increment(ref made).ToString("x24", System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    public static (IHubStore Store, IWorkQueue Queue) Over(CloudParts parts)
    {
        var queue = new TableWorkQueue(parts);
        return (new AzureStore(parts, queue), queue);
    }
}
