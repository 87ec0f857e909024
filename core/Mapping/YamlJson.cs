using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Writes YAML as the JSON it stands for: unquoted numbers keep their digits, quoted scalars are text.</summary>
internal static partial class YamlJson
{
    public static ReadOnlyMemory<byte> Write(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, node);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node)
    {
        switch (node)
        {
            case YamlMap map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.Entries)
                {
                    writer.WritePropertyName(key.Text);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case YamlList list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case YamlScalar scalar when scalar.IsEmpty:
                writer.WriteNullValue();
                break;
            case YamlScalar { Quoted: false } scalar when scalar.Text is "true" or "false" or "null" || Number().IsMatch(scalar.Text):
                writer.WriteRawValue(scalar.Text);
                break;
            case YamlScalar scalar:
                writer.WriteStringValue(scalar.Text);
                break;
            default:
                throw new InvariantException("a known node");
        }
    }

    [GeneratedRegex(
        "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Number();
}
