using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace QtcHub.Hosting;

/// <summary>Reads one YAML document into nodes that know their places; duplicate keys, anchors, tags and deep nesting are errors.</summary>
internal sealed class YamlReader
{
    private const int Deepest = 40;
    private readonly Parser parser;
    private readonly ErrorList errors;
    private bool isRefused;

    private YamlReader(string text, ErrorList errors)
    {
        parser = new Parser(new StringReader(text));
        this.errors = errors;
    }

    /// <summary>The document's mapping, or null after telling <paramref name="errors"/> why there is none.</summary>
    public static YamlMap? Read(string text, ErrorList errors)
    {
        if (IsRefused(text, errors))
        {
            return null;
        }

        try
        {
            return new YamlReader(text, errors).Document();
        }
        catch (YamlException wrong)
        {
            if (wrong.Message.Contains("tab", StringComparison.Ordinal) && TabIn(text) is var (line, column))
            {
                errors.Add(line, column, "a tab indents this line", "indent it with spaces");
                return null;
            }

            errors.Add(
                (int)wrong.Start.Line,
                (int)wrong.Start.Column,
                $"this is not YAML: {Plain(wrong.Message)}",
                "correct the indentation, quotes or brackets here"
            );
            return null;
        }
    }

    // A reader of YAML takes a NUL for the end of the file, and would leave out all that follows.
    private static bool IsRefused(string text, ErrorList errors)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\0', '\b');
        if (at < 0)
        {
            return false;
        }

        var (line, column) = TextFile.Place(text.AsSpan(0, at));
        errors.Add(line, column, "this character is not text", "remove it");
        return true;
    }

    /// <summary>The first tab before the first word of a line: the parser tells where the block began, not where the tab is.</summary>
    private static (int Line, int Column)? TabIn(string text)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var tab = line[..(line.Length - line.TrimStart(" \t").Length)].IndexOf('\t');
            if (tab >= 0)
            {
                return (number, tab + 1);
            }
        }

        return null;
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

        if (isRefused)
        {
            return null;
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
            return Refuse($"nested deeper than {Deepest} levels", "take levels away");
        }

        if (parser.Current is AnchorAlias || parser.Current is NodeEvent { Anchor.IsEmpty: false })
        {
            return Refuse("anchors and aliases are not used here", "write the value out in each place");
        }

        if (parser.Current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
        {
            return Refuse("tags are not used here", "remove the word that begins with !");
        }

        return parser.TryConsume<MappingStart>(out var map) ? Map(map, depth)
            : parser.TryConsume<SequenceStart>(out var list) ? List(list, depth)
            : Scalar(parser.Consume<Scalar>());
    }

    // What is refused is skipped whole, so that what follows is still checked.
    private YamlScalar Refuse(string message, string fix)
    {
        var at = parser.Current!.Start;
        errors.Add((int)at.Line, (int)at.Column, message, fix);
        isRefused = true;
        parser.SkipThisAndNestedEvents();
        return new YamlScalar((int)at.Line, (int)at.Column, "", Quoted: false, OneLine: true);
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
            else if (!isRefused)
            {
                errors.Add(key, $"{key.Text} is here twice", "keep one of them");
            }
        }

        return new YamlMap((int)start.Start.Line, (int)start.Start.Column, entries) { File = errors.File };
    }

    private YamlList List(SequenceStart start, int depth)
    {
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return new YamlList((int)start.Start.Line, (int)start.Start.Column, items) { File = errors.File };
    }

    private YamlScalar Scalar(Scalar scalar) =>
        new(
            (int)scalar.Start.Line,
            (int)scalar.Start.Column,
            scalar.Value,
            scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted,
            scalar.Style is ScalarStyle.Plain && scalar.Start.Line == scalar.End.Line
        )
        {
            File = errors.File,
        };

    // YamlDotNet puts the place before the text; the place is already told.
    private static string Plain(string message)
    {
        var end = message.LastIndexOf("): ", StringComparison.Ordinal);
        var text = end < 0 ? message : message[(end + 3)..];
        return text.TrimEnd('.');
    }
}
