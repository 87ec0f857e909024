using System.Text;
using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

/// <summary>Bytes that a disk has changed inside a row hang together as pages do: only the row's own checksum knows.</summary>
public sealed class ChecksumTests : SqliteStoreFolder
{
    private const string Secret = "amount-1099";
    private static readonly Home Damaged = Home.OfJob("damaged");

    [Theory]
    [InlineData("body = CAST(replace(body, '1099', '1199') AS BLOB)")]
    [InlineData("version = version + 1")]
    [InlineData("state = 'held'")]
    [InlineData("kind = 'letter'")]
    [InlineData("checksum = checksum + 1")]
    public async Task Changed_row_is_refused_by_every_reading_with_its_place_and_without_its_content(string change)
    {
        await FillAsync();
        using (var plain = Folder.Connect())
        {
            DataFolder.Ask(plain, $"UPDATE rows SET {change} WHERE home = '{Damaged.Value}'");
        }

        await using var store = Open();
        await RefusedAsync(() => store.ReadAsync(Damaged, "a", Stop));
        await RefusedAsync(() => store.ReadManyAsync(Damaged, "", 10, Stop));
        await RefusedAsync(() =>
            store.ListAsync(change.StartsWith("kind", StringComparison.Ordinal) ? "letter" : "lane", null, null, 10, Stop)
        );
        await RefusedAsync(() => store.CheckRowsAsync(Stop));
        Assert.True(await Holds(store, 1));
    }

    [Fact]
    public async Task Flipped_bit_in_the_file_is_refused_though_its_pages_hang_together()
    {
        await FillAsync();
        var bytes = await File.ReadAllBytesAsync(Folder.Database, Stop);
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret));
        bytes[at + Secret.Length - 1] ^= 1;
        await File.WriteAllBytesAsync(Folder.Database, bytes, Stop);

        await using var store = Open();
        await RefusedAsync(() => store.ReadAsync(Damaged, "a", Stop));
    }

    [Fact]
    public async Task Rows_of_before_there_were_checksums_are_read_as_they_are_and_have_one_once_they_are_written_again()
    {
        await FillAsync();
        using (var plain = Folder.Connect())
        {
            DataFolder.Ask(plain, "UPDATE rows SET checksum = NULL");
        }

        await using var store = Open();
        await store.CheckRowsAsync(Stop);
        var row = await store.ReadAsync(Damaged, "a", Stop);
        await store.CommitAsync(new Commit(Damaged, new Change.Replace(row! with { State = "due" }, row.Version)), Stop);

        using var asked = Folder.Connect();
        Assert.Equal(1L, DataFolder.Ask(asked, "SELECT count(*) FROM rows WHERE checksum IS NOT NULL"));
        await store.CheckRowsAsync(Stop);
    }

    [Fact]
    public void Every_part_and_its_place_counts()
    {
        var body = "0123456789abcdef-"u8.ToArray();
        long[] sums =
        [
            RowSum.Of("h", new Row("k", "l", "s", body), 1, body),
            RowSum.Of("hk", new Row("", "l", "s", body), 1, body),
            RowSum.Of("h", new Row("k", "", "ls", body), 1, body),
            RowSum.Of("h", new Row("k", "l", "s", body), 2, body),
            RowSum.Of("h", new Row("k", "l", "s", body), 1, body.AsSpan(1)),
            .. Enumerable.Range(0, body.Length * 8).Select(bit => RowSum.Of("h", new Row("k", "l", "s", body), 1, Flipped(body, bit))),
        ];

        Assert.Equal(sums.Length, sums.Distinct().Count());
    }

    private static byte[] Flipped(byte[] body, int bit)
    {
        byte[] flipped = [.. body];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private async Task FillAsync()
    {
        await using var store = Open();
        for (var number = 0; number < 3; number++)
        {
            await store.CommitAsync(Numbered(number), Stop);
        }

        await store.CommitAsync(new Commit(Damaged, new Change.Insert(new Row("a", "lane", "due", Encoding.UTF8.GetBytes(Secret)))), Stop);
    }

    private static async Task RefusedAsync(Func<Task> read)
    {
        var refused = await Assert.ThrowsAsync<StoreFailedException>(read);
        Assert.StartsWith($"the row {Damaged.Value} a is not as it was written.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("amount", refused.Message, StringComparison.Ordinal);
    }
}
