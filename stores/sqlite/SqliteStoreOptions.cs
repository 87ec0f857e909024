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

    /// <summary>Largest database that is gone through page by page when it is opened for writing (1 GiB: a few seconds); a larger one is checked by its backups.</summary>
    public long MostBytesChecked { get; init; } = 1024L * 1024 * 1024;

    /// <summary>How far behind the newest time in the store the clock may be when it is opened for writing.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a person says that the clock is right now and was wrong when the store was last written.</summary>
    public bool ClockIsRight { get; init; }

    internal void Check()
    {
        Invariant.Holds(MaxWaiting is > 0 and <= 100_000, "MaxWaiting is 1 to 100 000");
        Invariant.Holds(MaxWaitingBytes >= 4 * 1024 * 1024, "MaxWaitingBytes is at least 4 MiB");
        Invariant.Holds(MaxBacklog > TimeSpan.Zero, "MaxBacklog is longer than nothing");
        Invariant.Holds(MaxDatabaseBytes is null or >= 64 * 1024, "MaxDatabaseBytes is at least 64 KiB");
    }
}
