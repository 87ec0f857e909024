using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace QtcHub.Mapping;

/// <summary>
/// Input of unknown quality, read in one pass so that nothing throws later: valid UTF-8, valid JSON, an object, no half characters. It keeps the fields
/// that are asked for by name, each value before what is in it.
/// </summary>
internal sealed class InputDocument : IDisposable
{
    private const int MostDepth = 64;
    private readonly ReadOnlyMemory<byte> input;
    private Entry[] entries = ArrayPool<Entry>.Shared.Rent(MostDepth);
    private int count;

    private InputDocument(ReadOnlyMemory<byte> input, FieldNames names)
    {
        this.input = input;
        Names = names;
    }

    public static Fault.MappingFailed Unreadable { get; } = new("$", "the input is a JSON object in UTF-8");

    /// <summary>The fields it was read for.</summary>
    public FieldNames Names { get; }

    public InputNode Root => new(this, 0);

    /// <summary>Reads the fields that have <paramref name="names"/>, at any depth; null where the input is not a JSON object.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller disposes what it is given.")]
    public static InputDocument? Read(ReadOnlyMemory<byte> input, FieldNames names)
    {
        if (!Utf8.IsValid(input.Span) || HasHalfCharacter(input.Span))
        {
            return null;
        }

        var document = new InputDocument(input, names);
        try
        {
            document.Fill();
        }
        catch (JsonException)
        {
            document.Dispose();
            return null;
        }

        if (document.KindOf(0) == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        return null;
    }

    public void Dispose()
    {
        ArrayPool<Entry>.Shared.Return(entries);
        entries = [];
    }

    public JsonValueKind KindOf(int at) => entries[at].Kind;

    /// <summary>Where what follows the value begins.</summary>
    public int EndOf(int at) => entries[at].End;

    public int FieldOf(int at, int name)
    {
        var found = -1;
        for (var field = at + 1; field < entries[at].End; field = entries[field].End)
        {
            if (entries[field].Name == name)
            {
                found = field;
            }
        }

        return found;
    }

    public bool TryGetBytes(int at, out ReadOnlySpan<byte> utf8)
    {
        ref readonly var entry = ref entries[at];
        utf8 = input.Span.Slice(entry.Start, entry.Length);
        return !entry.IsEscaped;
    }

    public string TextOf(int at)
    {
        if (TryGetBytes(at, out var utf8))
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref readonly var entry = ref entries[at];
        var reader = new Utf8JsonReader(input.Span.Slice(entry.Start - 1, entry.Length + 2));
        reader.Read();
        return reader.GetString()!;
    }

    private void Fill()
    {
        var reader = new Utf8JsonReader(input.Span, new JsonReaderOptions { MaxDepth = MostDepth });
        Span<int> open = stackalloc int[MostDepth];
        var depth = 0;
        var name = FieldNames.None;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = Names.Find(ref reader);
                    if (name == FieldNames.None)
                    {
                        reader.Skip();
                    }

                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    open[depth++] = Add(ref reader, name);
                    name = FieldNames.None;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    entries[open[--depth]].End = count;
                    break;
                default:
                    Add(ref reader, name);
                    name = FieldNames.None;
                    break;
            }
        }
    }

    private int Add(ref Utf8JsonReader reader, int name)
    {
        if (count == entries.Length)
        {
            var larger = ArrayPool<Entry>.Shared.Rent(count * 2);
            entries.CopyTo(larger, 0);
            ArrayPool<Entry>.Shared.Return(entries);
            entries = larger;
        }

        var isText = reader.TokenType == JsonTokenType.String;
        entries[count] = new Entry
        {
            Kind = KindOf(reader.TokenType),
            IsEscaped = isText && reader.ValueIsEscaped,
            Name = name,
            Start = (int)reader.TokenStartIndex + (isText ? 1 : 0),
            Length = reader.ValueSpan.Length,
            End = count + 1,
        };
        return count++;
    }

    private static JsonValueKind KindOf(JsonTokenType token) =>
        token switch
        {
            JsonTokenType.StartObject => JsonValueKind.Object,
            JsonTokenType.StartArray => JsonValueKind.Array,
            JsonTokenType.String => JsonValueKind.String,
            JsonTokenType.Number => JsonValueKind.Number,
            JsonTokenType.True => JsonValueKind.True,
            JsonTokenType.False => JsonValueKind.False,
            JsonTokenType.Null => JsonValueKind.Null,
            _ => throw new InvariantException("a token that begins a value"),
        };

    // An escaped surrogate (\ud83d) without its other half is valid JSON, yet no text.
    private static bool HasHalfCharacter(ReadOnlySpan<byte> json)
    {
        var high = -1;
        for (var at = 0; json[at..].IndexOf((byte)'\\') is >= 0 and var next; )
        {
            at += next;
            var unit = at + 1 < json.Length && json[at + 1] == 'u' ? Unit(json[(at + 2)..]) : 0;
            var isLow = unit is >= 0xDC00 and <= 0xDFFF;
            if (isLow != (high >= 0) || (isLow && high != at))
            {
                return true;
            }

            high = unit is >= 0xD800 and <= 0xDBFF ? at + 6 : -1;
            at = Math.Min(at + (unit == 0 ? 2 : 6), json.Length);
        }

        return high >= 0;
    }

    private static int Unit(ReadOnlySpan<byte> digits) =>
        digits.Length >= 4 && int.TryParse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? unit
            : 0;

    private struct Entry
    {
        public JsonValueKind Kind;
        public bool IsEscaped;
        public int Name;
        public int Start;
        public int Length;
        public int End;
    }
}
