using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

public sealed class BackupTests : SqliteStoreFolder
{
    private string File1 => Path.Combine(Folder.Path, "copy.db");

    [Fact]
    public async Task Backup_under_load_holds_every_commit_that_was_acknowledged_before_it_began()
    {
        await using var store = Open();
        var acknowledged = 0;
        using var end = new CancellationTokenSource();
        var load = Task.Run(
            async () =>
            {
                for (var number = 0; !end.IsCancellationRequested; number++)
                {
                    await store.CommitAsync(Numbered(number, 2000), Stop);
                    Volatile.Write(ref acknowledged, number + 1);
                }
            },
            Stop
        );
        while (Volatile.Read(ref acknowledged) < 100)
        {
            await Task.Delay(5, Stop);
        }

        var before = Volatile.Read(ref acknowledged);
        var taken = Backup.Take(Folder.Path, File1, Clock);
        await end.CancelAsync();
        await load;

        Assert.Equal((Start, 0), (taken.TakenAt, taken.Epoch));
        using var other = new DataFolder();
        await Restoration.RunAsync(File1, other.Path, Clock, Stop);
        await using var restored = SqliteStore.Open(other.Path, Clock);
        for (var number = 0; number < before; number++)
        {
            Assert.True(await Holds(restored, number), $"commit {number} of {before} is not in the backup");
        }
    }

    [Fact]
    public async Task Backup_overwrites_nothing_and_leaves_nothing_half_done()
    {
        await Open().DisposeAsync();
        await File.WriteAllTextAsync(File1, "precious", Stop);

        Assert.Contains(
            "overwrites nothing",
            Assert.Throws<StoreRefusedException>(() => Backup.Take(Folder.Path, File1, Clock)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<StoreRefusedException>(() => Backup.Take(Folder.Path, Path.Combine(Folder.Path, "no", "such", "folder.db"), Clock));

        Assert.Equal("precious", await File.ReadAllTextAsync(File1, Stop));
        Assert.DoesNotContain(Directory.GetFiles(Folder.Path), file => file.Contains(".part-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_raises_the_epoch_each_time_and_keeps_what_it_replaces()
    {
        await using (var store = Open())
        {
            await store.CommitAsync(Numbered(1), Stop);
            Backup.Take(Folder.Path, File1, Clock);
            Clock.Advance(TimeSpan.FromHours(1));
            await store.CommitAsync(Numbered(2), Stop);
        }

        var first = await Restoration.RunAsync(File1, Folder.Path, Clock, Stop);
        Clock.Advance(TimeSpan.FromHours(1));
        var second = await Restoration.RunAsync(File1, Folder.Path, Clock, Stop);

        Assert.Equal(new StoreEpoch(1, Start, Start.AddHours(1)), first.Epoch);
        Assert.Equal(2, second.Epoch.Number);
        using var kept = new DataFolder();
        File.Copy(first.Kept!, kept.Database);
        await using (var replaced = SqliteStore.OpenForReading(kept.Path))
        {
            Assert.True(await Holds(replaced, 2));
        }

        await using var restored = Open();
        Assert.True(await Holds(restored, 1));
        Assert.False(await Holds(restored, 2));
        Assert.Equal(second.Epoch, StoreEpoch.Of(await restored.ReadAsync(StoreEpoch.Home, StoreEpoch.Key, Stop)));
    }

    [Fact]
    public async Task Restore_refuses_while_another_writes_and_files_that_are_damaged_or_of_a_newer_hub()
    {
        await using (var store = Open())
        {
            await store.CommitAsync(Numbered(1, 50_000), Stop);
            Backup.Take(Folder.Path, File1, Clock);
            await Assert.ThrowsAsync<FolderTakenException>(() => Restoration.RunAsync(File1, Folder.Path, Clock, Stop));
        }

        var newer = Path.Combine(Folder.Path, "newer.db");
        File.Copy(File1, newer);
        using (var plain = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={newer};Pooling=False"))
        {
            plain.Open();
            DataFolder.Ask(plain, $"PRAGMA user_version = {Schema.Version + 1}");
        }

        var damaged = Path.Combine(Folder.Path, "damaged.db");
        var bytes = await File.ReadAllBytesAsync(File1, Stop);
        await File.WriteAllBytesAsync(damaged, bytes.AsMemory(0, bytes.Length / 2 / 4096 * 4096), Stop);

        foreach (
            var (file, cause) in new[] { (newer, "newer"), (damaged, "damaged"), (Path.Combine(Folder.Path, "none.db"), "does not exist") }
        )
        {
            var refusal = await Assert.ThrowsAsync<StoreRefusedException>(() => Restoration.RunAsync(file, Folder.Path, Clock, Stop));
            Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
            Assert.Contains(cause, refusal.Message, StringComparison.Ordinal);
        }

        await using var untouched = Open();
        Assert.True(await Holds(untouched, 1));
        Assert.Equal(StoreEpoch.First, StoreEpoch.Of(await untouched.ReadAsync(StoreEpoch.Home, StoreEpoch.Key, Stop)));
    }
}
