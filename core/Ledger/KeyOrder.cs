namespace QtcHub.Ledger;

/// <summary>The order of homes, keys, kinds and states in every store: by Unicode code point, which is also the order of their UTF-8 bytes.</summary>
/// <remarks>It differs from <see cref="StringComparer.Ordinal"/> only above U+FFFF, where UTF-16 sorts surrogates before U+E000.</remarks>
public sealed class KeyOrder : IComparer<string>
{
    private KeyOrder() { }

    /// <summary>The one instance.</summary>
    public static KeyOrder Instance { get; } = new();

    /// <inheritdoc />
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        var common = x.AsSpan().CommonPrefixLength(y);
        return common == x.Length || common == y.Length ? x.Length - y.Length : Rank(x[common]) - Rank(y[common]);
    }

    // Surrogates stand for code points above U+FFFF, so they rank behind the rest of the plane they are cut out of.
    private static int Rank(char unit) =>
        unit switch
        {
            >= '\uE000' => unit - 0x800,
            >= '\uD800' => unit + 0x2000,
            _ => unit,
        };
}
