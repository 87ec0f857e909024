using System.IO.Compression;
using Microsoft.Data.Sqlite;
using QtcHub.DeadLetters;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

/// <summary>A database of the first landed version, and steps that fail half-way.</summary>
public sealed class SchemaTests : SqliteStoreFolder
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Systems = new(StringComparer.Ordinal)
    {
        ["netsuite"] = ["customer", "invoice", "customerPayment"],
        ["stripe"] = ["customer", "invoice", "payment_intent"],
    };

    [Fact]
    public async Task Database_of_the_first_version_is_read_before_it_is_upgraded()
    {
        Unpack();
        await using var reader = SqliteStore.OpenForReading(Folder.Path);

        await AssertWholeAsync(reader);
        using var plain = Folder.Connect();
        Assert.Equal(1L, DataFolder.Ask(plain, "PRAGMA user_version"));
    }

    [Fact]
    public async Task Database_of_the_first_version_opens_in_the_last_and_work_goes_on()
    {
        Unpack();
        var before = Rows();
        Clock.SetUtcNow(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));

        await using (var store = Open())
        {
            await AssertWholeAsync(store);
            Assert.Equal(CommitResult.Committed, await store.CommitAsync(Numbered(1), Stop));
            Assert.Single(await store.TakeAsync("hub", 1, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), Stop));
        }

        using var plain = Folder.Connect();
        Assert.Equal(Schema.Version, DataFolder.Ask(plain, "PRAGMA user_version"));
        Assert.Equal("ok", DataFolder.Ask(plain, "PRAGMA integrity_check"));
        Assert.Equal(before, Rows().Where(row => !row.StartsWith("job|00001", StringComparison.Ordinal)));
        Assert.Equal(
            0L,
            DataFolder.Ask(plain, "SELECT count(*) FROM rows WHERE kind IN ('raw', 'content', 'request') AND length(state) <> 8")
        );
    }

    [Fact]
    public async Task Step_that_breaks_off_leaves_the_version_before_it_whole()
    {
        Unpack();
        var before = Rows();
        SchemaStep[] broken = [.. Schema.Steps, new("breaks off", "DELETE FROM rows; CREATE TABLE rows (a)")];

        using (var plain = Folder.Connect())
        {
            Assert.Throws<SqliteException>(() => Schema.Upgrade(plain, broken));
            Assert.Equal(Schema.Version, DataFolder.Ask(plain, "PRAGMA user_version"));
        }

        Assert.Equal(before, Rows());
        Clock.SetUtcNow(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        await using var store = Open();
        await AssertWholeAsync(store);
    }

    [Fact]
    public async Task Every_step_can_be_the_last_that_was_taken()
    {
        for (var taken = 1; taken <= Schema.Steps.Count; taken++)
        {
            using var other = new DataFolder();
            using (var plain = other.Connect())
            {
                Schema.Upgrade(plain, [.. Schema.Steps.Take(taken)]);
            }

            await using var store = SqliteStore.Open(other.Path, Clock);
            Assert.Equal(CommitResult.Committed, await store.CommitAsync(Numbered(1), Stop));
        }
    }

    private static async Task AssertWholeAsync(SqliteStore store)
    {
        var found = await new Verifier(store).VerifyAsync(Stop);
        Assert.Equal(
            (6L, 4L, 1L, 1L, 0L),
            (found.Acknowledged, found.Applied, found.Parked, found.DeadLettered, found.Open + found.Unknown)
        );
        var letter = Assert.Single(await new LetterBox(store).ListAsync(10, Stop));
        Assert.Equal(("Rejected", "account cus_00000000000002"), (letter.Fault.Name, letter.Affected));
        var trace = await new Tracer(store, Systems).TraceAsync("cus_00000000000001", Stop);
        var record = Assert.Single(trace!.Records);
        Assert.Equal(2, record.Head.Revision);
        // This program's effects lie in rows of their own.
        Assert.Equal(
            [(1, EffectState.Applied, true), (2, EffectState.Applied, true)],
            record.Effects.Select((effect, at) => (effect.Revision, effect.State, record.RequestsKept[at]))
        );
        Assert.NotNull(await new Tracer(store, Systems).TraceAsync("evt_by_hand_1", Stop));
        Assert.Equal(StoreEpoch.First, StoreEpoch.Of(await store.ReadAsync(StoreEpoch.Home, StoreEpoch.Key, Stop)));
    }

    private void Unpack()
    {
        using var packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "fixtures", "first.hub.db.gz"));
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        using var file = File.Create(Folder.Database);
        unpacked.CopyTo(file);
    }

    private List<string> Rows()
    {
        using var plain = Folder.Connect();
        using var command = new SqliteCommand(
            "SELECT home || '!' || key || ' ' || version || ' ' || CASE WHEN kind IN ('audit', 'claim', 'waiter', 'effect') THEN '' ELSE kind END || ' ' || hex(body) FROM rows ORDER BY 1",
            plain
        );
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
