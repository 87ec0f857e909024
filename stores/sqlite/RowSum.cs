using System.Buffers.Binary;
using System.Numerics;
using QtcHub.Ledger;

namespace QtcHub.Stores.Sqlite;

/// <summary>The checksum of a row: CRC-32C over all that it says, each part with its length. It finds what a disk has changed, not what a person has.</summary>
internal static class RowSum
{
    private const int Word = sizeof(ulong);

    public static long Of(string home, Row row, long version, ReadOnlySpan<byte> body)
    {
        var sum = Add(Add(Add(Add(uint.MaxValue, home), row.Key), row.Kind), row.State);
        sum = BitOperations.Crc32C(sum, (ulong)version);
        sum = BitOperations.Crc32C(sum, (uint)body.Length);
        for (; body.Length >= Word; body = body[Word..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(body));
        }

        foreach (var left in body)
        {
            sum = BitOperations.Crc32C(sum, left);
        }

        return ~sum;
    }

    private static uint Add(uint sum, string text)
    {
        sum = BitOperations.Crc32C(sum, (uint)text.Length);
        foreach (var unit in text)
        {
            sum = BitOperations.Crc32C(sum, unit);
        }

        return sum;
    }
}
