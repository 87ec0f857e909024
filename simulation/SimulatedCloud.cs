using QtcHub.Stores.Azure;

namespace QtcHub.Simulation;

/// <summary>One process's calls to table and blobs. Its chance is null while nothing may go wrong.</summary>
internal sealed class SimulatedCloud(ICloudTable table, ICloudBlobs blobs, Errand errand, Func<Dice?> chance, FaultTally tally)
    : ICloudTable,
        ICloudBlobs
{
    private const int OneIn = 1200;

    // Longer than the relay's patience: what was given up must not come after all.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(3);

    public Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken) =>
        errand.Call($"get {partition} {row}", () => table.GetAsync(partition, row, CancellationToken.None));

    public Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken) =>
        errand.Call($"query {range.Partition} {range.From}", () => table.QueryAsync(range, CancellationToken.None));

    public Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken) =>
        errand.Call($"scan {from}", () => table.ScanAsync(from, before, continuation, CancellationToken.None));

    public Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken) =>
        Write($"write {partition} {writes[0].RowKey}", () => table.SubmitAsync(partition, writes, CancellationToken.None), CloudAnswer.Of);

    public Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken) =>
        errand.Call($"get blob {name}", () => blobs.GetAsync(name, CancellationToken.None));

    public Task<CloudOutcome> PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        Write($"put blob {name}", () => blobs.PutAsync(name, bytes, CancellationToken.None), outcome => outcome);

    public Task<CloudOutcome> DeleteAsync(string name, CancellationToken cancellationToken) =>
        Write($"delete blob {name}", () => blobs.DeleteAsync(name, CancellationToken.None), outcome => outcome);

    public Task<BlobPage> ListAsync(string? continuation, int limit, CancellationToken cancellationToken) =>
        errand.Call("list blobs", () => blobs.ListAsync(continuation, limit, CancellationToken.None));

    private Task<T> Write<T>(string what, Func<Task<T>> call, Func<CloudOutcome, T> answerOf)
    {
        switch (chance()?.Below(OneIn))
        {
            case 0:
                tally.Add("cloud busy");
                return errand.Call($"busy {what}", () => Task.FromResult(answerOf(CloudOutcome.Busy)));
            case 1:
                tally.Add("cloud call lost");
                return errand.Call($"lost {what}", () => Task.FromResult(answerOf(CloudOutcome.Unknown)));
            case 2 or 3:
                tally.Add("cloud answer lost");
                return errand.Call(
                    what,
                    () =>
                    {
                        Invariant.Holds(call().IsCompletedSuccessfully, "a model completes at once");
                        return Task.FromResult(answerOf(CloudOutcome.Unknown));
                    }
                );
            case 4:
                tally.Add("cloud call late");
                errand.Later(
                    LongestDelay,
                    $"late {what}",
                    () => Invariant.Holds(call().IsCompletedSuccessfully, "a model completes at once")
                );
                return errand.Call($"delayed {what}", () => Task.FromResult(answerOf(CloudOutcome.Unknown)));
            default:
                return errand.Call(what, call);
        }
    }
}
