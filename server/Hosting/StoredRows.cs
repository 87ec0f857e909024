using QtcHub.Connectors;
using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Hosting;

/// <summary>The rows that a data folder stands for, for verbs that only read: of its database, or of the account that it names.</summary>
internal sealed class StoredRows : IAsyncDisposable
{
    private readonly SqliteStore? embedded;

    private StoredRows(IHubStore rows, SqliteStore? embedded) => (Rows, this.embedded) = (rows, embedded);

    public IHubStore Rows { get; }

    public static async Task<StoredRows> OpenAsync(string data, ISecrets secrets, CancellationToken cancellationToken)
    {
        if (StoreAddress.Read(data) is { } address)
        {
            var cloud = await CloudStore.OpenAsync(address, TimeProvider.System, secrets, cancellationToken);
            return new StoredRows(cloud.Rows, null);
        }

        var store = SqliteStore.OpenForReading(data);
        return new StoredRows(store, store);
    }

    /// <summary>Reads every row that has a checksum; one that is not as it was written is a <see cref="StoreFailedException"/>. Blobs and tables check their own.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) => embedded?.CheckRowsAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
        {
            await embedded.DisposeAsync();
        }
    }
}
