using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace QtcHub.Sandbox.Zuora;

/// <summary>
/// Zuora's query language: <c>select fields from object where field op literal [and|or …]</c>, keywords in lower case, <c>and</c> before <c>or</c>.
/// No joins, no order, no wild card: what it does not know is refused, never half understood.
/// </summary>
internal sealed partial class Zoql
{
    private const int MostConditions = 200;

    private readonly List<string> tokens;
    private int at;

    private Zoql(List<string> tokens) => this.tokens = tokens;

    public List<string> Fields { get; } = [];

    public string Object { get; private set; } = "";

    /// <summary>One of these groups must hold; a group holds when all in it do.</summary>
    public List<List<Condition>> Groups { get; } = [];

    /// <summary>One comparison. A literal of null is the keyword.</summary>
    internal sealed record Condition(string Field, string Operator, string? Literal)
    {
        public bool Holds(JsonNode? value)
        {
            if (value is null || Literal is null)
            {
                return Operator switch
                {
                    "=" => value is null && Literal is null,
                    "!=" => value is null != Literal is null,
                    _ => false,
                };
            }

            var order = Compare(value, Literal);
            return Operator switch
            {
                "=" => order == 0,
                "!=" => order != 0,
                ">=" => order >= 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order < 0,
            };
        }

        private static int Compare(JsonNode value, string literal)
        {
            if (ZuoraJson.NumberOf(value) is { } amount)
            {
                return decimal.TryParse(literal, NumberStyles.Number, CultureInfo.InvariantCulture, out var asked)
                    ? amount.CompareTo(asked)
                    : throw ZuoraRefusal.Malformed($"'{literal}' is not a number.");
            }

            var text = value.ToString();
            return Instant(text) is { } instant && Instant(literal) is { } wanted
                ? instant.CompareTo(wanted)
                : string.CompareOrdinal(text, literal);
        }

        private static DateTimeOffset? Instant(string text) =>
            text is [_, _, _, _, '-', ..]
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
                ? instant
                : null;
    }

    public static Zoql Parse(string text)
    {
        var words = new List<string>();
        var position = 0;
        while (position < text.Length)
        {
            var match = Token().Match(text, position);
            if (!match.Success)
            {
                throw ZuoraRefusal.Malformed(
                    $"Invalid character at position {position.ToString(CultureInfo.InvariantCulture)} of the query."
                );
            }

            position += match.Length;
            if (!string.IsNullOrWhiteSpace(match.Value))
            {
                words.Add(match.Value);
            }
        }

        var query = new Zoql(words);
        query.Read();
        return query;
    }

    private void Read()
    {
        Expect("select");
        do
        {
            Fields.Add(Name());
        } while (Take(","));
        Expect("from");
        Object = Name();
        if (Take("where"))
        {
            do
            {
                var group = new List<Condition>();
                do
                {
                    group.Add(ReadCondition());
                } while (Take("and"));
                Groups.Add(group);
            } while (Take("or"));
        }

        if (at < tokens.Count || Groups.Sum(group => group.Count) > MostConditions)
        {
            throw Unread();
        }
    }

    private Condition ReadCondition()
    {
        var field = Name();
        var comparison = at < tokens.Count && tokens[at] is "=" or "!=" or ">=" or "<=" or ">" or "<" ? tokens[at++] : throw Unread();
        var literal = at < tokens.Count ? tokens[at++] : throw Unread();
        return literal[0] switch
        {
            '\'' => new Condition(field, comparison, literal[1..^1].Replace("\\'", "'", StringComparison.Ordinal)),
            '-' or (>= '0' and <= '9') => new Condition(field, comparison, literal),
            _ when literal is "true" or "false" => new Condition(field, comparison, literal),
            _ when literal is "null" => new Condition(field, comparison, null),
            _ => throw Unread(),
        };
    }

    private bool Take(string word)
    {
        var taken = at < tokens.Count && tokens[at] == word;
        at += taken ? 1 : 0;
        return taken;
    }

    private void Expect(string word)
    {
        if (!Take(word))
        {
            throw Unread();
        }
    }

    private string Name() =>
        at < tokens.Count && char.IsAsciiLetter(tokens[at][0]) && tokens[at] is not ("from" or "where") ? tokens[at++] : throw Unread();

    private ZuoraRefusal Unread() =>
        ZuoraRefusal.Malformed($"You have an error in your ZOQL syntax near token {at.ToString(CultureInfo.InvariantCulture)}.");

    [GeneratedRegex(
        @"\G(?:\s+|[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+(?:\.[0-9]+)?|'(?:[^'\\]|\\.)*'|!=|>=|<=|[=<>,])",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Token();
}
