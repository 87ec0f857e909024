using System.Globalization;

namespace QtcHub.Mapping;

/// <summary>Numbers as written, never rounded: what decimal cannot hold exactly is refused.</summary>
internal static class ExactNumber
{
    private const int Digits = 28;

    /// <summary>Reads a JSON number or a plain decimal text.</summary>
    public static Value Read(string text)
    {
        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = mark < 0 ? text.AsSpan() : text.AsSpan(0, mark);
        var exponent = 0;
        if (mark >= 0 && !int.TryParse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return NotExact;
        }

        var point = mantissa.IndexOf('.');
        var fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        var exact =
            mantissa.Length <= Digits + 2
            && exponent is >= -Digits and <= Digits
            && fraction - exponent <= Digits
            && mantissa.TrimStart("-0.").Length + Math.Max(0, exponent) <= Digits;
        const NumberStyles written = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return decimal.TryParse(text, written, CultureInfo.InvariantCulture, out var number)
            ? exact
                ? new Value.Number(number)
                : NotExact
            : text.Any(char.IsAsciiDigit) && text.All(letter => char.IsAsciiDigit(letter) || letter is '+' or '-' or '.' or 'e' or 'E')
                ? NotExact
                : new Value.Failed("this text is not a number");
    }

    /// <summary>Left − right, or why it cannot be exact.</summary>
    public static Value Subtract(decimal left, decimal right) => Add(left, -right);

    /// <summary>Left + right, or why it cannot be exact.</summary>
    public static Value Add(decimal left, decimal right)
    {
        const decimal most = decimal.MaxValue / 2;
        if (Math.Abs(left) > most || Math.Abs(right) > most)
        {
            return NotExact;
        }

        var sum = left + right;
        return sum - right == left && sum - left == right ? new Value.Number(sum) : NotExact;
    }

    /// <summary>The number over a power of ten, or why it cannot be exact.</summary>
    public static Value Divide(decimal number, decimal powerOfTen)
    {
        var shifted = number / powerOfTen;
        return shifted * powerOfTen == number ? new Value.Number(shifted) : NotExact;
    }

    private static Value.Failed NotExact { get; } = new("the number has more digits than can be carried exactly");
}
