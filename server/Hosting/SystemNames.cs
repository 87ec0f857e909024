using System.Text.Json;
using QtcHub.Connectors;
using QtcHub.Hosting;

namespace QtcHub.Server.Hosting;

/// <summary>
/// <c>systems.json</c> in the data folder: each system's name and its vendor's type names, so that the reading verbs can follow an id in a data folder
/// without being told its configuration.
/// </summary>
internal static class SystemNames
{
    private const string FileName = "systems.json";

    public static void Write(string data, HubOptions options, IReadOnlyDictionary<string, IConnectorKind> kinds)
    {
        var names = options
            .Systems.Values.OrderBy(system => system.Name, StringComparer.Ordinal)
            .ToDictionary(system => system.Name, system => TypesOf(kinds[system.Kind].Facts), StringComparer.Ordinal);
        var content = JsonSerializer.SerializeToUtf8Bytes(names, HeadJson.Default.DictionaryStringStringArray);
        WholeFile.Write(Path.Combine(data, FileName), content);
    }

    /// <summary>The names, or none where no server has opened the folder.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(string data)
    {
        var path = Path.Combine(data, FileName);
        var names = File.Exists(path)
            ? JsonSerializer.Deserialize(File.ReadAllBytes(path), HeadJson.Default.DictionaryStringStringArray)
            : null;
        return (names ?? []).ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal);
    }

    private static string[] TypesOf(ConnectorFacts facts) =>
        [.. facts.Sources.Values.Concat(facts.Targets.Values.Select(target => target.ExternalType)).Distinct(StringComparer.Ordinal)];
}
