namespace QtcHub.Hosting;

/// <summary>One thing wrong in a configuration or mapping file, where it is, and what to do about it. Line and column count from 1.</summary>
public sealed record ConfigurationError(string File, int Line, int Column, string Message, string Fix)
{
    /// <inheritdoc />
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}. Fix: {Fix}";
}

/// <summary>Collects every error of a file, so that all are shown at once.</summary>
internal sealed class ErrorList(string file)
{
    private readonly List<ConfigurationError> errors = [];

    public string File => file;

    public IReadOnlyList<ConfigurationError> All => errors;

    public void Add(YamlNode at, string message, string fix) =>
        Add(new ConfigurationError(at.File ?? file, at.Line, at.Column, message, fix));

    public void Add(int line, int column, string message, string fix) => Add(new ConfigurationError(file, line, column, message, fix));

    private void Add(ConfigurationError error)
    {
        if (!errors.Contains(error))
        {
            errors.Add(error);
        }
    }
}
