using System.Globalization;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>
/// Record ids: fifteen characters in which case matters, the first three telling the object, and three more that tell which of them are capitals,
/// so that what ignores case still tells two ids apart.
/// </summary>
internal static class SalesforceIds
{
    /// <summary>The characters between an object's prefix and a record's number: where the org lives.</summary>
    private const string Pod = "5g0";

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Suffixes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    private const int Short = 15;
    private const int Chunk = 5;

    /// <summary>The id of an object's record of a number; ids of higher numbers sort after those of lower ones.</summary>
    public static string Make(string prefix, long number)
    {
        Span<char> digits = stackalloc char[Short - prefix.Length - Pod.Length];
        for (var at = digits.Length - 1; at >= 0; at--)
        {
            digits[at] = Digits[(int)(number % Digits.Length)];
            number /= Digits.Length;
        }

        return Whole(string.Concat(prefix, Pod, digits));
    }

    /// <summary>Fifteen characters with the three that follow from them.</summary>
    public static string Whole(string fifteen)
    {
        Span<char> suffix = stackalloc char[Short / Chunk];
        for (var chunk = 0; chunk < suffix.Length; chunk++)
        {
            var capitals = 0;
            for (var at = 0; at < Chunk; at++)
            {
                capitals |= char.IsAsciiLetterUpper(fifteen[(chunk * Chunk) + at]) ? 1 << at : 0;
            }

            suffix[chunk] = Suffixes[capitals];
        }

        return string.Concat(fifteen, suffix);
    }

    /// <summary>An id as every answer writes it, of one in either length; null where it is none.</summary>
    public static string? Read(string text)
    {
        if (text.Length is not (Short or Short + (Short / Chunk)) || !text.All(char.IsAsciiLetterOrDigit))
        {
            return null;
        }

        var whole = Whole(text[..Short]);
        return text.Length == Short || text == whole ? whole : null;
    }

    /// <summary>A number that an org counts by itself, e.g. <c>00000017</c>.</summary>
    public static string Counted(long number) => number.ToString("D8", CultureInfo.InvariantCulture);
}
