namespace QtcHub.Stores.Azure.Model;

/// <summary>Blob Storage as the store knows it, in memory. Every call completes before it returns.</summary>
public sealed class ModelBlobs(TimeProvider clock) : ICloudBlobs
{
    private const int MostName = 1024;
    private readonly Lock gate = new();
    private SortedDictionary<string, (byte[] Bytes, DateTimeOffset At)> blobs = new(StringComparer.Ordinal);

    /// <summary>Calls so far, by what they are: <c>get</c>, <c>put</c>, <c>delete</c>, <c>list</c>.</summary>
    public SortedDictionary<string, long> Calls { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of all blobs.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (gate)
            {
                return [.. blobs.Keys];
            }
        }
    }

    /// <summary>Another container that holds what this one holds now.</summary>
    public ModelBlobs Copy()
    {
        lock (gate)
        {
            return new ModelBlobs(clock) { blobs = new(blobs, StringComparer.Ordinal) };
        }
    }

    /// <inheritdoc />
    public Task<CloudOutcome> PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(name.Length is > 0 and <= MostName, "a blob's name has 1 to 1024 characters");
        lock (gate)
        {
            Count("put");
            blobs[name] = (bytes.ToArray(), clock.GetUtcNow());
            return Task.FromResult(CloudOutcome.Done);
        }
    }

    /// <inheritdoc />
    public Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            Count("get");
            return Task.FromResult(blobs.TryGetValue(name, out var blob) ? blob.Bytes : null);
        }
    }

    /// <inheritdoc />
    public Task<CloudOutcome> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            Count("delete");
            blobs.Remove(name);
            return Task.FromResult(CloudOutcome.Done);
        }
    }

    /// <inheritdoc />
    public Task<BlobPage> ListAsync(string? continuation, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            Count("list");
            var found = blobs
                .Where(blob => continuation is null || string.CompareOrdinal(blob.Key, continuation) > 0)
                .Select(blob => new ListedBlob(blob.Key, blob.Value.At))
                .Take(limit)
                .ToList();
            return Task.FromResult(new BlobPage(found, found.Count == limit ? found[^1].Name : null));
        }
    }

    private void Count(string call) => Calls[call] = Calls.GetValueOrDefault(call) + 1;
}
