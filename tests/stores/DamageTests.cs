using System.Diagnostics;
using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

/// <summary>What a disk can do to a closed database: each is a refusal that names the file, the cause and the fix, and nothing is written over.</summary>
public sealed class DamageTests : SqliteStoreFolder
{
    [Fact]
    public async Task Page_with_flipped_bytes_is_refused()
    {
        await FillAsync(Folder.Path, 200);
        var bytes = await File.ReadAllBytesAsync(Folder.Database, Stop);
        // A page in the middle whose first byte says that it is a leaf of a table or an index.
        var page = Enumerable.Range(bytes.Length / 4096 / 2, 100).First(page => bytes[page * 4096] is 0x0d or 0x0a);
        bytes.AsSpan(page * 4096, 16).Fill(0x5a);
        await File.WriteAllBytesAsync(Folder.Database, bytes, Stop);

        AssertRefused("damaged", "qtc restore");

        Assert.Equal(bytes, await File.ReadAllBytesAsync(Folder.Database, Stop));
    }

    [Fact]
    public async Task Truncated_file_is_refused()
    {
        await FillAsync(Folder.Path, 200);
        var bytes = await File.ReadAllBytesAsync(Folder.Database, Stop);
        await File.WriteAllBytesAsync(Folder.Database, bytes.AsMemory(0, bytes.Length / 2), Stop);

        AssertRefused("damaged", "qtc restore");
    }

    [Fact]
    public async Task Empty_or_missing_file_where_a_hub_has_been_does_not_begin_anew()
    {
        await FillAsync(Folder.Path, 1);
        await File.WriteAllBytesAsync(Folder.Database, [], Stop);
        AssertRefused("missing or empty", "qtc restore");

        File.Delete(Folder.Database);
        AssertRefused("missing or empty", "qtc restore");
        Assert.False(File.Exists(Folder.Database));
    }

    [Fact]
    public async Task Log_of_another_database_is_refused()
    {
        await FillAsync(Folder.Path, 1);
        using var other = new DataFolder();
        await using (var store = SqliteStore.Open(other.Path, Clock))
        {
            await store.CommitAsync(Numbered(7), Stop);
            File.Copy(other.Database + "-wal", Folder.Database + "-wal");
        }

        AssertRefused("another store", "qtc restore");
    }

    [Fact]
    public async Task Clock_that_was_set_back_is_refused_with_both_times_until_a_person_says_that_it_is_right()
    {
        await FillAsync(Folder.Path, 1);
        Clock.SetUtcNow(Start);
        using (var plain = Folder.Connect())
        {
            DataFolder.Ask(plain, $"UPDATE store SET seen = {Start.AddMinutes(6).UtcTicks}");
        }

        AssertRefused("2026-03-01T09:00:00", "2026-03-01T09:06:00", "--clock-is-right");

        await using (var store = Open(new() { ClockTolerance = TimeSpan.FromMinutes(10) }))
        {
            Assert.True(await Holds(store, 0));
        }

        await Open(new() { ClockIsRight = true }).DisposeAsync();
        await using var again = Open();
        Assert.True(await Holds(again, 0));
    }

    [Fact]
    public async Task File_system_that_is_read_only_is_refused()
    {
        await FillAsync(Folder.Path, 3);
        var mount = Directory.CreateTempSubdirectory("qtc-readonly-").FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Mounts("-t", "tmpfs", "tmpfs", mount), "only an administrator mounts file systems");
        try
        {
            foreach (var file in Directory.GetFiles(Folder.Path))
            {
                File.Copy(file, Path.Combine(mount, Path.GetFileName(file)));
            }

            Assert.True(Mounts("-o", "remount,ro", mount));
            var refusal = Assert.Throws<StoreRefusedException>(() => SqliteStore.Open(mount, Clock));
            Assert.Contains(mount, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Fix: make", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            using var unmount = Process.Start("umount", [mount]);
            await unmount.WaitForExitAsync(Stop);
            Directory.Delete(mount);
        }

        await using var store = Open();
        Assert.True(await Holds(store, 2));
    }

    [Fact]
    public async Task Rows_that_are_deleted_give_their_pages_back()
    {
        await FillAsync(Folder.Path, 200);
        await using (var store = Open())
        {
            for (var number = 0; number < 200; number++)
            {
                await store.CommitAsync(
                    new Commit(
                        Home.OfJob($"{number:00000}"),
                        new Change.Delete("a", 1),
                        new Change.Delete("b", 1),
                        new Change.Delete("c", 1)
                    ),
                    Stop
                );
            }

            while (await store.GiveBackAsync(Stop) > 0) { }
        }

        using var plain = Folder.Connect();
        Assert.Equal(0L, DataFolder.Ask(plain, "PRAGMA freelist_count"));
        Assert.True(new FileInfo(Folder.Database).Length < 200 * 1024, $"{new FileInfo(Folder.Database).Length} bytes");
    }

    private async Task FillAsync(string folder, int commits)
    {
        await using var store = SqliteStore.Open(folder, Clock);
        await Task.WhenAll(Enumerable.Range(0, commits).Select(number => store.CommitAsync(Numbered(number, 1000), Stop)));
    }

    private void AssertRefused(params string[] words)
    {
        var refusal = Assert.Throws<StoreRefusedException>(() => Open());
        Assert.Contains(Folder.Database, refusal.Message, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
    }

    private static bool Mounts(params string[] arguments)
    {
        try
        {
            using var mount = Process.Start(
                new ProcessStartInfo("mount", arguments) { RedirectStandardError = true, UseShellExecute = false }
            )!;
            mount.WaitForExit();
            return mount.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
