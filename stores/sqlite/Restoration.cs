using System.Globalization;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>What a restore did.</summary>
/// <param name="Epoch">The epoch that was raised.</param>
/// <param name="Kept">Where the replaced database lies now, or null where there was none.</param>
public sealed record Restored(StoreEpoch Epoch, string? Kept);

/// <summary>Puts a backup in the place of a folder's database, under a new epoch.</summary>
public static class Restoration
{
    private const string WorkFolder = "restoring";
    private static readonly string[] Beside = ["", "-wal", "-shm"];

    // Of a backup that never saw a time: as far back as any source lists what changed.
    private static readonly TimeSpan Unknown = TimeSpan.FromDays(30);

    /// <summary>Restores. Throws <see cref="StoreRefusedException"/> where another process writes the folder, or the file is damaged or a newer hub's.</summary>
    public static async Task<Restored> RunAsync(string from, string folder, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clock);
        FolderLock.Make(folder);
        using var writing = FolderLock.Take(folder);
        var work = Path.Combine(folder, WorkFolder);
        try
        {
            Empty(work);
            var current = Path.Combine(folder, Database.FileName);
            var before = Math.Max(Backup.Examine(from).Number, EpochOf(current));
            Directory.CreateDirectory(work);
            var copy = Path.Combine(work, Database.FileName);
            Backup.Copy(from, copy);
            var epoch = await RaiseAsync(work, before, clock, cancellationToken);
            Backup.Sync(copy);
            // From here until the new database has its name the folder has none, and its lock says that it should: nothing begins anew meanwhile.
            writing.StoreId = "restoring";
            var kept = Put(current, epoch.RestoredAt);
            File.Move(copy, current);
            writing.StoreId = IdOf(current);
            Empty(work);
            return new Restored(epoch, kept);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefusedException($"{folder} cannot be restored into: {e.Message}", e);
        }
    }

    /// <summary>Opens the copy as the hub would, which upgrades it, and marks it with the new epoch.</summary>
    private static async Task<StoreEpoch> RaiseAsync(string work, int before, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var store = SqliteStore.Open(work, clock);
        var now = clock.GetUtcNow();
        var takenAt = store.LastWritten == DateTimeOffset.MinValue ? now - Unknown : store.LastWritten;
        var epoch = new StoreEpoch(before + 1, takenAt, now);
        await epoch.RaiseAsync(store, cancellationToken);
        return epoch;
    }

    /// <summary>Moves the replaced database aside, with its log.</summary>
    private static string? Put(string current, DateTimeOffset at)
    {
        if (!File.Exists(current))
        {
            return null;
        }

        var kept = string.Create(CultureInfo.InvariantCulture, $"{current}.before-restore-{at.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        foreach (var suffix in Beside.Where(suffix => File.Exists(current + suffix)))
        {
            File.Move(current + suffix, kept + suffix);
        }

        return kept;
    }

    /// <summary>The epoch of the database that is replaced; one too damaged to say has none.</summary>
    private static int EpochOf(string path)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        try
        {
            return Backup.Examine(path).Number;
        }
        catch (StoreRefusedException)
        {
            return 0;
        }
    }

    private static string IdOf(string path)
    {
        using var connection = Database.OpenForReading(path);
        return (string)Database.Scalar(connection, "SELECT id FROM store")!;
    }

    private static void Empty(string work)
    {
        if (Directory.Exists(work))
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
