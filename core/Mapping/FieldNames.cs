using System.Text;
using System.Text.Json;

namespace QtcHub.Mapping;

/// <summary>The names of all fields that a mapping or filter reads, numbered while it is compiled: whatever else its input holds is passed over.</summary>
internal sealed class FieldNames
{
    /// <summary>The number of no name.</summary>
    public const int None = -1;

    private const int Lengths = 64;
    private readonly List<byte[]> names = [];
    private readonly (byte[] Name, int Number)[][] byLength = [.. Enumerable.Repeat(Array.Empty<(byte[], int)>(), Lengths)];

    public FieldNames()
    {
        MinorUnits = Number("minorUnits");
        Currency = Number("currency");
    }

    /// <summary>The fields of money.</summary>
    public int MinorUnits { get; }

    /// <inheritdoc cref="MinorUnits" />
    public int Currency { get; }

    /// <summary>The number of a name; a new name gets the next one.</summary>
    public int Number(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        ref var alike = ref byLength[Place(bytes.Length)];
        foreach (var (known, number) in alike)
        {
            if (known.AsSpan().SequenceEqual(bytes))
            {
                return number;
            }
        }

        alike = [.. alike, (bytes, names.Count)];
        names.Add(bytes);
        return names.Count - 1;
    }

    /// <summary>The number of the property name that a reader stands at.</summary>
    public int Find(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            return FindEscaped(ref reader);
        }

        var written = reader.ValueSpan;
        foreach (var (name, number) in byLength[Place(written.Length)])
        {
            if (written.SequenceEqual(name))
            {
                return number;
            }
        }

        return None;
    }

    private int FindEscaped(ref Utf8JsonReader reader)
    {
        for (var number = 0; number < names.Count; number++)
        {
            if (reader.ValueTextEquals(names[number]))
            {
                return number;
            }
        }

        return None;
    }

    private static int Place(int length) => Math.Min(length, Lengths - 1);
}
