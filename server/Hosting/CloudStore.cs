using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Stores.Azure;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Hosting;

/// <summary>The store on Azure as a configuration names it.</summary>
internal sealed record CloudStore(AzureStore Rows, TableWorkQueue Queue)
{
    /// <summary>Opens it. Throws <see cref="StoreRefusedException"/> where it is named wrongly, and <see cref="StoreFailedException"/> where it does not answer.</summary>
    public static async Task<CloudStore> OpenAsync(
        StoreOptions options,
        TimeProvider clock,
        ISecrets secrets,
        CancellationToken cancellationToken
    )
    {
        var named = new AzureStoreOptions
        {
            ConnectionString = options.Connection is { } reference
                ? secrets.Find(reference)
                    ?? throw new StoreRefusedException(
                        $"store.connection: {reference} does not resolve. Fix: set it to the storage account's connection string"
                    )
                : null,
            TableEndpoint = options.Tables,
            BlobEndpoint = options.Blobs,
            Table = options.Table,
            Container = options.Container,
        };
        try
        {
            var parts = await AzureStorage.OpenAsync(named, clock, wire: null, cancellationToken);
            var queue = new TableWorkQueue(parts);
            return new CloudStore(new AzureStore(parts, queue), queue);
        }
        catch (FormatException)
        {
            // Its message may quote the connection string.
            throw new StoreRefusedException("store.connection does not hold a connection string. Fix: copy it from the storage account");
        }
    }
}
