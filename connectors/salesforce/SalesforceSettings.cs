using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Connectors.Salesforce;

/// <summary>Reads the settings of a system one by one; a wrong one is named with its path and the fix.</summary>
internal sealed class SalesforceSettings(SystemOptions system)
{
    private static readonly char[] Separators = [',', ' ', '\t', '\r', '\n'];

    /// <summary>The currency of every amount, where the org has one alone and its records bear none.</summary>
    public string? OnlyCurrency =>
        ReadOptional(
            "currency",
            text => Currency.TryParse(text, out _),
            "write the currency of an org that has one alone, e.g. USD, or leave it out"
        );

    /// <summary>A setting, or what it is where nothing is written.</summary>
    public string Read(string name, string otherwise, Func<string, bool> isRight, string fix) =>
        ReadOptional(name, isRight, fix) ?? otherwise;

    /// <summary>A setting that may be left out.</summary>
    public string? ReadOptional(string name, Func<string, bool> isRight, string fix) =>
        Find(name) is not { } text ? null
        : isRight(text) ? text
        : throw Wrong(name, fix);

    /// <summary>The id of a row, in its long form.</summary>
    public string? ReadId(string name, string fix) => Find(name) is { } text ? SalesforceId.Read(text) ?? throw Wrong(name, fix) : null;

    /// <summary>Words with a comma or a space between them.</summary>
    public IEnumerable<string> ReadWords(string name, Func<string, bool> isRight, string fix)
    {
        var words = (Find(name) ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        return words.All(isRight) ? words : throw Wrong(name, fix);
    }

    private ArgumentException Wrong(string name, string fix) => new($"systems.{system.Name}.settings.{name}: {fix}", nameof(name));

    private string? Find(string name) => system.Settings.GetValueOrDefault(name)?.Trim() is { Length: > 0 } text ? text : null;
}
