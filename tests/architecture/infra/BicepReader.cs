namespace QtcHub.Tests.Architecture.Infra;

/// <summary>
/// Reads the part of Bicep that infra/ is written in: declarations, objects, lists and loops; other expressions are kept as text. It is no compiler and
/// checks no type, and it throws on what it does not know, so that nothing is skipped unseen.
/// </summary>
internal sealed class BicepReader(string path, string text)
{
    private const string Openers = "([{";
    private const string Closers = ")]}";
    private int at;

    public IReadOnlyList<BicepDeclaration> ReadAll()
    {
        var found = new List<BicepDeclaration>();
        var decorators = new List<string>();
        for (SkipBlank(); at < text.Length; SkipBlank())
        {
            if (text[at] == '@')
            {
                at++;
                decorators.Add(ReadExpression("\n"));
                continue;
            }

            if (ReadDeclaration(decorators) is { } declaration)
            {
                found.Add(declaration);
            }

            decorators.Clear();
        }

        return found;
    }

    private BicepDeclaration? ReadDeclaration(List<string> decorators)
    {
        var keyword = ReadWord();
        switch (keyword)
        {
            case "targetScope" or "import":
                ReadExpression("\n");
                return null;
            case "var":
                var name = ReadWord();
                Expect('=');
                return new BicepDeclaration(keyword, name, "", ReadValue("\n"), null, []);
            case "param" or "output" or "resource" or "module":
                var symbol = ReadWord();
                var type = ReadExpression("=\n").Trim('\'');
                var (condition, value) = TryRead('=') ? ReadConditional() : (null, null);
                return new BicepDeclaration(keyword, symbol, type, value, condition, [.. decorators]);
            default:
                throw Unknown($"'{keyword}'");
        }
    }

    private (string? Condition, BicepValue Value) ReadConditional()
    {
        SkipSpace();
        if (!text.AsSpan(at).StartsWith("if (", StringComparison.Ordinal))
        {
            return (null, ReadValue("\n"));
        }

        at += "if ".Length;
        var start = at;
        ReadBracketed();
        return (text[(start + 1)..(at - 1)], ReadValue("\n"));
    }

    private BicepValue ReadValue(string end)
    {
        SkipSpace();
        return text[at] switch
        {
            '{' => ReadObject(),
            '[' => ReadList(),
            _ => new BicepValue.Expression(ReadExpression(end)),
        };
    }

    private BicepValue.Properties ReadObject()
    {
        var named = new Dictionary<string, BicepValue>(StringComparer.Ordinal);
        Expect('{');
        for (SkipSeparators(); text[at] != '}'; SkipSeparators())
        {
            var name = ReadExpression(":").Trim('\'');
            Expect(':');
            if (name.Any(char.IsWhiteSpace))
            {
                throw Unknown($"a property named '{name}'");
            }

            if (!named.TryAdd(name, ReadValue(",\n}")))
            {
                throw Unknown($"a second '{name}'");
            }
        }

        Expect('}');
        return new BicepValue.Properties(named);
    }

    private BicepValue ReadList()
    {
        var values = new List<BicepValue>();
        Expect('[');
        SkipSeparators();
        if (text.AsSpan(at).StartsWith("for ", StringComparison.Ordinal))
        {
            var header = ReadExpression(":");
            Expect(':');
            var body = ReadValue("\n]");
            SkipSeparators();
            Expect(']');
            return new BicepValue.Loop(header, body);
        }

        for (; text[at] != ']'; SkipSeparators())
        {
            values.Add(ReadValue(",\n]"));
        }

        Expect(']');
        return new BicepValue.Items(values);
    }

    // Up to one of the ends that stands outside all brackets, strings and comments, or the end of the file.
    private string ReadExpression(string ends)
    {
        SkipSpace();
        var start = at;
        while (at < text.Length && !ends.Contains(text[at], StringComparison.Ordinal) && !IsComment())
        {
            if (Openers.Contains(text[at], StringComparison.Ordinal))
            {
                ReadBracketed();
            }
            else if (Closers.Contains(text[at], StringComparison.Ordinal))
            {
                throw Unknown($"'{text[at]}'");
            }
            else
            {
                ReadStringOrOne();
            }
        }

        var read = text[start..at].Trim();
        return read.Length > 0 ? read : throw Unknown("nothing");
    }

    private void ReadBracketed()
    {
        var close = Closers[Openers.IndexOf(text[at], StringComparison.Ordinal)];
        at++;
        while (text[at] != close)
        {
            if (Openers.Contains(text[at], StringComparison.Ordinal))
            {
                ReadBracketed();
            }
            else
            {
                ReadStringOrOne();
            }
        }

        at++;
    }

    private void ReadStringOrOne()
    {
        var quoted = text[at++] == '\'';
        while (quoted && text[at] != '\'')
        {
            if (text[at] == '\n')
            {
                throw Unknown("the end of the line in a string");
            }

            if (text[at] == '$' && text[at + 1] == '{')
            {
                at++;
                ReadBracketed();
                continue;
            }

            at += text[at] == '\\' ? 2 : 1;
        }

        at += quoted ? 1 : 0;
    }

    private string ReadWord()
    {
        SkipSpace();
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return at > start ? text[start..at] : throw Unknown("no name");
    }

    private void Expect(char sign)
    {
        if (!TryRead(sign))
        {
            throw Unknown($"no '{sign}'");
        }
    }

    private bool TryRead(char sign)
    {
        SkipSpace();
        var there = at < text.Length && text[at] == sign;
        at += there ? 1 : 0;
        return there;
    }

    private bool IsComment() => text[at] == '/' && at + 1 < text.Length && text[at + 1] == '/';

    private void SkipSpace() => Skip(" ");

    private void SkipBlank() => Skip(" \r\n");

    private void SkipSeparators() => Skip(" \r\n,");

    private void Skip(string signs)
    {
        while (at < text.Length && (signs.Contains(text[at], StringComparison.Ordinal) || IsComment()))
        {
            at = IsComment() ? EndOfLine() : at + 1;
        }
    }

    private int EndOfLine() => text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length;

    private FormatException Unknown(string what) =>
        new($"{path}:{text.AsSpan(0, Math.Min(at, text.Length)).Count('\n') + 1}: {what} where the reader knows no such thing");
}
