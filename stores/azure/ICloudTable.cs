namespace QtcHub.Stores.Azure;

/// <summary>What the store asks of Table Storage. A port, because the simulation runs the store over a model of the service.</summary>
public interface ICloudTable
{
    /// <summary>One row, or null.</summary>
    Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken);

    /// <summary>The rows of a range in ordinal order of their keys, at most its limit.</summary>
    Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken);

    /// <summary>A page of the rows of all partitions from one on and before another; null is the start, and a null continuation the end.</summary>
    Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken);

    /// <summary>An entity-group transaction: 1 to 100 writes of one partition, all or none.</summary>
    Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken);
}

/// <summary>Rows of one partition from a key on and before another.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The first key.</param>
/// <param name="Before">The key after the last.</param>
/// <param name="Limit">Most rows.</param>
/// <param name="KeysOnly">Whether columns may be left out.</param>
public sealed record CloudRange(string Partition, string From, string Before, int Limit, bool KeysOnly = false);

/// <summary>A page of a scan.</summary>
public sealed record CloudPage(IReadOnlyList<CloudRow> Rows, string? Continuation);

/// <summary>One write of a transaction.</summary>
public abstract record CloudWrite
{
    private CloudWrite() { }

    /// <summary>The key of the row that is written.</summary>
    public abstract string RowKey { get; }

    /// <summary>Adds a row; refused where it exists.</summary>
    public sealed record Insert(CloudRow Row) : CloudWrite
    {
        /// <inheritdoc />
        public override string RowKey => Row.RowKey;
    }

    /// <summary>Replaces a row; refused unless it still has the ETag.</summary>
    public sealed record Replace(CloudRow Row, string ETag) : CloudWrite
    {
        /// <inheritdoc />
        public override string RowKey => Row.RowKey;
    }

    /// <summary>Adds or replaces a row.</summary>
    public sealed record Put(CloudRow Row) : CloudWrite
    {
        /// <inheritdoc />
        public override string RowKey => Row.RowKey;
    }

    /// <summary>Removes a row; refused where it is absent or, with an ETag, another.</summary>
    public sealed record Delete(string Key, string? ETag = null) : CloudWrite
    {
        /// <inheritdoc />
        public override string RowKey => Key;
    }
}

/// <summary>How a write ended.</summary>
public enum CloudOutcome
{
    /// <summary>Written.</summary>
    Done,

    /// <summary>A condition did not hold; nothing was written.</summary>
    Refused,

    /// <summary>The service is busy; nothing was written.</summary>
    Busy,

    /// <summary>The answer was lost: it is written, or not, or not yet.</summary>
    Unknown,
}

/// <summary>The answer to a transaction; <paramref name="ETags"/> are those of its writes, in order, where it was done (a deletion's is empty).</summary>
public sealed record CloudAnswer(CloudOutcome Outcome, IReadOnlyList<string> ETags)
{
    /// <summary>An answer without ETags.</summary>
    public static CloudAnswer Of(CloudOutcome outcome) => new(outcome, []);
}
