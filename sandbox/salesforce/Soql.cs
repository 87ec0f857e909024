using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace QtcHub.Sandbox.Salesforce;

/// <summary>
/// The part of SOQL an integration needs: <c>SELECT fields and parents' fields, or COUNT() FROM object WHERE conditions ORDER BY fields LIMIT n</c>. AND and OR are
/// not mixed without parentheses. What it does not know is refused, never half understood.
/// </summary>
internal sealed partial class Soql
{
    private static readonly string[] Reserved =
    [
        "and",
        "or",
        "not",
        "in",
        "from",
        "where",
        "order",
        "by",
        "limit",
        "asc",
        "desc",
        "nulls",
        "select",
    ];

    private const int Deepest = 50;

    private readonly string text;
    private readonly List<(string Text, int At)> tokens = [];
    private int next;
    private int depth;

    private Soql(string text)
    {
        this.text = text;
        Split();
    }

    /// <summary>What is asked for: paths of names; empty of a count.</summary>
    public List<Name> Selected { get; } = [];

    public bool IsCount { get; private set; }

    public string Object { get; private set; } = "";

    /// <summary>What a row has to fulfil; null where all do.</summary>
    public Condition? Where { get; private set; }

    public List<Order> OrderBy { get; } = [];

    public int? Limit { get; private set; }

    /// <summary>A field, or by a path of relationships a parent's, and where in the query it stands.</summary>
    internal sealed record Name(string Path, int At);

    /// <summary>What a row has to fulfil.</summary>
    internal abstract record Condition
    {
        internal sealed record All(IReadOnlyList<Condition> Of) : Condition;

        internal sealed record Any(IReadOnlyList<Condition> Of) : Condition;

        internal sealed record Not(Condition Of) : Condition;

        internal sealed record Compare(Name Field, string Operator, IReadOnlyList<Literal> Literals) : Condition;
    }

    /// <summary>A literal: the kind of it tells which fields it can be compared with.</summary>
    internal sealed record Literal(LiteralKind Kind, string Text);

    internal enum LiteralKind
    {
        Null,
        Text,
        Number,
        Flag,
        Day,
        Instant,
    }

    internal sealed record Order(Name Field, bool IsDescending, bool? NullsFirst);

    /// <summary>Understands a query, or says where it does not.</summary>
    public static Soql Parse(string text)
    {
        var query = new Soql(text);
        query.Read();
        return query;
    }

    /// <summary>A refusal that shows where in the query the trouble is.</summary>
    public string Pointing(int at, string trouble)
    {
        var from = Math.Max(0, at - 40);
        var shown = text[from..Math.Min(text.Length, at + 40)].ReplaceLineEndings(" ");
        return $"\n{shown}\n{new string(' ', at - from)}^\nERROR at Row:1:Column:{(at + 1).ToString(CultureInfo.InvariantCulture)}\n{trouble}";
    }

    private void Split()
    {
        var at = 0;
        while (at < text.Length)
        {
            var match = Token().Match(text, at);
            if (!match.Success)
            {
                throw SalesforceRefusal.Malformed(
                    Pointing(
                        at,
                        text[at] == '\'' ? "line 1: mismatched character '<EOF>' expecting '''" : $"unexpected token: '{text[at]}'"
                    )
                );
            }

            if (!string.IsNullOrWhiteSpace(match.Value))
            {
                tokens.Add((match.Value, at));
            }

            at += match.Length;
        }
    }

