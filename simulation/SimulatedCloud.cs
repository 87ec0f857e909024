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

    /// <summary>Calls, by what they are for.</summary>
    public required FaultTally Calls { get; init; }

    public Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken) =>
        Counted("get", partition).Call($"get {partition} {row}", () => table.GetAsync(partition, row, CancellationToken.None));

    public Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken) =>
        Counted("query", range.Partition)
            .Call($"query {range.Partition} {range.From}", () => table.QueryAsync(range, CancellationToken.None));

    public Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken) =>
        errand.Call($"scan {from}", () => table.ScanAsync(from, before, continuation, CancellationToken.None));

    public Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken) =>
        Write(
            Purpose(partition),
            $"write {partition} {writes[0].RowKey}",
            () => table.SubmitAsync(partition, writes, CancellationToken.None),
            CloudAnswer.Of
        );

    public Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken) =>
        Counted("get", "blob").Call($"get blob {name}", () => blobs.GetAsync(name, CancellationToken.None));

    public Task<CloudOutcome> PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        Write("blob", $"put blob {name}", () => blobs.PutAsync(name, bytes, CancellationToken.None), outcome => outcome);

    public Task<CloudOutcome> DeleteAsync(string name, CancellationToken cancellationToken) =>
        Write("blob", $"delete blob {name}", () => blobs.DeleteAsync(name, CancellationToken.None), outcome => outcome);

    public Task<BlobPage> ListAsync(string? continuation, int limit, CancellationToken cancellationToken) =>
        errand.Call("list blobs", () => blobs.ListAsync(continuation, limit, CancellationToken.None));

    /// <summary>What a partition is for.</summary>
    public static string Purpose(string partition) =>
        partition[..Math.Max(1, partition.IndexOf('!', StringComparison.Ordinal))] switch
        {
            "h" => "home",
            "l" => "list",
            "w" => "work",
            "due" => "due",
            "blob" or "b" => "blob",
            _ => "directory",
        };

    private Errand Counted(string call, string partition)
    {
        Calls.Add($"{Purpose(partition)} {call}");
        return errand;
    }

    private Task<T> Write<T>(string purpose, string what, Func<Task<T>> call, Func<CloudOutcome, T> answerOf)
    {
        Calls.Add($"{purpose} write");
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
