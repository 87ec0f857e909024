using System.Collections.Immutable;

namespace QtcHub.Stores.Azure;

/// <summary>A row of the table. Columns hold text, 64-bit numbers or at most 64 KiB of bytes each.</summary>
public sealed record CloudRow(string Partition, string RowKey, ImmutableSortedDictionary<string, object> Columns)
{
    // Bytes that one column, of at most 64 KiB, cannot hold lie in several, named by what they are and a number.
    private const int PieceBytes = 60 * 1024;

    /// <summary>A row without columns.</summary>
    public CloudRow(string partition, string rowKey)
        : this(partition, rowKey, ImmutableSortedDictionary.Create<string, object>(StringComparer.Ordinal)) { }

    /// <summary>What the service changes at each write of the row; empty before it is stored.</summary>
    public string ETag { get; init; } = "";

    /// <summary>A text, empty where there is none.</summary>
    public string Text(string column) => Columns.TryGetValue(column, out var value) ? (string)value : "";

    /// <summary>A number, 0 where there is none.</summary>
    public long Number(string column) => Columns.TryGetValue(column, out var value) ? (long)value : 0;

    /// <summary>Bytes, whatever number of columns they lie in.</summary>
    public byte[] Bytes(string column)
    {
        var pieces = new List<byte[]>();
        while (Columns.TryGetValue(PieceName(column, pieces.Count), out var value))
        {
            pieces.Add((byte[])value);
        }

        return pieces.Count == 1 ? pieces[0] : [.. pieces.SelectMany(piece => piece)];
    }

    /// <summary>The row with a text.</summary>
    public CloudRow With(string column, string value) => this with { Columns = Columns.SetItem(column, value) };

    /// <summary>The row with a number.</summary>
    public CloudRow With(string column, long value) => this with { Columns = Columns.SetItem(column, value) };

    /// <summary>The row with bytes, copied.</summary>
    public CloudRow With(string column, ReadOnlyMemory<byte> bytes)
    {
        var columns = Columns.ToBuilder();
        for (var (at, piece) = (0, 0); at < bytes.Length || piece == 0; at += PieceBytes, piece++)
        {
            columns[PieceName(column, piece)] = bytes[at..Math.Min(at + PieceBytes, bytes.Length)].ToArray();
        }

        return this with
        {
            Columns = columns.ToImmutable(),
        };
    }

    private static string PieceName(string column, int piece) => piece == 0 ? column : $"{column}{piece}";
}
