namespace QtcHub.Pipeline;

/// <summary>
/// A document's number as people copy it: without case, spaces and dashes, the letters it begins with apart from the rest. <c>inv-0017</c> is INV and 0017.
/// </summary>
public readonly record struct DocumentNumber
{
    /// <summary>The longest number that is looked for, and the longest run of text that can be one.</summary>
    public const int MostCharacters = 40;

    private DocumentNumber(string prefix, string rest)
    {
        Prefix = prefix;
        Rest = rest;
    }

    /// <summary>The letters that it begins with, upper case; often none.</summary>
    public string Prefix { get; }

    /// <summary>What follows from the first digit on, upper case, zeros as they are written.</summary>
    public string Rest { get; }

    /// <summary>What every way of writing the number has in common: the rest without the zeros that it begins with.</summary>
    public string Key => KeyOf(Rest);

    /// <summary>Reads a number; null for one without digits or too long, which no text is searched for.</summary>
    public static DocumentNumber? Of(string number)
    {
        ArgumentNullException.ThrowIfNull(number);
        var written = string.Concat(number.Where(char.IsLetterOrDigit)).ToUpperInvariant();
        var digits = written.AsSpan().IndexOfAnyInRange('0', '9');
        return digits < 0 || written.Length > MostCharacters ? null : new DocumentNumber(written[..digits], written[digits..]);
    }

    /// <summary>A text that begins with a digit, without the zeros that it begins with.</summary>
    public static string KeyOf(string rest)
    {
        ArgumentNullException.ThrowIfNull(rest);
        return rest.TrimStart('0') is { Length: > 0 } key ? key : "0";
    }
}
