using QtcHub.Stores.Azure;

namespace QtcHub.Tests.Stores;

/// <summary>Lets a test do something just before a call of one process to table or blobs.</summary>
internal sealed class WatchedCloud(CloudParts sound) : ICloudTable, ICloudBlobs
{
    public CloudParts Parts => sound with { Table = this, Blobs = this };

    /// <summary>Before a row is read: its partition.</summary>
    public Func<string, Task> BeforeGet { get; set; } = _ => Task.CompletedTask;

    /// <summary>Before a blob is read: its name.</summary>
    public Func<string, Task> BeforeBody { get; set; } = _ => Task.CompletedTask;

    /// <summary>Answers a transaction in the place of the service, or null to let it through.</summary>
    public Func<string, IReadOnlyList<CloudWrite>, Task<CloudAnswer?>> BeforeWrite { get; set; } =
        (_, _) => Task.FromResult<CloudAnswer?>(null);

    public async Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken)
    {
        await BeforeGet(partition);
        return await sound.Table.GetAsync(partition, row, cancellationToken);
    }

    public Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken) =>
        sound.Table.QueryAsync(range, cancellationToken);

    public Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken) =>
        sound.Table.ScanAsync(from, before, continuation, cancellationToken);

    public async Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken) =>
        await BeforeWrite(partition, writes) ?? await sound.Table.SubmitAsync(partition, writes, cancellationToken);

    public Task<CloudOutcome> PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        sound.Blobs.PutAsync(name, bytes, cancellationToken);

    public async Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken)
    {
        await BeforeBody(name);
        return await sound.Blobs.GetAsync(name, cancellationToken);
    }

    public Task<CloudOutcome> DeleteAsync(string name, CancellationToken cancellationToken) =>
        sound.Blobs.DeleteAsync(name, cancellationToken);

    public Task<BlobPage> ListAsync(string? continuation, int limit, CancellationToken cancellationToken) =>
        sound.Blobs.ListAsync(continuation, limit, cancellationToken);
}
