using System.Text.Json;

namespace QtcHub.Mapping;

/// <summary>One value of an input document; usable until the document is disposed.</summary>
internal readonly record struct InputNode(InputDocument Document, int At)
{
    public JsonValueKind Kind => Document.KindOf(At);

    public bool IsObject => Kind == JsonValueKind.Object;

    /// <summary>The text of a string, unescaped, or a number as it is written.</summary>
    public string Text => Document.TextOf(At);

    /// <summary>The bytes of a string that has no escapes.</summary>
    public bool TryGetBytes(out ReadOnlySpan<byte> utf8) => Document.TryGetBytes(At, out utf8);

    /// <summary>The field of that number; of a name that stands twice, the last.</summary>
    public bool TryGetField(int name, out InputNode field)
    {
        var at = Document.FieldOf(At, name);
        field = new InputNode(Document, at);
        return at >= 0;
    }

    /// <summary>The elements of a list, in order.</summary>
    public List<InputNode> Elements()
    {
        var elements = new List<InputNode>();
        for (var at = At + 1; at < Document.EndOf(At); at = Document.EndOf(at))
        {
            elements.Add(new InputNode(Document, at));
        }

        return elements;
    }
}
