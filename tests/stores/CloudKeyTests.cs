using QtcHub.Ledger;
using QtcHub.Stores.Azure;

namespace QtcHub.Tests.Stores;

public sealed class CloudKeyTests
{
    private const string Forbidden = "/\\#?";

    [Fact]
    public void Escaped_text_is_read_back_and_keeps_order_and_holds_nothing_forbidden()
    {
        var random = new Random(11);
        for (var i = 0; i < 50_000; i++)
        {
            var (one, other) = (Word(random), Word(random));
            var (first, second) = (CloudKey.Escape(one), CloudKey.Escape(other));
            Assert.Equal(one, CloudKey.Unescape(first));
            Assert.Equal(Math.Sign(KeyOrder.Instance.Compare(one, other)), Math.Sign(string.CompareOrdinal(first, second)));
            Assert.Equal(one.StartsWith(other, StringComparison.Ordinal), first.StartsWith(second, StringComparison.Ordinal));
            Assert.DoesNotContain(first, character => char.IsControl(character) || char.IsSurrogate(character) || character == '!');
            Assert.Equal(-1, first.AsSpan().IndexOfAny(Forbidden));
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("\0")]
    [InlineData("é")]
    [InlineData("日")]
    [InlineData("\uFFFD")]
    public void Two_hundred_and_fifty_six_characters_of_any_kind_fit(string character) =>
        Assert.InRange(CloudKey.Escape(string.Concat(Enumerable.Repeat(character, 256))).Length, 256, CloudKey.MaxLength);

    [Fact]
    public void Key_that_is_too_long_keeps_its_beginning_and_is_still_its_own()
    {
        var one = CloudKey.Fit(new string('a', 600), 512);
        var other = CloudKey.Fit(new string('a', 601), 512);
        Assert.Equal(512, one.Length);
        Assert.Equal(one[..460], other[..460]);
        Assert.NotEqual(one, other);
        Assert.Equal("short", CloudKey.Fit("short", 512));
    }

    [Fact]
    public void What_is_wrong_with_options_is_said_all_at_once()
    {
        var faults = new AzureStoreOptions
        {
            TableEndpoint = new Uri("http://plain.example"),
            BlobEndpoint = new Uri("https://blobs.example"),
            Table = "1",
            ListShards = 0,
        }.Faults();
        Assert.Equal(
            [
                "TableEndpoint is an https address",
                "Table is 3 to 63 letters and digits",
                "Table begins with a letter",
                "ListShards is 1 to 256",
            ],
            faults
        );
        Assert.Contains("not both", Assert.Single(new AzureStoreOptions().Faults().Take(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_and_what_holds_them_never_tell_the_connection_string()
    {
        var options = new AzureStoreOptions { ConnectionString = "AccountKey=c2VjcmV0" };
        var parts = CloudStores.Modelled(TimeProvider.System) with { Options = options };
        Assert.DoesNotContain("c2VjcmV0", $"{options} {parts}", StringComparison.Ordinal);
    }

    private static string Word(Random random)
    {
        var letters = new System.Text.StringBuilder();
        for (var length = random.Next(5); length > 0; length--)
        {
            var point = random.Next(4) switch
            {
                0 => random.Next(0x80),
                1 => random.Next(0x7B, 0x90),
                2 => random.Next(0xD700, 0xE100),
                _ => random.Next(0x110000),
            };
            letters.Append(System.Text.Rune.IsValid(point) ? new System.Text.Rune(point).ToString() : "a");
        }

        return letters.ToString();
    }
}
