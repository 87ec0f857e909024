using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace QtcHub.Stores.Azure;

/// <summary>Blob Storage itself.</summary>
internal sealed class AzureBlobs(BlobContainerClient container) : ICloudBlobs
{
    public Task<CloudOutcome> PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        OutcomeAsync(
            () => container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(bytes), overwrite: true, cancellationToken),
            cancellationToken
        );

    public async Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var found = await container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
            return found.Value.Content.ToArray();
        }
        catch (Exception failed) when (Failures.IsOfStorage(failed, cancellationToken))
        {
            return Failures.StatusOf(failed) == Failures.NotFound ? null : throw Failures.Unreachable("the container of bodies", failed);
        }
    }

    public Task<CloudOutcome> DeleteAsync(string name, CancellationToken cancellationToken) =>
        OutcomeAsync(() => container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellationToken), cancellationToken);

    public async Task<BlobPage> ListAsync(string? continuation, int limit, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (
                var page in container
                    .GetBlobsAsync(new GetBlobsOptions(), cancellationToken)
                    .AsPages(continuation, limit)
                    .WithCancellation(cancellationToken)
            )
            {
                var blobs = page.Values.Select(blob => new ListedBlob(blob.Name, blob.Properties.LastModified ?? DateTimeOffset.MaxValue));
                return new BlobPage([.. blobs], string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
            }
        }
        catch (Exception failed) when (Failures.IsOfStorage(failed, cancellationToken))
        {
            throw Failures.Unreachable("the container of bodies", failed);
        }

        return new BlobPage([], null);
    }

    private static async Task<CloudOutcome> OutcomeAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            await write();
            return CloudOutcome.Done;
        }
        catch (Exception failed) when (Failures.IsOfStorage(failed, cancellationToken))
        {
            return Failures.OutcomeOf(failed);
        }
    }
}
