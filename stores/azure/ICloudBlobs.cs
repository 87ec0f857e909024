namespace QtcHub.Stores.Azure;

/// <summary>What the store asks of Blob Storage.</summary>
public interface ICloudBlobs
{
    /// <summary>Writes a blob; a name is only ever written with the same bytes.</summary>
    Task<CloudOutcome> PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>A blob's bytes, or null.</summary>
    Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Removes a blob that may be absent.</summary>
    Task<CloudOutcome> DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>A page of names with the time of their writing, in the service's order; null is the start, and a null continuation the end.</summary>
    Task<BlobPage> ListAsync(string? continuation, int limit, CancellationToken cancellationToken);
}

/// <summary>A page of blobs.</summary>
public sealed record BlobPage(IReadOnlyList<ListedBlob> Blobs, string? Continuation);

/// <summary>A blob's name and the time of its writing.</summary>
public sealed record ListedBlob(string Name, DateTimeOffset WrittenAt);
