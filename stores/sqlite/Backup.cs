using System.Globalization;
using Microsoft.Data.Sqlite;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>What a backup holds.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="TakenAt">Every commit that was acknowledged before this instant is in it.</param>
/// <param name="Epoch">The store's epoch.</param>
/// <param name="Bytes">Its size.</param>
public sealed record BackupTaken(string File, DateTimeOffset TakenAt, int Epoch, long Bytes);

/// <summary>Copies a store while it is written: one snapshot, in one file, checked before it gets its name.</summary>
public static class Backup
{
    /// <summary>Takes a backup. Throws <see cref="StoreRefusedException"/> where it cannot, and then leaves nothing behind.</summary>
    public static BackupTaken Take(string folder, string to, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var whole = Path.GetFullPath(to);
        if (Path.Exists(whole))
        {
            throw new StoreRefusedException($"{whole} exists, and a backup overwrites nothing. Fix: name another file");
        }

        var part = string.Create(CultureInfo.InvariantCulture, $"{whole}.part-{Environment.ProcessId}");
        var takenAt = clock.GetUtcNow();
        try
        {
            Copy(Path.Combine(folder, Database.FileName), part);
            var epoch = Examine(part);
            Sync(part);
            File.Move(part, whole, overwrite: false);
            return new BackupTaken(whole, takenAt, epoch.Number, new FileInfo(whole).Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefusedException($"{whole} cannot be written: {e.Message}", e);
        }
        finally
        {
            if (File.Exists(part))
            {
                File.Delete(part);
            }
        }
    }

    /// <summary>Copies a database, what its log holds included, into one new file.</summary>
    internal static void Copy(string from, string to)
    {
        using var connection = Database.OpenForReading(from);
        try
        {
            using var command = new SqliteCommand("VACUUM INTO $to", connection);
            command.Parameters.AddWithValue("$to", to);
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw new StoreRefusedException($"{from} cannot be copied to {to}: {Cause.Of(e)}", e);
        }
    }

    /// <summary>Checks every page of a database and reads its epoch.</summary>
    internal static StoreEpoch Examine(string path)
    {
        using var connection = Database.OpenForReading(path);
        try
        {
            Database.Check(connection, path, "integrity_check");
            using var reader = new Reader(Database.OpenForReading(path));
            return StoreEpoch.Of(reader.Read(StoreEpoch.Home.Value, StoreEpoch.Key));
        }
        catch (SqliteException e)
        {
            throw new StoreRefusedException($"{path} cannot be read: {Cause.Of(e)}", e);
        }
    }

    internal static void Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}
