using System.Text;
using System.Text.Json;
using CsCheck;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public class InputDocumentTests
{
    private static readonly string[] Read = ["a", "b", "line", "naïve", "quote\"d", ""];

    // Names and texts as they stand between quotation marks.
    private static readonly Gen<string> Names = Any(
        "a",
        "\\u0061",
        "b",
        "line",
        "l\\u0069ne",
        "naïve",
        "na\\u00efve",
        "quote\\\"d",
        "",
        "passed-over",
        "minorUnits"
    );

    private static readonly Gen<string> Scalars = Gen.OneOf(
        Any("null", "true", "false", "0", "-0.0", "1e9", "123456789012345678901234567890.5", "1E-400"),
        Any("\"\"", "\"text\"", "\"\\n\\\\\\\"\\/\"", "\"\\ud83d\\ude00\"", "\"😀é\"", "\"\\u0000\"")
    );

    private static readonly Gen<string> Json = Gen.Recursive<string>(
        (depth, inner) =>
            depth > 5
                ? Scalars
                : Gen.Frequency(
                    (2, Scalars),
                    (2, inner.Array[0, 3].Select(items => $"[{string.Join(" ,", items)}]")),
                    (3, Gen.Select(Names, inner).Array[0, 6].Select(fields => $"{{{string.Join(',', fields.Select(Field))}}}"))
                )
    );

    [Fact]
    public void Every_field_that_is_asked_for_is_read_as_the_platform_s_reader_reads_it() =>
        Json.Sample(
            json =>
            {
                var input = Encoding.UTF8.GetBytes($"{{\"a\":{json},\"b\" : {json}}}");
                using var expected = JsonDocument.Parse(input);
                using var read = InputDocument.Read(input, Fields());
                Compare(expected.RootElement, read!.Root);
            },
            iter: 3_000
        );

    [Fact]
    public void What_the_platform_s_reader_refuses_is_refused() =>
        Gen.Select(
                Json,
                Gen.Select(Gen.Int[0, 5_000], Any((byte)'"', (byte)'{', (byte)']', (byte)'\\', (byte)'u', (byte)0xC3, (byte)'8')).Array[
                    1,
                    3
                ]
            )
            .Sample(
                (json, changes) =>
                {
                    var input = Encoding.UTF8.GetBytes($"{{\"a\":{json}}}");
                    foreach (var (place, with) in changes)
                    {
                        input[place % input.Length] = with;
                    }

                    using var read = InputDocument.Read(input, Fields());
                    Assert.Equal(IsReadable(input), read is not null);
                },
                iter: 5_000
            );

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Depth_has_a_limit_whether_or_not_it_is_asked_for(int depth, bool isRead)
    {
        foreach (var name in Read.Append("passed-over"))
        {
            var lists = new string('[', depth - 1) + new string(']', depth - 1);
            using var read = InputDocument.Read(Encoding.UTF8.GetBytes($"{{{JsonSerializer.Serialize(name)}:{lists}}}"), Fields());
            Assert.Equal(isRead, read is not null);
        }
    }

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static FieldNames Fields()
    {
        var names = new FieldNames();
        foreach (var name in Read)
        {
            names.Number(name);
        }

        return names;
    }

    private static string Field((string Name, string Value) field) => $"\"{field.Name}\": {field.Value}";

    private static bool IsReadable(byte[] input)
    {
        try
        {
            using var document = JsonDocument.Parse(input);
            // Its texts are decoded only when they are asked for.
            Decode(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (Exception refused) when (refused is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Decode(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                _ = property.Name;
                Decode(property.Value);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Decode(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.String)
        {
            _ = element.GetString();
        }
    }

    private static void Compare(JsonElement expected, InputNode read)
    {
        Assert.Equal(expected.ValueKind, read.Kind);
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var name in Read)
                {
                    var exists = expected.TryGetProperty(name, out var value);
                    Assert.Equal(exists, read.TryGetField(read.Document.Names.Number(name), out var field));
                    if (exists)
                    {
                        Compare(value, field);
                    }
                }

                break;
            case JsonValueKind.Array:
                var elements = read.Elements();
                Assert.Equal(expected.GetArrayLength(), elements.Count);
                for (var at = 0; at < elements.Count; at++)
                {
                    Compare(expected[at], elements[at]);
                }

                break;
            case JsonValueKind.String:
                Assert.Equal(expected.GetString(), read.Text);
                break;
            case JsonValueKind.Number:
                Assert.Equal(expected.GetRawText(), read.Text);
                break;
        }
    }
}
