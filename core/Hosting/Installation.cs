using QtcHub.Connectors;
using QtcHub.Mapping;

namespace QtcHub.Hosting;

/// <summary>A checked configuration with its mappings and the connector kinds of this program.</summary>
public sealed record Installation(HubOptions Options, MappingCatalog Mappings, IReadOnlyDictionary<string, IConnectorKind> Kinds)
{
    private const string ShippedMappings = "mappings";

    /// <summary>Where the mappings were found: those that ship, then the company's own.</summary>
    public required IReadOnlyList<string> MappingFolders { get; init; }

    /// <summary>Reads a <c>hub.yaml</c> and everything it names: the installation, or null with everything that is wrong.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">The connector kinds of the program.</param>
    public static (Installation? Installation, IReadOnlyList<ConfigurationError> Errors) Load(
        string path,
        IReadOnlyDictionary<string, IConnectorKind> kinds
    )
    {
        if (TextFile.Read(path, out var unreadable) is not { } text)
        {
            return (null, [unreadable!]);
        }

        var folders = FoldersOf(path, text);
        var mappings = MappingCatalog.Load(folders, HubFile.CustomFields(text));
        var withChangeFeed = kinds.Where(kind => HasChangeFeed(kind.Value)).Select(kind => kind.Key).ToHashSet(StringComparer.Ordinal);
        var facts = kinds.ToDictionary(kind => kind.Key, kind => kind.Value.Facts, StringComparer.Ordinal);
        var read = HubFile.Parse(path, text, facts, withChangeFeed, mappings.Catalog);
        ConfigurationError[] errors = [.. mappings.Errors, .. read.Errors];
        return errors.Length == 0 && read.Options is { } options
            ? (new Installation(options, mappings.Catalog, kinds) { MappingFolders = folders }, [])
            : (null, errors);
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
