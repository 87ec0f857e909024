using System.Globalization;

namespace QtcHub.Ledger;

/// <summary>Where a row stands in a list: by home, then key. Its text is the continuation of a page.</summary>
public readonly record struct RowPosition(string Home, string Key) : IComparable<RowPosition>
{
    /// <summary>Before every row.</summary>
    public static RowPosition Start { get; } = new("", "");

    /// <inheritdoc />
    public int CompareTo(RowPosition other)
    {
        var byHome = KeyOrder.Instance.Compare(Home, other.Home);
        return byHome != 0 ? byHome : KeyOrder.Instance.Compare(Key, other.Key);
    }

    /// <summary>The home's length, a colon, the home, the key.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Home.Length}:{Home}{Key}");

    /// <summary>Reads a continuation back; null is the start. Throws <see cref="FormatException"/> for a text that no page gave.</summary>
    public static RowPosition After(string? continuation)
    {
        if (continuation is null)
        {
            return Start;
        }

        var colon = continuation.IndexOf(':', StringComparison.Ordinal);
        if (
            colon < 0
            || !int.TryParse(continuation.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > continuation.Length - colon - 1
        )
        {
            throw new FormatException("a continuation is one that a page gave");
        }

        return new RowPosition(continuation.Substring(colon + 1, length), continuation[(colon + 1 + length)..]);
    }
}
