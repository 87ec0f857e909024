using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Reads what a vendor's record looks like: <c>text</c>, <c>number</c>, <c>flag</c>, <c>any</c>, with <c>!</c> where a target requires it; a list is written with one element.</summary>
internal static class ShapeReader
{
    /// <summary>The types that a shape may name.</summary>
    public static readonly IReadOnlyList<string> Names = ["text", "number", "flag", "any"];

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

    /// <summary>A shape with a company's own fields; those it has already stay as they are.</summary>
    public static FieldType Extend(FieldType shape, YamlMap own, ErrorList errors)
    {
        var fields = new Dictionary<string, FieldType>(StringComparer.Ordinal);
        foreach (var (name, type) in shape.Fields ?? fields)
        {
            fields.Add(name, type);
        }

        foreach (var (key, value) in own.Entries)
        {
            fields[key.Text] = fields.TryGetValue(key.Text, out var known) ? Within(key, known, value, errors) : Read(value, errors);
        }

        return shape with
        {
            Fields = fields,
        };
    }

    private static FieldType Within(YamlScalar key, FieldType known, YamlNode own, ErrorList errors)
    {
        switch (known, own)
        {
            case ({ Kind: Kind.Any }, _):
                return Read(own, errors) with { Required = known.Required };
            case ({ Kind: Kind.Object }, YamlMap map):
                return Extend(known, map, errors);
            case ({ Kind: Kind.List, Element: { Kind: Kind.Object } element }, YamlList { Items: [YamlMap map] }):
                return known with { Element = Extend(element, map, errors) };
            default:
                errors.Add(key, $"{key.Text} is {known.Name} already", "remove it; to change a field, replace the file of the shape");
                return known;
        }
    }

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
