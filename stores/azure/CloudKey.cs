using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>
/// Text as it stands in the keys of a table, which hold neither / \ # ? nor control characters and at most 512 characters. The escape can be undone,
/// keeps <see cref="KeyOrder"/> under ordinal comparison, keeps prefixes, and at most doubles the length.
/// </summary>
/// <remarks>
/// Letters, digits and <c>- : ; _ ` { |</c> stand for themselves. Every other character of ASCII belongs to a run of neighbours that share a lead, itself of
/// the run, and are told apart by a second character. A code point beyond ASCII is two characters of a block of ideographs, twelve bits each.
/// An exclamation mark is never part of the escape: it separates what keys are put together from, and sorts before all else.
/// </remarks>
internal static class CloudKey
{
    /// <summary>Most characters of a key.</summary>
    public const int MaxLength = 512;

    /// <summary>Separates the parts of a key and sorts before them.</summary>
    public const char Separator = '!';

    /// <summary>Sorts after a separator and before every escaped text.</summary>
    public const char AfterSeparator = '"';

    /// <summary>Sorts after everything that a key holds.</summary>
    public const char Last = '\u9FFF';

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int FirstIdeograph = 0x4E00;
    private const int HashLength = 43;

    // First and last character of each run, and its lead.
    private static readonly (char First, char Last, char Lead)[] Runs =
    [
        ('\0', '$', '$'),
        ('%', '(', '('),
        (')', ',', ','),
        ('.', '/', '.'),
        ('<', '@', '='),
        ('[', '^', '^'),
        ('}', '\u007F', '}'),
    ];

    // What stands for itself: most texts are nothing else.
    private static readonly SearchValues<char> Plain = SearchValues.Create([
        .. Enumerable.Range(0, 0x80).Select(code => (char)code).Where(character => RunOf(character).Lead == '\0'),
    ]);

    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!rune.IsAscii)
            {
                var rest = rune.Value - 0x80;
                escaped.Append((char)(FirstIdeograph + (rest >> 12))).Append((char)(FirstIdeograph + (rest & 0xFFF)));
            }
            else if (RunOf((char)rune.Value) is { Lead: not '\0' } run)
            {
                escaped.Append(run.Lead).Append(Digits[rune.Value - run.First]);
            }
            else
            {
                escaped.Append((char)rune.Value);
            }
        }

        return escaped.ToString();
    }

    public static string Unescape(string escaped)
    {
        var text = new StringBuilder(escaped.Length);
        for (var at = 0; at < escaped.Length; at++)
        {
            var lead = escaped[at];
            if (lead >= FirstIdeograph)
            {
                text.Append(new Rune(((lead - FirstIdeograph) << 12) + (escaped[++at] - FirstIdeograph) + 0x80));
            }
            else if (Array.Find(Runs, run => run.Lead == lead) is { Lead: not '\0' } run)
            {
                text.Append((char)(run.First + Digits.IndexOf(escaped[++at], StringComparison.Ordinal)));
            }
            else
            {
                text.Append(lead);
            }
        }

        return text.ToString();
    }

    /// <summary>The key itself, or where it is longer than <paramref name="most"/> its beginning and a hash of the whole.</summary>
    public static string Fit(string key, int most)
    {
        if (key.Length <= most)
        {
            return key;
        }

        var hash = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        return $"{key[..(most - HashLength - 1)]}{Separator}{hash}";
    }

    /// <summary>One of <paramref name="shards"/>, always the same for a text, as two hexadecimal digits.</summary>
    public static string Shard(string text, int shards)
    {
        var hash = 2166136261u;
        foreach (var unit in text)
        {
            hash = unchecked((hash ^ unit) * 16777619u);
        }

        return ShardName((int)((hash ^ (hash >> 15)) % (uint)shards));
    }

    public static string ShardName(int shard) => shard.ToString("x2", System.Globalization.CultureInfo.InvariantCulture);

    private static (char First, char Last, char Lead) RunOf(char character) =>
        Array.Find(Runs, run => character >= run.First && character <= run.Last);
}
