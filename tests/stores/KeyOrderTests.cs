using System.Text;
using QtcHub.Ledger;

namespace QtcHub.Tests.Stores;

public sealed class KeyOrderTests
{
    [Fact]
    public void Keys_are_ordered_as_their_utf8_bytes_are()
    {
        var random = new Random(7);
        string[] letters =
        [
            "",
            "a",
            "b",
            "|",
            "\0",
            "\u007F",
            "\u0080",
            "\u07FF",
            "\u0800",
            "\uD7FF",
            "\uE000",
            "\uFFFF",
            "\U00010000",
            "\U0001F600",
            "\U0010FFFF",
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var (one, other) = (Word(), Word());
            var bytes = Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));
            Assert.Equal(Math.Sign(bytes), Math.Sign(KeyOrder.Instance.Compare(one, other)));
        }

        string Word() => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => letters[random.Next(letters.Length)]));
    }

    [Theory]
    [InlineData("job|a", "b")]
    [InlineData("", "")]
    [InlineData("a:b", ":1:c")]
    [InlineData("job|😀", "é\n")]
    public void Position_is_read_back_from_its_text(string home, string key) =>
        Assert.Equal(new RowPosition(home, key), RowPosition.After(new RowPosition(home, key).ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5:abc")]
    [InlineData("-1:abc")]
    [InlineData("x:abc")]
    [InlineData("99999999999:abc")]
    public void Text_that_is_no_position_is_refused(string text) => Assert.Throws<FormatException>(() => RowPosition.After(text));
}
