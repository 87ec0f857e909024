using System.Text;
using QtcHub.Ledger;

namespace QtcHub.Tests.Stores;

/// <summary>What every store must do with rows.</summary>
public abstract class HubStoreContract : StoreUnderTest
{
    [Fact]
    public async Task Inserted_row_is_read_back_with_version_one()
    {
        Assert.Equal(CommitResult.Committed, await Commit(Here, Insert("a", "{\"n\":1}", "record", "open")));
        var row = await Store.ReadAsync(Here, "a", Stop);
        Assert.NotNull(row);
        Assert.Equal(("a", "record", "open", 1L), (row.Key, row.Kind, row.State, row.Version));
        Assert.Equal("{\"n\":1}", Encoding.UTF8.GetString(row.Body.Span));
        Assert.Null(await Store.ReadAsync(There, "a", Stop));
        Assert.Null(await Store.ReadAsync(Here, "A", Stop));
    }

    [Fact]
    public async Task Body_of_any_bytes_and_of_none_is_kept_and_no_longer_shared_with_the_caller()
    {
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var slice = bytes.AsMemory(10, 20);
        await Commit(
            Here,
            new Change.Insert(new Row("all", "content", "", bytes)),
            new Change.Insert(new Row("part", "content", "", slice))
        );
        await Commit(Here, new Change.Insert(new Row("none", "content", "", ReadOnlyMemory<byte>.Empty)));
        var (all, part) = (bytes.ToArray(), slice.ToArray());
        bytes.AsSpan().Clear();
        Assert.Equal(all, (await Store.ReadAsync(Here, "all", Stop))!.Body.ToArray());
        Assert.Equal(part, (await Store.ReadAsync(Here, "part", Stop))!.Body.ToArray());
        Assert.Equal(0, (await Store.ReadAsync(Here, "none", Stop))!.Body.Length);
    }

    [Fact]
    public async Task Insert_of_a_key_that_exists_conflicts_and_changes_nothing()
    {
        await Commit(Here, Insert("a", "first"));
        Assert.Equal(CommitResult.Conflict, await Commit(Here, Insert("a", "second")));
        Assert.Equal("first", await BodyOf(Here, "a"));
        Assert.Equal(CommitResult.Committed, await Commit(There, Insert("a", "elsewhere")));
    }

    [Fact]
    public async Task Each_replacement_raises_the_version_and_an_outdated_one_conflicts()
    {
        await Commit(Here, Insert("a", "one"));
        Assert.Equal(CommitResult.Committed, await Commit(Here, Replace("a", 1, "two")));
        Assert.Equal(CommitResult.Conflict, await Commit(Here, Replace("a", 1, "lost")));
        Assert.Equal(CommitResult.Committed, await Commit(Here, Replace("a", 2, "three")));
        Assert.Equal(CommitResult.Conflict, await Commit(Here, Replace("a", 4, "future")));
        Assert.Equal(CommitResult.Conflict, await Commit(Here, Replace("missing", 0)));
        Assert.Equal("three", await BodyOf(Here, "a"));
        Assert.Equal(3, (await Store.ReadAsync(Here, "a", Stop))!.Version);
    }

    [Fact]
    public async Task Delete_needs_the_version_and_a_new_row_begins_at_one_again()
    {
        await Commit(Here, Insert("a"));
        await Commit(Here, Replace("a", 1));
        Assert.Equal(CommitResult.Conflict, await Commit(Here, Delete("a", 1)));
        Assert.Equal(CommitResult.Committed, await Commit(Here, Delete("a", 2)));
        Assert.Equal(CommitResult.Conflict, await Commit(Here, Delete("a", 2)));
        Assert.Null(await Store.ReadAsync(Here, "a", Stop));
        Assert.Equal(CommitResult.Committed, await Commit(Here, Insert("a")));
        Assert.Equal(1, (await Store.ReadAsync(Here, "a", Stop))!.Version);
    }

    [Fact]
    public async Task Commit_with_one_broken_precondition_writes_nothing_of_it()
    {
        await Commit(Here, Insert("a", "kept"), Insert("b", "kept"));
        Assert.Equal(
            CommitResult.Conflict,
            await Commit(Here, Insert("c"), Replace("a", 1, "changed"), Delete("b", 1), Insert("d"), Replace("e", 1))
        );
        Assert.Equal(["a", "b"], await KeysOf(Here, ""));
        Assert.Equal("kept", await BodyOf(Here, "a"));
        Assert.Equal(1, (await Store.ReadAsync(Here, "a", Stop))!.Version);
        Assert.Equal([new RowCount("lane", "", 2)], await Store.CountAsync(Stop));
    }

