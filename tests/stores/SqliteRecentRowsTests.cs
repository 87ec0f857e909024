using QtcHub.Ledger;

namespace QtcHub.Tests.Stores;

/// <summary>Rows are read from memory where they were written lately, and from the database else: no reader may see the difference.</summary>
public sealed class SqliteRecentRowsTests : SqliteStoreFolder
{
    private const int Homes = 400;
    private const int Bytes = 20_000;

    [Fact]
    public async Task Every_row_reads_as_it_was_written_last_however_long_ago()
    {
        await using var store = Open();
        var expected = new Dictionary<int, (long Version, byte First)?>();
        var random = new Random(7);
        for (var step = 0; step < 3 * Homes; step++)
        {
            var number = random.Next(Homes);
            var home = Home.OfJob($"{number}");
            var first = (byte)random.Next(256);
            var row = new Row("row", "", "", Body(first));
            Change change =
                expected.GetValueOrDefault(number) is not { } now ? new Change.Insert(row)
                : random.Next(4) == 0 ? new Change.Delete("row", now.Version)
                : new Change.Replace(row, now.Version);
            Assert.Equal(CommitResult.Committed, await store.CommitAsync(new Commit(home, change), Stop));
            expected[number] = change switch
            {
                Change.Insert => (1, first),
                Change.Replace replace => (replace.ExpectedVersion + 1, first),
                _ => null,
            };
            var other = random.Next(Homes);
            Assert.Equal(expected.GetValueOrDefault(other), Seen(await store.ReadAsync(Home.OfJob($"{other}"), "row", Stop)));
        }

        for (var number = 0; number < Homes; number++)
        {
            var home = Home.OfJob($"{number}");
            Assert.Equal(expected.GetValueOrDefault(number), Seen(await store.ReadAsync(home, "row", Stop)));
            Assert.Equal(expected.GetValueOrDefault(number), Seen((await store.ReadManyAsync(home, "row", 2, Stop)).SingleOrDefault()));
        }
    }

    [Fact]
    public async Task A_commit_that_lost_leaves_no_trace_in_what_is_read()
    {
        await using var store = Open();
        var home = Home.OfJob("one");
        await store.CommitAsync(new Commit(home, new Change.Insert(new Row("kept", "", "", Body(1)))), Stop);
        var lost = new Commit(
            home,
            new Change.Replace(new Row("kept", "", "", Body(2)), 1),
            new Change.Insert(new Row("new", "", "", Body(2))),
            new Change.Replace(new Row("missing", "", "", Body(2)), 1)
        );
        Assert.Equal(CommitResult.Conflict, await store.CommitAsync(lost, Stop));
        Assert.Equal((1L, (byte)1), Seen(await store.ReadAsync(home, "kept", Stop)));
        Assert.Null(await store.ReadAsync(home, "new", Stop));
        Assert.Null(await store.ReadAsync(home, "missing", Stop));
    }

    [Fact]
    public async Task What_a_list_has_shown_is_not_taken_back_by_a_reading_of_the_row()
    {
        await using var store = Open();
        var home = Home.OfJob("watched");
        await store.CommitAsync(new Commit(home, new Change.Insert(new Row("row", "", "", Body(1)))), Stop);
        for (var (round, version) = (0, 1L); round < 5; round++, version++)
        {
            List<Task<CommitResult>> commits;
            using (Folder.HoldWriter())
            {
                // Many that are settled before it: a reader has time to look in between.
                commits = [.. Enumerable.Range(1_000 * round, 1_000).Select(number => store.CommitAsync(Numbered(number), Stop))];
                var change = new Change.Replace(new Row("row", "", "", Body(2)), version);
                commits.Add(store.CommitAsync(new Commit(home, change), Stop));
            }

            Row listed;
            do
            {
                listed = Assert.Single(await store.ReadManyAsync(home, "row", 2, Stop));
            } while (listed.Version == version);

            Assert.Equal(listed.Version, (await store.ReadAsync(home, "row", Stop))!.Version);
            Assert.All(await Task.WhenAll(commits), result => Assert.Equal(CommitResult.Committed, result));
        }
    }

    [Fact]
    public async Task A_closed_store_answers_nothing_from_memory()
    {
        var store = Open();
        var home = Home.OfJob("one");
        await store.CommitAsync(new Commit(home, new Change.Insert(new Row("row", "", "", Body(1)))), Stop);
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadAsync(home, "row", Stop));
    }

    private static byte[] Body(byte first)
    {
        var body = new byte[Bytes];
        body[0] = first;
        return body;
    }

    private static (long Version, byte First)? Seen(Row? row)
    {
        Assert.True(row is null or { Body.Length: Bytes });
        return row is null ? null : (row.Version, row.Body.Span[0]);
    }
}
