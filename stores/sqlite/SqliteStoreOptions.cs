namespace QtcHub.Stores.Sqlite;

/// <summary>The limits of a <see cref="SqliteStore"/>.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>Most calls that wait for the writer before a commit is answered Overloaded (1–100 000).</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>Most bytes of commits that wait for the writer before a commit is answered Overloaded (at least 4 MiB).</summary>
    public long MaxWaitingBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Longest time that the oldest call has waited for the writer before a commit is answered Overloaded.</summary>
    public TimeSpan MaxBacklog { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Largest database file, so that the hub does not fill a disk that it shares; null is unlimited. Reaching it fails the store.</summary>
    public long? MaxDatabaseBytes { get; init; }

    internal void Check()
    {
        Invariant.Holds(MaxWaiting is > 0 and <= 100_000, "MaxWaiting is 1 to 100 000");
        Invariant.Holds(MaxWaitingBytes >= 4 * 1024 * 1024, "MaxWaitingBytes is at least 4 MiB");
        Invariant.Holds(MaxBacklog > TimeSpan.Zero, "MaxBacklog is longer than nothing");
        Invariant.Holds(MaxDatabaseBytes is null or >= 64 * 1024, "MaxDatabaseBytes is at least 64 KiB");
    }
}