    private void Read()
    {
        Expect("SELECT");
        ReadSelected();
        Expect("FROM");
        Object = ReadObject();
        if (Take("WHERE"))
        {
            Where = ReadConditions();
        }

        if (Take("ORDER"))
        {
            Expect("BY");
            do
            {
                OrderBy.Add(ReadOrder());
            } while (Take(","));
        }

        if (Take("LIMIT"))
        {
            Limit = int.TryParse(Peek, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? rows : throw Unexpected();
            next++;
        }

        if (next < tokens.Count)
        {
            throw Unexpected();
        }
    }

    private void ReadSelected()
    {
        if (Is("COUNT"))
        {
            next++;
            Expect("(");
            Expect(")");
            IsCount = true;
            return;
        }

        do
        {
            Selected.Add(ReadName());
        } while (Take(","));
    }

    private Condition ReadConditions()
    {
        var first = ReadCondition();
        var word = Is("AND") ? "AND" : "OR";
        List<Condition> all = [first];
        while (Take(word))
        {
            all.Add(ReadCondition());
        }

        return all.Count == 1 ? first
            : word == "AND" ? new Condition.All(all)
            : new Condition.Any(all);
    }

    private Condition ReadCondition()
    {
        if (Is("(") || Is("NOT"))
        {
            return ReadNested();
        }

        var field = ReadName();
        if (Is("NOT"))
        {
            next++;
            Expect("IN");
            return new Condition.Compare(field, "NOT IN", ReadList());
        }

        if (Take("IN"))
        {
            return new Condition.Compare(field, "IN", ReadList());
        }

        var comparison = Peek is "=" or "!=" or "<>" or "<" or "<=" or ">" or ">=" ? Peek : throw Unexpected();
        next++;
        return new Condition.Compare(field, comparison == "<>" ? "!=" : comparison, [ReadLiteral()]);
    }

    private Condition ReadNested()
    {
        if (++depth > Deepest)
        {
            throw Unexpected();
        }

        Condition inner;
        if (Take("NOT"))
        {
            inner = new Condition.Not(ReadCondition());
        }
        else
        {
            Expect("(");
            inner = ReadConditions();
            Expect(")");
        }

        depth--;
        return inner;
    }

    private List<Literal> ReadList()
    {
        Expect("(");
        List<Literal> literals = [];
        do
        {
            literals.Add(ReadLiteral());
        } while (Take(","));
        Expect(")");
        return literals;
    }

    private Literal ReadLiteral()
    {
        var word = next < tokens.Count ? tokens[next].Text : throw Unexpected();
        var kind = word switch
        {
            ['\'', ..] => LiteralKind.Text,
            _ when word.Equals("null", StringComparison.OrdinalIgnoreCase) => LiteralKind.Null,
            _ when word.Equals("true", StringComparison.OrdinalIgnoreCase) || word.Equals("false", StringComparison.OrdinalIgnoreCase) =>
                LiteralKind.Flag,
            _ when word.Contains('T', StringComparison.Ordinal) && char.IsAsciiDigit(word[0]) => LiteralKind.Instant,
            [_, _, _, _, '-', ..] when char.IsAsciiDigit(word[0]) => LiteralKind.Day,
            _ when char.IsAsciiDigit(word[^1]) && (char.IsAsciiDigit(word[0]) || word[0] is '-' or '+') => LiteralKind.Number,
            _ => throw Unexpected(),
        };
        next++;
        return new Literal(kind, kind == LiteralKind.Text ? Unescaped(word) : word);
    }

    private Order ReadOrder()
    {
        var field = ReadName();
        var isDescending = Take("DESC");
        _ = isDescending || Take("ASC");
        if (!Take("NULLS"))
        {
            return new Order(field, isDescending, null);
        }

        var isFirst = Take("FIRST");
        if (!isFirst)
        {
            Expect("LAST");
        }

        return new Order(field, isDescending, isFirst);
    }

    // An object may be called what is a word of the language elsewhere: Order.
    private string ReadObject() => char.IsAsciiLetter(Peek.FirstOrDefault()) ? tokens[next++].Text : throw Unexpected();

    private Name ReadName()
    {
        if (next >= tokens.Count || !char.IsAsciiLetter(tokens[next].Text[0]) || Array.Exists(Reserved, Is))
        {
            throw Unexpected();
        }

        var (path, at) = tokens[next++];
        return new Name(path, at);
    }

    // What follows a backslash is one of a few characters, or the query is refused.
    private string Unescaped(string quoted)
    {
        var plain = new StringBuilder();
        var inner = quoted[1..^1];
        for (var at = 0; at < inner.Length; at++)
        {
            if (inner[at] != '\\')
            {
                plain.Append(inner[at]);
                continue;
            }

            at++;
            if (inner[at] is 'u' or 'U')
            {
                plain.Append(
                    at + 4 < inner.Length
                    && ushort.TryParse(inner.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                        ? (char)code
                        : throw IllegalEscape(inner[at])
                );
                at += 4;
                continue;
            }

            plain.Append(
                inner[at] switch
                {
                    'n' or 'N' => '\n',
                    'r' or 'R' => '\r',
                    't' or 'T' => '\t',
                    'b' or 'B' => '\b',
                    'f' or 'F' => '\f',
                    '"' or '\'' or '\\' => inner[at],
                    _ => throw IllegalEscape(inner[at]),
                }
            );
        }

        return plain.ToString();
    }

    private SalesforceRefusal IllegalEscape(char escaped) =>
        SalesforceRefusal.Malformed(
            Pointing(tokens[next - 1].At, $"Invalid string literal. Illegal character sequence '\\{escaped}' in string literal.")
        );

    private string Peek => next < tokens.Count ? tokens[next].Text : "";

    private bool Is(string word) => Peek.Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool Take(string word)
    {
        var taken = Is(word);
        next += taken ? 1 : 0;
        return taken;
    }

    private void Expect(string word)
    {
        if (!Take(word))
        {
            throw Unexpected();
        }
    }

    private SalesforceRefusal Unexpected() =>
        next < tokens.Count
            ? SalesforceRefusal.Malformed(Pointing(tokens[next].At, $"unexpected token: '{tokens[next].Text}'"))
            : SalesforceRefusal.Malformed(Pointing(text.Length, "unexpected token: '<EOF>'"));

    [GeneratedRegex(
        @"\G(?:\s+|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*"
            + @"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,3})?(?:Z|[+-][0-9]{2}:[0-9]{2}))?"
            + @"|[-+]?[0-9]+(?:\.[0-9]+)?|'(?:[^'\\]|\\.)*'|!=|<>|>=|<=|[=<>(),])",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Token();
}
