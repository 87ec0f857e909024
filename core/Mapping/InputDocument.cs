using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace QtcHub.Mapping;

/// <summary>Reads input of unknown quality, so that nothing throws later: valid UTF-8, valid JSON, an object, no half characters.</summary>
internal static class InputDocument
{
    public static Fault.MappingFailed Unreadable { get; } = new("$", "the input is a JSON object in UTF-8");

    public static JsonDocument? Read(ReadOnlyMemory<byte> input)
    {
        if (!Utf8.IsValid(input.Span) || HasHalfCharacter(input.Span))
        {
            return null;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(input);
        }
        catch (JsonException)
        {
            return null;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        return null;
    }

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
}
