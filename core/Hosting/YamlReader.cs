using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace QtcHub.Hosting;

/// <summary>Reads one YAML document into nodes that know their places; duplicate keys, anchors and deep nesting are errors.</summary>
internal sealed class YamlReader
{
    private const int Deepest = 40;
    private readonly Parser parser;
    private readonly ErrorList errors;

    private YamlReader(string text, ErrorList errors)
    {
        parser = new Parser(new StringReader(text));
        this.errors = errors;
    }

    /// <summary>The document's mapping, or null after telling <paramref name="errors"/> why there is none.</summary>
    public static YamlMap? Read(string text, ErrorList errors)
    {
        try
        {
            return new YamlReader(text, errors).Document();
        }
        catch (YamlException wrong)
        {
            errors.Add(
                (int)wrong.Start.Line,
                (int)wrong.Start.Column,
                $"this is not YAML: {Plain(wrong.Message)}",
                "correct the indentation, quotes or brackets here"
            );
            return null;
        }
    }

    private YamlMap? Document()
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            errors.Add(1, 1, "the file is empty", "write its content or remove the file");
            return null;
        }

        var node = Node(0);
        parser.Consume<DocumentEnd>();
        if (parser.TryConsume<DocumentStart>(out var second))
        {
            errors.Add(
                (int)second.Start.Line,
                (int)second.Start.Column,
                "a file holds one document",
                "move the second document to a file of its own"
            );
        }

        if (node is not YamlMap map)
        {
            errors.Add(node, "a file holds keys and values", "begin with a key");
            return null;
        }

        return map;
    }

    private YamlNode Node(int depth)
    {
        if (depth > Deepest)
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, $"nested deeper than {Deepest} levels");
        }

        if (parser.TryConsume<MappingStart>(out var map))
        {
            return Map(map, depth);
        }

        if (parser.TryConsume<SequenceStart>(out var list))
        {
            return List(list, depth);
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            throw new YamlException(alias.Start, alias.End, "anchors and aliases are not used here");
        }

        return Scalar(parser.Consume<Scalar>());
    }

    private YamlMap Map(MappingStart start, int depth)
    {
        var entries = new List<YamlEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (Node(depth + 1) is not YamlScalar key)
            {
                throw new YamlException(start.Start, start.End, "a key is a word");
            }

            var value = Node(depth + 1);
            if (seen.Add(key.Text))
            {
                entries.Add(new YamlEntry(key, value));
            }
            else
            {
                errors.Add(key, $"{key.Text} is here twice", "keep one of them");
            }
        }

        return new YamlMap((int)start.Start.Line, (int)start.Start.Column, entries);
    }

    private YamlList List(SequenceStart start, int depth)
    {
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return new YamlList((int)start.Start.Line, (int)start.Start.Column, items);
    }

    private static YamlScalar Scalar(Scalar scalar) =>
        new(
            (int)scalar.Start.Line,
            (int)scalar.Start.Column,
            scalar.Value,
            scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted,
            scalar.Style is ScalarStyle.Plain && scalar.Start.Line == scalar.End.Line
        );

    // YamlDotNet puts the place before the text; the place is already told.
    private static string Plain(string message)
    {
        var end = message.LastIndexOf("): ", StringComparison.Ordinal);
        var text = end < 0 ? message : message[(end + 3)..];
        return text.TrimEnd('.');
    }
}
