using QtcHub.Connectors.Salesforce;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

public sealed class SoqlTests
{
    [Theory]
    [InlineData("S-1", "'S-1'")]
    [InlineData("", "''")]
    [InlineData("Bob's BBQ", @"'Bob\'s BBQ'")]
    [InlineData("' OR Name != '", @"'\' OR Name != \''")]
    [InlineData(@"\", @"'\\'")]
    [InlineData(@"\' OR Id != null OR Name = '", @"'\\\' OR Id != null OR Name = \''")]
    [InlineData("a\"b", "'a\\\"b'")]
    [InlineData("one\r\ntwo\tthree", @"'one\r\ntwo\tthree'")]
    [InlineData("\0\u001b\u007f\u2028", @"'\u0000\u001b\u007f\u2028'")]
    [InlineData("100%_Ångström ☃", "'100%_Ångström ☃'")]
    public void A_text_stays_within_its_quotes(string text, string literal) => Assert.Equal(literal, Soql.Text(text));

    [Fact]
    public void No_text_gets_out_of_its_quotes_whatever_is_in_it()
    {
        char[] letters = ['\'', '\\', '"', 'n', ' ', '\n', '\u2029'];
        foreach (var text in Texts(letters, 4))
        {
            var literal = Soql.Text(text);
            Assert.Equal(text, Unquoted(literal));
        }
    }

    [Fact]
    public void An_instant_is_written_in_utc_to_the_second() =>
        Assert.Equal("2026-08-03T10:00:01Z", Soql.Instant(new DateTimeOffset(2026, 8, 3, 12, 0, 1, 900, TimeSpan.FromHours(2))));

    private static IEnumerable<string> Texts(char[] letters, int length) =>
        length == 0 ? [""] : Texts(letters, length - 1).SelectMany(text => letters.Select(letter => text + letter));

    /// <summary>What a reader of the language reads: it ends at the first quote that no backslash precedes.</summary>
    private static string Unquoted(string literal)
    {
        var read = new System.Text.StringBuilder();
        var at = 1;
        for (; literal[at] != '\''; at++)
        {
            if (literal[at] != '\\')
            {
                Assert.False(char.IsControl(literal[at]));
                read.Append(literal[at]);
                continue;
            }

            at++;
            read.Append(
                literal[at] switch
                {
                    'n' => '\n',
                    'u' => (char)Convert.ToInt32(literal.Substring(at + 1, 4), 16),
                    var other => other,
                }
            );
            at += literal[at] == 'u' ? 4 : 0;
        }

        Assert.Equal(literal.Length - 1, at);
        return read.ToString();
    }
}
