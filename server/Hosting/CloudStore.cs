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
        var (named, complaint) = NamedStore.Read(options, secrets);
        if (named is null)
        {
            throw new StoreRefusedException(complaint!);
        }

        try
        {
            var parts = await AzureStorage.OpenAsync(named, clock, wire: null, cancellationToken);
            var queue = new TableWorkQueue(parts);
            return new CloudStore(new AzureStore(parts, queue), queue);
        }
        catch (ArgumentException wrong)
        {
            throw new StoreRefusedException($"store: {wrong.Message}", wrong);
        }
    }
}
