using System.Globalization;
using System.Text.RegularExpressions;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>
/// The part of SuiteQL an integration needs: <c>SELECT columns FROM table WHERE column op literal [AND …] [ORDER BY column] [FETCH FIRST n ROWS ONLY]</c>.
/// Anything else is refused, never half understood.
/// </summary>
internal sealed partial class SuiteQl
{
    private readonly List<string> tokens;
    private int at;

    private SuiteQl(List<string> tokens) => this.tokens = tokens;

    public List<string> Columns { get; } = [];

    public string Table { get; private set; } = "";

    public List<Condition> Conditions { get; } = [];

    public string? OrderBy { get; private set; }

    public bool Descending { get; private set; }

    public int? Fetch { get; private set; }

    /// <summary>One comparison; dates compare in their yyyy-MM-dd form.</summary>
    internal sealed record Condition(string Column, string Operator, string Literal)
    {
        public bool Holds(string? value)
        {
            // As in SQL, nothing is equal to null, and nothing unequal either.
            if (value is null)
            {
                return false;
            }

            var order = string.CompareOrdinal(value, Literal);
            return Operator switch
            {
                "=" => order == 0,
                "<>" => order != 0,
                ">=" => order >= 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order < 0,
            };
        }
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
            do
            {
                if (!ReadCondition())
                {
                    return false;
                }
            } while (Take("AND"));
        }

        return ReadTail() && at == tokens.Count;
    }

    private bool ReadColumns()
    {
        do
        {
            if (!Name(out var column))
            {
                return false;
            }

            Columns.Add(column);
        } while (Take(","));
        return true;
    }

    private bool ReadCondition()
    {
        if (!Name(out var column) || at >= tokens.Count || tokens[at] is not ("=" or "<>" or ">=" or "<=" or ">" or "<"))
        {
            return false;
        }

        var comparison = tokens[at++];
        if (!ReadLiteral(out var literal))
        {
            return false;
        }

        Conditions.Add(new Condition(column, comparison, literal));
        return true;
    }

    private bool ReadLiteral(out string literal)
    {
        literal = "";
        if (Take("TO_DATE"))
        {
            return Take("(") && Quoted(out literal) && Take(",") && Quoted(out var format) && format == "YYYY-MM-DD" && Take(")");
        }

        if (at < tokens.Count && char.IsAsciiDigit(tokens[at][0]))
        {
            literal = tokens[at++];
            return true;
        }

        return Quoted(out literal);
    }

    private bool ReadTail()
    {
        if (Take("ORDER"))
        {
            if (!Take("BY") || !Name(out var column))
            {
                return false;
            }

            OrderBy = column;
            Descending = Take("DESC");
            _ = Descending || Take("ASC");
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
