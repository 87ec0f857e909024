using QtcHub.Stores.Azure;

namespace QtcHub.Tests.Stores;

/// <summary>What befalls one call to storage.</summary>
public enum CloudFault
{
    /// <summary>The process dies before the call arrives.</summary>
    DiesBefore,

    /// <summary>The process dies after the call was carried out.</summary>
    DiesAfter,

    /// <summary>The call is not carried out and nobody says so.</summary>
    LostBefore,

    /// <summary>The call is carried out and nobody says so.</summary>
    LostAfter,

    /// <summary>The service is too busy for this call and each that follows.</summary>
    Busy,
}

/// <summary>Counts the calls to table and blobs and lets one of them go wrong. Reads know no lost answers: they are simply repeated.</summary>
internal sealed class CloudFaults(CloudParts sound, CloudFault fault, int at) : ICloudTable, ICloudBlobs
{
    private int calls;

    public CloudParts Parts => sound with { Table = this, Blobs = this };

    public bool HasStruck { get; private set; }

    public Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken) =>
        Read(() => sound.Table.GetAsync(partition, row, cancellationToken));

    public Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken) =>
        Read(() => sound.Table.QueryAsync(range, cancellationToken));

    public Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken) =>
        Read(() => sound.Table.ScanAsync(from, before, continuation, cancellationToken));

    public Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken) =>
        Write(() => sound.Table.SubmitAsync(partition, writes, cancellationToken), CloudAnswer.Of);

    public Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken) =>
        Read(() => sound.Blobs.GetAsync(name, cancellationToken));

    public Task<CloudOutcome> PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        Write(() => sound.Blobs.PutAsync(name, bytes, cancellationToken), outcome => outcome);

    public Task<CloudOutcome> DeleteAsync(string name, CancellationToken cancellationToken) =>
        Write(() => sound.Blobs.DeleteAsync(name, cancellationToken), outcome => outcome);

    public Task<BlobPage> ListAsync(string? continuation, int limit, CancellationToken cancellationToken) =>
        Read(() => sound.Blobs.ListAsync(continuation, limit, cancellationToken));

    private async Task<T> Read<T>(Func<Task<T>> call)
    {
        var strikes = ++calls == at;
        HasStruck |= strikes;
        Die(strikes && fault == CloudFault.DiesBefore);
        var answer = await call();
        Die(strikes && fault == CloudFault.DiesAfter);
        return answer;
    }

    private async Task<T> Write<T>(Func<Task<T>> call, Func<CloudOutcome, T> answerOf)
    {
        var strikes = ++calls == at || (fault == CloudFault.Busy && calls > at);
        HasStruck |= strikes;
        if (!strikes)
        {
            return await call();
        }

        Die(fault == CloudFault.DiesBefore);
        if (fault == CloudFault.Busy)
        {
            return answerOf(CloudOutcome.Busy);
        }

        if (fault != CloudFault.LostBefore)
        {
            await call();
        }

        Die(fault == CloudFault.DiesAfter);
        return answerOf(CloudOutcome.Unknown);
    }

    private static void Die(bool isNow)
    {
        if (isNow)
        {
            throw new ProcessDiedException();
        }
    }
}

internal sealed class ProcessDiedException : Exception;