    [Fact]
    public async Task Of_concurrent_commits_on_one_row_exactly_one_wins()
    {
        await Commit(Here, Insert("a", "start"));
        for (var version = 1; version <= 10; version++)
        {
            var contenders = Enumerable.Range(0, 8).Select(i => (Task: Commit(Here, Replace("a", version, $"{version}-{i}")), i)).ToList();
            var results = await Task.WhenAll(contenders.Select(contender => contender.Task));
            var winner = Array.IndexOf(results, CommitResult.Committed);
            Assert.Equal(7, results.Count(result => result == CommitResult.Conflict));
            Assert.Equal($"{version}-{winner}", await BodyOf(Here, "a"));
        }
    }

    [Fact]
    public async Task Commits_that_break_a_limit_throw_and_write_nothing()
    {
        var tooMany = Enumerable.Range(0, Ledger.Commit.MaxChanges + 1).Select(i => Insert($"k{i}")).ToArray();
        var tooBig = new Change.Insert(new Row("big", "content", "", new byte[Ledger.Commit.MaxRowBytes + 1]));
        var full = Enumerable
            .Range(0, 7)
            .Select(i => (Change)new Change.Insert(new Row($"f{i}", "content", "", new byte[Ledger.Commit.MaxRowBytes])));
        await Assert.ThrowsAsync<InvariantException>(() => Commit(Here, [.. tooMany]));
        await Assert.ThrowsAsync<InvariantException>(() => Commit(Here, tooBig));
        await Assert.ThrowsAsync<InvariantException>(() => Commit(Here, [.. full]));
        await Assert.ThrowsAsync<InvariantException>(() => Commit(Here, Insert("a"), Replace("a", 1)));
        await Assert.ThrowsAsync<InvariantException>(() => Commit(Here));
        await Assert.ThrowsAsync<InvariantException>(() => Commit(Here, Insert("")));
        await Assert.ThrowsAsync<InvariantException>(() => Commit(Here, Insert(new string('k', 257))));
        Assert.Empty(await Store.CountAsync(Stop));
    }

    [Fact]
    public async Task Commit_at_its_limits_is_stored()
    {
        var many = Enumerable.Range(0, Ledger.Commit.MaxChanges).Select(i => Insert($"k{i:000}" + new string('k', 252))).ToArray();
        Assert.Equal(CommitResult.Committed, await Commit(Here, [.. many]));
        var big = new Change.Insert(new Row("big", "content", "", new byte[Ledger.Commit.MaxRowBytes]));
        Assert.Equal(CommitResult.Committed, await Commit(There, big));
        Assert.Equal(Ledger.Commit.MaxChanges, (await KeysOf(Here, "k", 200)).Length);
        Assert.Equal(Ledger.Commit.MaxRowBytes, (await Store.ReadAsync(There, "big", Stop))!.Body.Length);
    }

