namespace QtcHub.Hosting;

/// <summary>Which store a head opens.</summary>
public enum StoreKind
{
    /// <summary>The embedded one, in the data folder.</summary>
    Embedded,

    /// <summary>A table and a container of a storage account, which processes share.</summary>
    Azure,
}

/// <summary>Where the hub's store lies.</summary>
public sealed record StoreOptions
{
    /// <summary>The embedded store.</summary>
    public static StoreOptions Embedded { get; } = new();

    /// <summary>Which store.</summary>
    public StoreKind Kind { get; init; }

    /// <summary>A reference to the secret that holds the account's connection string, for development; null where its endpoints are named.</summary>
    public string? Connection { get; init; }

    /// <summary>The account's table endpoint, asked under the managed identity.</summary>
    public Uri? Tables { get; init; }

    /// <summary>The account's blob endpoint, asked under the managed identity.</summary>
    public Uri? Blobs { get; init; }

    /// <summary>The table.</summary>
    public string Table { get; init; } = "qtchub";

    /// <summary>The container of large bodies.</summary>
    public string Container { get; init; } = "qtchub";
}
