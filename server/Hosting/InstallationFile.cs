using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Server.Hosting;

/// <summary>Reads a hub.yaml and everything it names, telling every mistake at once.</summary>
internal static class InstallationFile
{
    private const string ShippedMappings = "mappings";

    /// <summary>The installation, or null with everything that is wrong.</summary>
    public static (Installation? Installation, IReadOnlyList<ConfigurationError> Errors) Load(string path)
    {
        if (TextFile.Read(path, out var unreadable) is not { } text)
        {
            return (null, [unreadable!]);
        }

        var kinds = ConnectorKinds.Scan(typeof(ConnectorKinds).Assembly);
        var folders = FoldersOf(path, text);
        var mappings = MappingCatalog.Load(folders);
        var withChangeFeed = kinds.Where(kind => HasChangeFeed(kind.Value)).Select(kind => kind.Key).ToHashSet(StringComparer.Ordinal);
        var facts = kinds.ToDictionary(kind => kind.Key, kind => kind.Value.Facts, StringComparer.Ordinal);
        var read = HubFile.Parse(path, text, facts, withChangeFeed, mappings.Catalog);
        ConfigurationError[] errors = [.. mappings.Errors, .. read.Errors];
        return errors.Length == 0 && read.Options is { } options
            ? (new Installation(options, mappings.Catalog, kinds) { MappingFolders = folders }, [])
            : (null, errors);
    }

    /// <summary>Prints every error on a line of its own.</summary>
    public static async Task PrintAsync(IReadOnlyList<ConfigurationError> errors, TextWriter to)
    {
        foreach (var error in errors)
        {
            await to.WriteLineAsync(error.ToString());
        }
    }

    /// <summary>The mappings that ship, then the company's own, which replace them file by file.</summary>
    private static List<string> FoldersOf(string path, string text)
    {
        var folders = new List<string> { Path.Combine(AppContext.BaseDirectory, ShippedMappings) };
        if (HubFile.MappingFolder(text) is { } own)
        {
            folders.Add(Path.GetFullPath(own, Path.GetDirectoryName(Path.GetFullPath(path))!));
        }

        return folders;
    }

    /// <summary>A kind can be polled when the connector beside it implements the feed: implementing an interface is declaring the capability.</summary>
    private static bool HasChangeFeed(IConnectorKind kind) =>
        Array.Exists(
            kind.GetType().Assembly.GetTypes(),
            type =>
                type.Namespace == kind.GetType().Namespace
                && type is { IsClass: true, IsAbstract: false }
                && typeof(IChangeFeed).IsAssignableFrom(type)
        );
}
