using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace QtcHub.Mapping;

/// <summary>A name of the output, in both forms.</summary>
internal sealed class OutputName(string text)
{
    public string Text => text;

    public JsonEncodedText Encoded { get; } = JsonEncodedText.Encode(text);
}

/// <summary>
/// Writes what a mapping makes as UTF-8 JSON; properties keep the order of the file. An object or list is begun when the first value in it comes, so
/// that one in which nothing has a value is left out.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The writer holds nothing but its buffer."
)]
internal sealed class Output
{
    private const int MostKept = 64 * 1024;

    // The blocks that make an output are balanced by construction, and the writer need not check it again.
    private static readonly JsonWriterOptions Balanced = new() { SkipValidation = true };
    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private readonly Utf8JsonWriter writer;
    private readonly List<(OutputName? Name, bool IsList)> entered = [];
    private int begun;

    /// <summary>Where the run that writes it is, kept with it from record to record: empty between two, for a run leaves whatever it enters.</summary>
    public List<(string? Name, int Index)> Place { get; } = [];

    public Output() => writer = new Utf8JsonWriter(buffer, Balanced);

    /// <summary>Whether it is worth keeping for another record: one that grew large is not.</summary>
    public bool IsReusable => buffer.Capacity <= MostKept;

    /// <summary>Begins another record.</summary>
    public void Reset()
    {
        buffer.ResetWrittenCount();
        writer.Reset();
        entered.Clear();
        begun = 0;
    }

    /// <summary>A copy of what was written.</summary>
    public byte[] ToJson()
    {
        Invariant.Holds(entered.Count == 0, "an output is written to its end");
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Goes into an object or list.</summary>
    public void Enter(OutputName? name, bool isList) => entered.Add((name, isList));

    /// <summary>Leaves it, and tells whether it was written: empty ones are if <paramref name="keepEmpty"/> says so.</summary>
    public bool Leave(bool keepEmpty)
    {
        if (keepEmpty)
        {
            Begin();
        }

        var (_, isList) = entered[^1];
        var isWritten = begun == entered.Count;
        entered.RemoveAt(entered.Count - 1);
        if (!isWritten)
        {
            return false;
        }

        begun--;
        if (isList)
        {
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteEndObject();
        }

        return true;
    }

    /// <summary>Writes one value.</summary>
    public void Write(OutputName name, Value value)
    {
        Begin();
        switch (value)
        {
            case Value.Number number:
                writer.WriteNumber(name.Encoded, number.Exact);
                break;
            case Value.Flag flag:
                writer.WriteBoolean(name.Encoded, flag.IsTrue);
                break;
            case Value.Amount { Money: var money }:
                writer.WriteStartObject(name.Encoded);
                writer.WriteNumber("minorUnits"u8, money.MinorUnits);
                writer.WriteString("currency"u8, money.Currency.Code);
                writer.WriteEndObject();
                break;
            case Value.Cleared:
                writer.WriteNull(name.Encoded);
                break;
            case Value.Text text when text.TryGetBytes(out var utf8):
                writer.WriteString(name.Encoded, utf8);
                break;
            default:
                var written = value.AsText();
                Invariant.Holds(written is not null, "only scalars are written");
                writer.WriteString(name.Encoded, written);
                break;
        }
    }

    private void Begin()
    {
        for (; begun < entered.Count; begun++)
        {
            var (name, isList) = entered[begun];
            if (name is not null)
            {
                writer.WritePropertyName(name.Encoded);
            }

            if (isList)
            {
                writer.WriteStartArray();
            }
            else
            {
                writer.WriteStartObject();
            }
        }
    }
}
