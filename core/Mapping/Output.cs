using System.Buffers;
using System.Text.Json;

namespace QtcHub.Mapping;

/// <summary>What a mapping makes, before it is written; properties keep the order of the file.</summary>
internal abstract record Output
{
    private Output() { }

    public sealed record Scalar(Value Value) : Output;

    public sealed record Fields(IReadOnlyList<(string Name, Output Value)> Properties) : Output;

    public sealed record Elements(IReadOnlyList<Output> Items) : Output;

    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, this);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, Output output)
    {
        switch (output)
        {
            case Fields fields:
                writer.WriteStartObject();
                foreach (var (name, value) in fields.Properties)
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case Elements elements:
                writer.WriteStartArray();
                foreach (var item in elements.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case Scalar scalar:
                Write(writer, scalar.Value);
                break;
            default:
                throw new InvariantException("a known output");
        }
    }

    private static void Write(Utf8JsonWriter writer, Value value)
    {
        switch (value)
        {
            case Value.Number number:
                writer.WriteNumberValue(number.Exact);
                break;
            case Value.Flag flag:
                writer.WriteBooleanValue(flag.IsTrue);
                break;
            case Value.Amount { Money: var money }:
                writer.WriteStartObject();
                writer.WriteNumber("minorUnits", money.MinorUnits);
                writer.WriteString("currency", money.Currency.Code);
                writer.WriteEndObject();
                break;
            case Value.Cleared:
                writer.WriteNullValue();
                break;
            default:
                var text = value.AsText();
                Invariant.Holds(text is not null, "only scalars are written");
                writer.WriteStringValue(text);
                break;
        }
    }
}