    [Fact]
    public async Task Cancelled_call_writes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.CommitAsync(new Commit(Here, Insert("a")), cancelled.Token));
        Assert.Null(await Store.ReadAsync(Here, "a", Stop));
    }

    [Fact]
    public async Task Rows_of_a_prefix_come_in_key_order_whatever_the_characters()
    {
        // csharpier-ignore
        string[] keys =
        [
            "a", "a|", "a|\0", "a| ", "a|%", "a|'--", "a|1", "a|10", "a|2", "a|A", "a|_", "a|a", "a|é", "a|日本", "a|\uE000", "a|\uFFFD", "a|😀", "a|😀1",
            "a|\U0010FFFF", "a}", "b",
        ];
        await Commit(Here, [.. keys.Reverse().Select(key => Insert(key))]);
        await Commit(There, Insert("a|elsewhere"));
        Assert.Equal(keys, await KeysOf(Here, ""));
        Assert.Equal(keys[1..^2], await KeysOf(Here, "a|"));
        Assert.Equal(["a|1", "a|10"], await KeysOf(Here, "a|1"));
        Assert.Equal(["a|😀", "a|😀1"], await KeysOf(Here, "a|😀"));
        Assert.Equal(["a|%"], await KeysOf(Here, "a|%"));
        Assert.Equal(["a|\U0010FFFF"], await KeysOf(Here, "a|\U0010FFFF"));
        Assert.Empty(await KeysOf(Here, "a|x"));
        Assert.Equal(["a|", "a|\0", "a| "], await KeysOf(Here, "a|", 3));
        Assert.Empty(await KeysOf(Home.OfJob("nowhere"), ""));
    }

    [Fact]
    public async Task List_gives_the_rows_of_a_kind_and_state_across_homes()
    {
        await Commit(Here, Insert("b", "1", "lane", "due"), Insert("a", "2", "lane", "parked"), Insert("c", "3", "audit"));
        await Commit(There, Insert("a", "4", "lane", "due"), Insert("d", "5", "lane", ""));
        Assert.Equal(["here/b", "there/a"], await ListAll("lane", "due"));
        Assert.Equal(["there/d"], await ListAll("lane", ""));
        Assert.Equal(["here/a", "here/b", "there/a", "there/d"], await ListAll("lane", null));
        Assert.Equal(["here/c"], await ListAll("audit", null));
        Assert.Empty(await ListAll("lan", null));
        Assert.Empty(await ListAll("lane", "gone"));
        await Commit(Here, Replace("b", 1, "1", "lane", "parked"), Delete("a", 1));
        Assert.Equal(["here/b"], await ListAll("lane", "parked"));
        Assert.Equal(["there/a"], await ListAll("lane", "due"));
        var row = Assert.Single((await Store.ListAsync("lane", "parked", null, 10, Stop)).Rows);
        Assert.Equal((Here, 2L, "parked", "1"), (row.Home, row.Row.Version, row.Row.State, Encoding.UTF8.GetString(row.Row.Body.Span)));
    }

    [Theory]
    [InlineData("s0")]
    [InlineData(null)]
    public async Task Pages_neither_repeat_nor_miss_a_row_while_others_come_and_change(string? state)
    {
        for (var i = 0; i < 20; i++)
        {
            await Commit(Home.OfJob($"h{i:00}"), Insert("m", "", "lane", "s0"), Insert("n", "", "lane", state is null ? "s1" : "s0"));
        }

        var seen = new List<string>();
        string? continuation = null;
        for (var page = 0; page < 30; page++)
        {
            var rows = await Store.ListAsync("lane", state, continuation, 3, Stop);
            Assert.InRange(rows.Rows.Count, 0, 3);
            seen.AddRange(rows.Rows.Select(row => Name(row)));
            continuation = rows.Continuation;
            if (continuation is null)
            {
                break;
            }

            // Before and behind the page, and one row that was seen moves to the end of another list.
            await Commit(Home.OfJob($"h00-{page}"), Insert("m", "", "lane", "s0"));
            await Commit(Home.OfJob($"z{page}"), Insert("m", "", "lane", "s0"));
            await Commit(
                rows.Rows[0].Home,
                Replace(rows.Rows[0].Row.Key, rows.Rows[0].Row.Version, "", "lane", state is null ? "s2" : "s0")
            );
        }

        Assert.Null(continuation);
        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(seen.Order(KeyOrder.Instance), seen);
        Assert.Equal(40, seen.Count(name => name[0] == 'h' && !name.Contains('-', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Last_page_says_that_it_is_the_last_even_when_it_is_full()
    {
        await Commit(Here, Insert("a"), Insert("b"), Insert("c"), Insert("d"));
        var first = await Store.ListAsync("lane", "", null, 2, Stop);
        var second = await Store.ListAsync("lane", "", first.Continuation, 2, Stop);
        Assert.Equal(["here/a", "here/b"], first.Rows.Select(Name));
        Assert.Equal(["here/c", "here/d"], second.Rows.Select(Name));
        Assert.Null(second.Continuation);
        await Assert.ThrowsAsync<FormatException>(() => Store.ListAsync("lane", "", "made up", 2, Stop));
    }

    [Fact]
    public async Task Counts_follow_every_change()
    {
        Assert.Empty(await Store.CountAsync(Stop));
        await Commit(Here, Insert("a", "", "lane", "due"), Insert("b", "", "lane", "due"), Insert("c", "", "audit"));
        await Commit(There, Insert("a", "", "lane", "applied"));
        Assert.Equal([new("audit", "", 1), new("lane", "applied", 1), new("lane", "due", 2)], await Store.CountAsync(Stop));
        await Commit(Here, Replace("a", 1, "", "lane", "applied"), Delete("c", 1));
        Assert.Equal([new("lane", "applied", 2), new("lane", "due", 1)], await Store.CountAsync(Stop));
    }

    private async Task<List<string>> ListAll(string kind, string? state) =>
        [.. (await Store.ListAsync(kind, state, null, 100, Stop)).Rows.Select(Name)];

    private static string Name(ListedRow row) => $"{row.Home.Value[4..]}/{row.Row.Key}";
}
