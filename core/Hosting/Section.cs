using System.Globalization;

namespace QtcHub.Hosting;

/// <summary>One mapping of <c>hub.yaml</c> as it is being read: its known keys, and typed reading of each with errors told.</summary>
internal sealed class Section
{
    /// <summary>How a duration is written, as a regular expression.</summary>
    public const string DurationForm = "^[0-9]{1,8}[smhd]$";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);
    private readonly YamlMap map;
    private readonly ErrorList errors;
    private readonly IReadOnlyList<Setting> known;

    public Section(YamlMap map, ErrorList errors, IReadOnlyList<Setting> known)
    {
        this.map = map;
        this.errors = errors;
        this.known = known;
        foreach (var (key, _) in map.Entries.Where(entry => known.All(setting => setting.Name != entry.Key.Text)))
        {
            errors.Add(key, $"unknown key {key.Text}", Nearest.Fix(key.Text, known.Select(setting => setting.Name)));
        }
    }

    /// <summary>The value of a key, or null where it is not there.</summary>
    public YamlNode? Node(string key) => map.Find(key)?.Value;

    /// <summary>A required text; null after telling that it is missing.</summary>
    public YamlScalar? Text(string key, string example)
    {
        if (Optional(key, example) is { } text)
        {
            return text;
        }

        if (Node(key) is null)
        {
            errors.Add(map, $"{key} is missing", $"add {key}: {example}");
        }

        return null;
    }

    /// <summary>A text that may be left out.</summary>
    public YamlScalar? Optional(string key, string example)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlScalar { Text.Length: > 0 } text:
                return text;
            case var node:
                errors.Add(node, $"{key} is a single value", $"write {key}: {example}");
                return null;
        }
    }

    /// <summary>The items of a list of words, or of a single word.</summary>
    public IReadOnlyList<YamlScalar> Words(string key, string example)
    {
        var words = Node(key) switch
        {
            YamlScalar { Text.Length: > 0 } one => [one],
            YamlList list when list.Items.All(item => item is YamlScalar { Text.Length: > 0 }) => list.Items.Cast<YamlScalar>().ToList(),
            _ => [],
        };
        if (words.Count == 0)
        {
            errors.Add(Node(key) ?? map, Node(key) is null ? $"{key} is missing" : $"{key} is a list of words", $"write {key}: {example}");
        }

        return words;
    }

    /// <summary>A mapping below a key; what is something else is told.</summary>
    public YamlMap? Map(string key, string example)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlMap found:
                return found;
            case var node:
                errors.Add(node, $"{key} holds keys and values", $"write {key}: with {example} below it");
                return null;
        }
    }

    /// <summary>A whole number from 1 to the key's largest.</summary>
    public int Count(string key, int otherwise)
    {
        var most = known.Single(setting => setting.Name == key).Most;
        if (Optional(key, "4") is not { } text)
        {
            return otherwise;
        }

        if (int.TryParse(text.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= most)
        {
            return count;
        }

        errors.Add(text, $"{key} is not a whole number from 1 to {most}", $"write {key}: {otherwise}");
        return otherwise;
    }

    /// <summary>A duration such as <c>10s</c>, more than nothing.</summary>
    public TimeSpan Duration(string key, TimeSpan otherwise) => Duration(key) ?? otherwise;

    /// <summary>As above, or null where it is left out.</summary>
    public TimeSpan? Duration(string key)
    {
        if (Optional(key, "10s") is not { } text)
        {
            return null;
        }

        if (Parse(text.Text) is { } span)
        {
            return span;
        }

        errors.Add(text, $"{key} is not a duration between 1s and 365d", $"write a whole number with s, m, h or d, e.g. {key}: 10s");
        return null;
    }

    /// <summary>True or false.</summary>
    public bool Flag(string key)
    {
        if (Optional(key, "false") is not { } text)
        {
            return false;
        }

        if (text.Text is not ("true" or "false"))
        {
            errors.Add(text, $"{key} is true or false", $"write {key}: true or {key}: false");
        }

        return text.Text == "true";
    }

    private static TimeSpan? Parse(string text)
    {
        if (
            text.Length is < 2 or > 9
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        )
        {
            return null;
        }

        long seconds = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => 0,
        };
        var span = TimeSpan.FromSeconds(count * seconds);
        return span > TimeSpan.Zero && span <= Longest ? span : null;
    }
}
