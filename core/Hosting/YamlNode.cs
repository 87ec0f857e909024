namespace QtcHub.Hosting;

/// <summary>A node of a YAML file with its place; line and column count from 1.</summary>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>The file it was read from, where several make one mapping.</summary>
    public string? File { get; init; }
}

/// <summary>A scalar. <paramref name="Quoted"/> tells <c>'1'</c> from <c>1</c>; <paramref name="OneLine"/> means columns inside it can be counted.</summary>
internal sealed record YamlScalar(int Line, int Column, string Text, bool Quoted, bool OneLine) : YamlNode(Line, Column)
{
    public bool IsEmpty => Text.Length == 0 && !Quoted;
}

/// <summary>A sequence.</summary>
internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column);

/// <summary>A mapping; its keys are scalars and differ.</summary>
internal sealed record YamlMap(int Line, int Column, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line, Column)
{
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key);
}

/// <summary>A key with its value.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);
