using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

public sealed class SqliteOpeningTests : SqliteStoreFolder
{
    [Fact]
    public async Task Second_writer_is_refused_by_name_of_the_file_until_the_first_has_closed()
    {
        var first = Open();
        var refusal = Assert.Throws<FolderTakenException>(() => Open());
        Assert.Contains(Path.Combine(Folder.Path, "hub.lock"), refusal.Message, StringComparison.Ordinal);
        Assert.Contains("another process", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(CommitResult.Committed, await first.CommitAsync(Numbered(1), Stop));
        await first.DisposeAsync();
        await using var second = Open();
        Assert.True(await Holds(second, 1));
    }

    [Fact]
    public async Task Reader_beside_the_writer_sees_what_is_committed_and_cannot_write()
    {
        await using var writer = Open();
        await using var reader = SqliteStore.OpenForReading(Folder.Path);
        Assert.False(await Holds(reader, 1));
        await writer.CommitAsync(Numbered(1), Stop);
        Assert.True(await Holds(reader, 1));
        Assert.Equal(1, await reader.LengthAsync(Stop));
        Assert.Equal(Start, await reader.NextDueAsync("hub", Stop));
        Assert.Equal(3, (await reader.CountAsync(Stop)).Count);
        await Assert.ThrowsAsync<InvariantException>(() => reader.CommitAsync(Numbered(2), Stop));
        await Assert.ThrowsAsync<InvariantException>(() => reader.TakeAsync("hub", 1, Start, TimeSpan.FromSeconds(1), Stop));
        Assert.Equal(CommitResult.Committed, await writer.CommitAsync(Numbered(2), Stop));
    }

    [Fact]
    public async Task Reader_beside_the_writer_sees_when_the_next_work_is_due_however_often_that_changes()
    {
        await using var writer = Open();
        await using var reader = SqliteStore.OpenForReading(Folder.Path);
        Assert.Null(await reader.NextDueAsync("hub", Stop));
        await writer.CommitAsync(Numbered(1), Stop);
        Assert.Equal(Start, await reader.NextDueAsync("hub", Stop));
        foreach (var work in await writer.TakeAsync("hub", 1, Start, TimeSpan.FromMinutes(1), Stop))
        {
            await writer.CompleteAsync(work, Stop);
        }

        Assert.Null(await reader.NextDueAsync("hub", Stop));
    }

    [Fact]
    public async Task Folder_that_nobody_writes_can_be_read()
    {
        await using (var writer = Open())
        {
            await writer.CommitAsync(Numbered(1), Stop);
        }

        await using (var reader = SqliteStore.OpenForReading(Folder.Path))
        {
            Assert.True(await Holds(reader, 1));
            await using var later = Open();
            await later.CommitAsync(Numbered(2), Stop);
            Assert.True(await Holds(reader, 2));
        }

        await using var again = SqliteStore.OpenForReading(Folder.Path);
        Assert.True(await Holds(again, 2));
    }

    [Fact]
    public void Folder_without_a_hub_is_refused_to_readers_and_not_filled()
    {
        var refusal = Assert.Throws<StoreRefusedException>(() => SqliteStore.OpenForReading(Folder.Path));
        Assert.Contains(Folder.Database, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder.Path));
    }

    [Fact]
    public async Task Folder_that_does_not_exist_is_made_for_a_writer()
    {
        var path = Path.Combine(Folder.Path, "deep", "data");
        await using var store = SqliteStore.Open(path, Clock);
        Assert.True(File.Exists(Path.Combine(path, "hub.db")));
    }

    [Fact]
    public async Task Schema_of_a_newer_hub_is_refused_and_left_alone()
    {
        await Open().DisposeAsync();
        using (var plain = Folder.Connect())
        {
            Assert.Equal(Schema.Version, DataFolder.Ask(plain, "PRAGMA user_version"));
            DataFolder.Ask(plain, $"PRAGMA user_version = {Schema.Version + 1}");
        }

        foreach (var open in new Action[] { () => Open(), () => SqliteStore.OpenForReading(Folder.Path) })
        {
            var refusal = Assert.Throws<StoreRefusedException>(open);
            Assert.Contains(Folder.Database, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
        }

        using (var plain = Folder.Connect())
        {
            DataFolder.Ask(plain, $"PRAGMA user_version = {Schema.Version}");
        }

        await Open().DisposeAsync();
    }

    [Fact]
    public void Other_peoples_files_are_refused()
    {
        using (var plain = Folder.Connect())
        {
            DataFolder.Ask(plain, "CREATE TABLE theirs (a)");
        }

        Assert.Contains("no hub's", Assert.Throws<StoreRefusedException>(() => Open()).Message, StringComparison.Ordinal);
        File.WriteAllText(Folder.Database, new string('?', 5000));
        Assert.Contains(Folder.Database, Assert.Throws<StoreRefusedException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Contains(
            Folder.Database,
            Assert.Throws<StoreRefusedException>(() => SqliteStore.OpenForReading(Folder.Path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Limits_out_of_range_are_refused()
    {
        Assert.Throws<InvariantException>(() => Open(new() { MaxWaiting = 0 }));
        Assert.Throws<InvariantException>(() => Open(new() { MaxBacklog = TimeSpan.Zero }));
        Assert.Throws<InvariantException>(() => Open(new() { MaxDatabaseBytes = 1 }));
    }

    [Fact]
    public async Task Counting_and_queue_questions_are_answered_from_indexes()
    {
        await using var store = Open();
        using var plain = Folder.Connect();
        Assert.Contains(
            "COVERING INDEX lists",
            Plan("SELECT kind, state, count(*) FROM rows INDEXED BY lists WHERE kind <> '' GROUP BY kind, state ORDER BY kind, state"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "COVERING INDEX due (share=? AND due<?)",
            Plan("SELECT id, due FROM work WHERE share = 'a' AND due <= 1 ORDER BY due, id LIMIT 3"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "COVERING INDEX due (share=?)",
            Plan("SELECT id, due FROM work WHERE share = 'a' ORDER BY due, id LIMIT 3"),
            StringComparison.Ordinal
        );

        string Plan(string sql)
        {
            using var command = new Microsoft.Data.Sqlite.SqliteCommand("EXPLAIN QUERY PLAN " + sql, plain);
            using var reader = command.ExecuteReader();
            var lines = new List<string>();
            while (reader.Read())
            {
                lines.Add(reader.GetString(3));
            }

            Assert.DoesNotContain(lines, line => line.Contains("TEMP B-TREE", StringComparison.Ordinal));
            return string.Join('\n', lines);
        }
    }
}
