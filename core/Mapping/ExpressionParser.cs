namespace QtcHub.Mapping;

/// <summary>Reads <c>path | function(argument) | …</c>; the first mistake ends it.</summary>
internal sealed class ExpressionParser
{
    private const int Longest = 1_000;
    private readonly string text;
    private int at;
    private SyntaxError? error;

    private ExpressionParser(string text) => this.text = text;

    /// <summary>The expression, or null and why not.</summary>
    public static Syntax? Parse(string text, out SyntaxError? error)
    {
        var parser = new ExpressionParser(text);
        var syntax =
            text.Length > Longest ? parser.Stop(0, $"an expression has at most {Longest} characters", "shorten it") : parser.Whole();
        error = parser.error;
        return error is null ? syntax : null;
    }

    private Syntax? Whole()
    {
        var left = Piped();
        while (left is not null && Take("&&"))
        {
            var place = at - 2;
            var right = Piped();
            left = right is null ? null : new AndSyntax(place, left, right);
        }

        return left is not null && Peek() != '\0' ? Stop(at, $"unexpected '{Peek()}'", "join steps with | and conditions with &&") : left;
    }

    private Syntax? Piped()
    {
        var left = Primary();
        while (left is not null && Peek() == '|')
        {
            at++;
            Peek();
            var place = at;
            var name = Name();
            if (name.Length == 0)
            {
                return Stop(place, "a function is expected after |", "write its name, e.g. | upper");
            }

            left = Arguments() is { } arguments ? new CallSyntax(place, name, left, arguments) : null;
        }

        return left;
    }

    private Syntax? Primary()
    {
        var first = Peek();
        var place = at;
        if (first == '\'')
        {
            return Quoted();
        }

        if (char.IsAsciiDigit(first) || first == '-')
        {
            return Number();
        }

        if (first == '$')
        {
            at++;
            return Take(".") ? Path(place, fromRoot: true) : new VariableSyntax(place, Name());
        }

        var name = Name();
        if (name.Length == 0)
        {
            return Stop(
                place,
                first == '\0' ? "a path or value is expected" : $"unexpected '{first}'",
                "write a path, 'text', a number, true, false or null"
            );
        }

        if (At(0) == '(')
        {
            return Arguments() is { } arguments ? new CallSyntax(place, name, null, arguments) : null;
        }

        return At(0) is not ('.' or '[') && Word(name) is { } literal ? new LiteralSyntax(place, literal) : PathFrom(place);
    }

    private static Value? Word(string name) =>
        name switch
        {
            "true" => Value.Of(true),
            "false" => Value.Of(false),
            "null" => Value.Clear,
            _ => null,
        };

    private PathSyntax? PathFrom(int place)
    {
        at = place;
        return Path(place, fromRoot: false);
    }

    private PathSyntax? Path(int place, bool fromRoot)
    {
        var segments = new List<Segment>();
        do
        {
            var start = at;
            var name = Name();
            if (name.Length == 0)
            {
                Stop(start, "a field name is expected", "write a path such as lines.data");
                return null;
            }

            var plain = new Segment(start, name, null, null);
            var segment = At(0) == '[' ? Selected(plain) : plain;
            if (segment is null)
            {
                return null;
            }

            segments.Add(segment);
        } while (Take("."));

        return new PathSyntax(place, fromRoot, segments);
    }

    private Segment? Selected(Segment segment)
    {
        var end = text.IndexOf(']', at);
        var inner = end < 0 ? "" : text[(at + 1)..end];
        var parts = inner.Split('=');
        var index =
            parts is [{ Length: > 0 and <= 4 } digits] && digits.All(char.IsAsciiDigit)
                ? int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture)
                : (int?)null;
        if (index is null && parts is not [{ Length: > 0 }, { Length: > 0 }])
        {
            Stop(at, "brackets select by position or by a field's value", "write [0] or [status=paid]");
            return null;
        }

        at = end + 1;
        return index is null
            ? segment with
            {
                Filter = new SegmentFilter(parts[0].Trim(), parts[1].Trim()),
            }
            : segment with
            {
                Index = index,
            };
    }

    private List<Syntax>? Arguments()
    {
        var arguments = new List<Syntax>();
        if (At(0) != '(')
        {
            return arguments;
        }

        var open = at++;
        if (Take(")"))
        {
            return arguments;
        }

        do
        {
            if (Piped() is not { } argument)
            {
                return null;
            }

            arguments.Add(argument);
        } while (Take(","));

        if (!Take(")"))
        {
            Stop(open, "the bracket is not closed", "close it with )");
            return null;
        }

        return arguments;
    }

    private LiteralSyntax? Quoted()
    {
        var end = text.IndexOf('\'', at + 1);
        if (end < 0)
        {
            Stop(at, "the quoted text does not end", "close it with '");
            return null;
        }

        var literal = new LiteralSyntax(at, new Value.Text(text[(at + 1)..end]));
        at = end + 1;
        return literal;
    }

    private LiteralSyntax? Number()
    {
        var start = at++;
        while (char.IsAsciiDigit(At(0)) || At(0) == '.')
        {
            at++;
        }

        var value = ExactNumber.Read(text[start..at]);
        if (value is Value.Failed failed)
        {
            Stop(start, failed.Rule, "write a plain number such as 0.5");
            return null;
        }

        return new LiteralSyntax(start, value);
    }

    private string Name()
    {
        var start = at;
        while (char.IsAsciiLetterOrDigit(At(0)) || At(0) is '_' or '-')
        {
            at++;
        }

        return text[start..at];
    }

    private bool Take(string token)
    {
        Peek();
        if (!text.AsSpan(at).StartsWith(token, StringComparison.Ordinal))
        {
            return false;
        }

        at += token.Length;
        return true;
    }

    private char Peek()
    {
        while (char.IsWhiteSpace(At(0)))
        {
            at++;
        }

        return At(0);
    }

    private char At(int ahead) => at + ahead < text.Length ? text[at + ahead] : '\0';

    private PathSyntax? Stop(int place, string message, string fix)
    {
        error ??= new SyntaxError(place, message, fix);
        return null;
    }
}
