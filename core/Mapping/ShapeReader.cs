using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Reads what a vendor's record looks like: <c>text</c>, <c>number</c>, <c>flag</c>, <c>any</c>, with <c>!</c> where a target requires it; a list is written with one element.</summary>
internal static class ShapeReader
{
    private static readonly string[] Names = ["text", "number", "flag", "any"];

    public static FieldType Read(YamlNode node, ErrorList errors) =>
        node switch
        {
            YamlMap map => new FieldType(
                Kind.Object,
                Fields: map.Entries.ToDictionary(entry => entry.Key.Text, entry => Read(entry.Value, errors), StringComparer.Ordinal)
            ),
            YamlList { Items: [var element] } => new FieldType(Kind.List, Element: Read(element, errors)),
            YamlList list => Wrong(list, "a list shows one element", errors),
            YamlScalar scalar => Scalar(scalar, errors),
            _ => throw new InvariantException("a known node"),
        };

    private static FieldType Scalar(YamlScalar scalar, ErrorList errors)
    {
        var required = scalar.Text.EndsWith('!');
        var type = scalar.Text.TrimEnd('!') switch
        {
            "text" => FieldType.Text,
            "number" => FieldType.Number,
            "flag" => FieldType.Flag,
            "any" => FieldType.Any,
            _ => Wrong(scalar, $"unknown type {scalar.Text}", errors),
        };
        return type with { Required = required };
    }

    private static FieldType Wrong(YamlNode at, string message, ErrorList errors)
    {
        errors.Add(at, message, $"use one of {string.Join(", ", Names)}");
        return FieldType.Any;
    }
}
