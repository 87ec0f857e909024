using System.Collections.Immutable;

namespace QtcHub.Ledger;

/// <summary>One stored row: a document in a home. <see cref="Kind"/> and <see cref="State"/> are what lists filter by.</summary>
/// <param name="Key">Unique in its home; <see cref="KeyOrder"/> is the order of reading. At most 256 characters.</param>
/// <param name="Kind">What it is where lists ask for it (delivery, record, lane, letter, job); empty for what is only ever read by its home: such rows
/// cost no place in an index.</param>
/// <param name="State">Its state where lists need one, else empty.</param>
/// <param name="Body">The document, UTF-8 JSON or raw bytes.</param>
public sealed record Row(string Key, string Kind, string State, ReadOnlyMemory<byte> Body)
{
    /// <summary>The version that the store gave it: 1 when inserted, one more at each replacement; 0 before it is stored.</summary>
    public long Version { get; init; }
}

/// <summary>A row as lists return it, with its home.</summary>
public sealed record ListedRow(Home Home, Row Row);

/// <summary>One change of a commit. Every change but an insert names the version it was decided on.</summary>
public abstract record Change
{
    private Change() { }

    /// <summary>The key of the row that changes.</summary>
    public abstract string Key { get; }

    /// <summary>Inserts a row or replaces it, by the version it was read at: 0 where it is not stored.</summary>
    public static Change Put(Row row, long version) => version == 0 ? new Insert(row) : new Replace(row, version);

    /// <summary>Adds a row; refused (<see cref="CommitResult.Conflict"/>) where the key exists.</summary>
    public sealed record Insert(Row Row) : Change
    {
        /// <inheritdoc />
        public override string Key => Row.Key;
    }

    /// <summary>Replaces a row; refused unless it stands at <paramref name="ExpectedVersion"/>.</summary>
    public sealed record Replace(Row Row, long ExpectedVersion) : Change
    {
        /// <inheritdoc />
        public override string Key => Row.Key;
    }

    /// <summary>Removes a row; refused unless it stands at <paramref name="ExpectedVersion"/>.</summary>
    public sealed record Delete(string RowKey, long ExpectedVersion) : Change
    {
        /// <inheritdoc />
        public override string Key => RowKey;
    }
}

/// <summary>Everything a step decides, as one value: changes of one home, all or nothing, and the work that follows from them.</summary>
public sealed record Commit(Home Home, ImmutableArray<Change> Changes, ImmutableArray<ScheduledWork> Work)
{
    /// <summary>Most changes and work items in a commit: the cloud store's limit of 100 writes, less the one by which it knows its own commit.</summary>
    public const int MaxChanges = 99;

    /// <summary>Most bytes in one row's body.</summary>
    public const int MaxRowBytes = 512 * 1024;

    /// <summary>Most bytes of all bodies in a commit.</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    /// <summary>A commit without work.</summary>
    public Commit(Home home, params ImmutableArray<Change> changes)
        : this(home, changes, []) { }

    /// <summary>Throws when the commit breaks a limit: each store calls this first, so that none allows what another refuses.</summary>
    public void CheckLimits()
    {
        Invariant.Holds(!Changes.IsDefault && !Work.IsDefault, "a commit is complete");
        Invariant.Holds(Changes.Length + Work.Length is > 0 and <= MaxChanges, "a commit has 1 to 99 changes and work items");
        Invariant.Holds(Home.Value.Length <= 512, "a home's key has at most 512 characters");
        var bytes = 0;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in Changes)
        {
            Invariant.Holds(change.Key.Length is > 0 and <= 256, "a row's key has 1 to 256 characters");
            Invariant.Holds(keys.Add(change.Key), "a commit changes a row once");
            var size = change switch
            {
                Change.Insert insert => insert.Row.Body.Length,
                Change.Replace replace => replace.Row.Body.Length,
                _ => 0,
            };
            Invariant.Holds(size <= MaxRowBytes, "a row holds at most 512 KiB");
            bytes += size;
        }

        Invariant.Holds(bytes <= MaxBytes, "a commit holds at most 3 MiB");
    }
}

/// <summary>How a commit ended.</summary>
public enum CommitResult
{
    /// <summary>Durable.</summary>
    Committed,

    /// <summary>A precondition did not hold; nothing was written. Read again and decide again.</summary>
    Conflict,

    /// <summary>Too many commits are waiting; nothing was written. Answer 503 or come back later.</summary>
    Overloaded,
}
