using QtcHub.Connectors;
using QtcHub.Hosting;

namespace QtcHub.Stores.Azure;

/// <summary>Where the store lies: as <c>store:</c> of hub.yaml says, unless the place where the hub runs says otherwise. Every head reads it here.</summary>
public static class NamedStore
{
    /// <summary>The options, or what is wrong with how the store is named, and how to mend it. A secret is not repeated.</summary>
    /// <param name="file">What hub.yaml says.</param>
    /// <param name="secrets">Where a connection string is looked for.</param>
    /// <param name="place">What the place says, such as app settings.</param>
    public static (AzureStoreOptions? Options, string? Complaint) Read(StoreOptions file, ISecrets secrets, StorePlace? place = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(secrets);
        var (account, complaint) = Account(file, secrets, place ?? new StorePlace());
        return account is null
            ? (null, complaint)
            : (account with { Table = place?.Table ?? file.Table, Container = place?.Container ?? file.Container }, null);
    }

    /// <summary>One of them names the account, and names it whole: its endpoints are never put together from both.</summary>
    private static (AzureStoreOptions? Options, string? Complaint) Account(StoreOptions file, ISecrets secrets, StorePlace place)
    {
        if (place.Tables is not null || place.Blobs is not null)
        {
            return (Endpoint(place.Tables), Endpoint(place.Blobs)) is ({ } tables, { } blobs)
                ? (new AzureStoreOptions { TableEndpoint = tables, BlobEndpoint = blobs }, null)
                // Somebody may have put a connection string or a signed address there.
                : (
                    null,
                    "the table and blob endpoints that are set are not the account's two endpoints. Fix: set both, like https://account.table.core.windows.net and https://account.blob.core.windows.net"
                );
        }

        if (file is { Kind: StoreKind.Azure, Connection: { } reference })
        {
            return secrets.Find(reference) is { } connection
                ? (new AzureStoreOptions { ConnectionString = connection }, null)
                : (null, $"store.connection: {reference} does not resolve. Fix: set it to the storage account's connection string");
        }

        if (file.Kind == StoreKind.Azure)
        {
            return (new AzureStoreOptions { TableEndpoint = file.Tables, BlobEndpoint = file.Blobs }, null);
        }

        return place.Connection is { } own
            ? (new AzureStoreOptions { ConnectionString = own }, null)
            : (null, "no storage account is named. Fix: write store: into hub.yaml, or set the account's two endpoints");
    }

    private static Uri? Endpoint(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme == Uri.UriSchemeHttps ? endpoint : null;
}

/// <summary>What the place where a hub runs says of its store; what it leaves out is as hub.yaml has it.</summary>
public sealed record StorePlace
{
    /// <summary>The account's table endpoint; with <see cref="Blobs"/> it names another account than hub.yaml.</summary>
    public string? Tables { get; init; }

    /// <summary>The account's blob endpoint.</summary>
    public string? Blobs { get; init; }

    /// <summary>The table.</summary>
    public string? Table { get; init; }

    /// <summary>The container of large bodies.</summary>
    public string? Container { get; init; }

    /// <summary>A connection string, for where nothing else names an account.</summary>
    public string? Connection { get; init; }

    /// <summary>Without the connection string: it holds the account's key.</summary>
    public override string ToString() => $"table {Table}, container {Container}";
}
