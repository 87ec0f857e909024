using QtcHub.Hosting;

namespace QtcHub.Connectors.Salesforce;

/// <summary>Reads the settings of a system one by one; a wrong one is named with its path and the fix.</summary>
internal sealed class SalesforceSettings(SystemOptions system)
{
    /// <summary>A setting, or what it is where nothing is written.</summary>
    public string Read(string name, string otherwise, Func<string, bool> isRight, string fix)
    {
        var text = Find(name) ?? otherwise;
        return isRight(text) ? text : throw new ArgumentException($"systems.{system.Name}.settings.{name}: {fix}", nameof(name));
    }

    /// <summary>A setting that may be left out.</summary>
    public string? Find(string name) => system.Settings.GetValueOrDefault(name)?.Trim() is { Length: > 0 } text ? text : null;
}
