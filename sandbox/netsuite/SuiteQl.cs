using System.Globalization;
using System.Text.RegularExpressions;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>
/// The part of SuiteQL an integration needs: <c>SELECT column, TO_CHAR(column, format) AS name FROM table WHERE conditions joined by AND, OR and
/// parentheses ORDER BY columns FETCH FIRST n ROWS ONLY</c>. Anything else is refused, never half understood.
/// </summary>
internal sealed partial class SuiteQl
{
    // How a day, and a time on the wall clock of the user's time zone, is written. Texts of one form compare as what they say.
    private static readonly Dictionary<string, string> Formats = new(StringComparer.Ordinal)
    {
        ["YYYY-MM-DD"] = "yyyy-MM-dd",
        ["YYYY-MM-DD HH24:MI:SS"] = "yyyy-MM-dd HH:mm:ss",
    };

    private readonly List<string> tokens;
    private int at;

    private SuiteQl(List<string> tokens) => this.tokens = tokens;

    public List<Column> Columns { get; } = [];

    public string Table { get; private set; } = "";

    /// <summary>What a row has to fulfil; null where all do.</summary>
    public Test? Where { get; private set; }

    public List<(string Column, bool Descending)> OrderBy { get; } = [];

    public int? Fetch { get; private set; }

    /// <summary>Every column that is named anywhere.</summary>
    public List<string> Named { get; } = [];

    /// <summary>A column of the answer: what of the row, under which name, and in which form of a date where one is asked for.</summary>
    internal sealed record Column(string Of, string Name, string? Format);

    /// <summary>What a row has to fulfil.</summary>
    internal delegate bool Test(Func<string, string?> row);

    /// <summary>Numbers by value, all else as text.</summary>
    public static int Compare(string? left, string? right) =>
        decimal.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var one)
        && decimal.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var other)
            ? one.CompareTo(other)
            : string.CompareOrdinal(left, right);

    // As in SQL, nothing is equal to null, and nothing unequal either.
    private static bool Holds(string? value, string comparison, (string Text, bool IsNumber) literal)
    {
        if (value is null)
        {
            return false;
        }

        var order = literal.IsNumber ? Compare(value, literal.Text) : string.CompareOrdinal(value, literal.Text);
        return comparison switch
        {
            "=" => order == 0,
            "<>" => order != 0,
            ">=" => order >= 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order < 0,
        };
    }

    /// <summary>Understands a query, or says where it does not.</summary>
    public static SuiteQl? Parse(string text, out string problem)
    {
        var words = new List<string>();
        var position = 0;
        while (position < text.Length)
        {
            var match = Token().Match(text, position);
            if (!match.Success || match.Index != position)
            {
                problem = $"Invalid character at position {position.ToString(CultureInfo.InvariantCulture)}.";
                return null;
            }

            position += match.Length;
            if (!string.IsNullOrWhiteSpace(match.Value))
            {
                words.Add(match.Value);
            }
        }

        var query = new SuiteQl(words);
        problem = query.Read() ? "" : $"Invalid or unsupported search near token {query.at.ToString(CultureInfo.InvariantCulture)}.";
        return problem.Length == 0 ? query : null;
    }

    private bool Read()
    {
        if (!Take("SELECT") || !ReadColumns() || !Take("FROM") || !Name(out var table))
        {
            return false;
        }

        Table = table;
        if (Take("WHERE"))
        {
            if (ReadAny() is not { } test)
            {
                return false;
            }

            Where = test;
        }

        return ReadTail() && at == tokens.Count;
    }

    private bool ReadColumns()
    {
        do
        {
            if (Take("TO_CHAR"))
            {
                if (
                    !Take("(")
                    || !Name(out var stamp)
                    || !Take(",")
                    || !Format(out var format)
                    || !Take(")")
                    || !Take("AS")
                    || !Name(out var name)
                )
                {
                    return false;
                }

                Columns.Add(new Column(Know(stamp), name, format));
            }
            else if (Name(out var column))
            {
                Columns.Add(new Column(Know(column), column, null));
            }
            else
            {
                return false;
            }
        } while (Take(","));
        return true;
    }

    private string Know(string column)
    {
        Named.Add(column);
        return column;
    }

    private Test? ReadAny() => ReadJoined("OR", ReadAll, static (one, other) => row => one(row) || other(row));

    private Test? ReadAll() => ReadJoined("AND", ReadTerm, static (one, other) => row => one(row) && other(row));

    private Test? ReadJoined(string word, Func<Test?> read, Func<Test, Test, Test> join)
    {
        var test = read();
        while (test is not null && Take(word))
        {
            test = read() is { } next ? join(test, next) : null;
        }

        return test;
    }

    private Test? ReadTerm()
    {
        if (Take("("))
        {
            return ReadAny() is { } inner && Take(")") ? inner : null;
        }

        if (!Name(out var column) || at >= tokens.Count || tokens[at] is not ("=" or "<>" or ">=" or "<=" or ">" or "<"))
        {
            return null;
        }

        Know(column);
        var comparison = tokens[at++];
        return ReadLiteral(out var literal) ? row => Holds(row(column), comparison, literal) : null;
    }

    private bool ReadLiteral(out (string Text, bool IsNumber) literal)
    {
        literal = ("", false);
        if (Take("TO_DATE"))
        {
            return Take("(") && Quoted(out literal.Text) && Take(",") && Format(out _) && Take(")");
        }

        if (at < tokens.Count && char.IsAsciiDigit(tokens[at][0]))
        {
            literal = (tokens[at++], true);
            return true;
        }

        return Quoted(out literal.Text);
    }

    private bool ReadTail()
    {
        if (Take("ORDER"))
        {
            if (!Take("BY"))
            {
                return false;
            }

            do
            {
                if (!Name(out var column))
                {
                    return false;
                }

                var descending = Take("DESC");
                _ = descending || Take("ASC");
                OrderBy.Add((Know(column), descending));
            } while (Take(","));
        }

        if (!Take("FETCH"))
        {
            return true;
        }

        if (
            !Take("FIRST")
            || at >= tokens.Count
            || !int.TryParse(tokens[at++], NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
        )
        {
            return false;
        }

        Fetch = rows;
        return Take("ROWS") && Take("ONLY");
    }

    private bool Take(string word)
    {
        var taken = at < tokens.Count && string.Equals(tokens[at], word, StringComparison.OrdinalIgnoreCase);
        at += taken ? 1 : 0;
        return taken;
    }

    private bool Name(out string name)
    {
        name = at < tokens.Count && char.IsAsciiLetter(tokens[at][0]) ? tokens[at].ToLowerInvariant() : "";
        at += name.Length > 0 ? 1 : 0;
        return name.Length > 0;
    }

    private bool Format(out string format)
    {
        format = "";
        return Quoted(out var written) && Formats.TryGetValue(written, out format!);
    }

    private bool Quoted(out string text)
    {
        text = "";
        if (at >= tokens.Count || tokens[at][0] != '\'')
        {
            return false;
        }

        text = tokens[at][1..^1].Replace("''", "'", StringComparison.Ordinal);
        at++;
        return true;
    }

    [GeneratedRegex(
        @"\G(?:\s+|[A-Za-z_][A-Za-z0-9_]*|[0-9]+|'(?:[^']|'')*'|<>|>=|<=|[=<>(),])",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Token();
}
