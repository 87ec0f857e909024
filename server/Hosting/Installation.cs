using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Server.Hosting;

/// <summary>A checked configuration with its mappings and the connector kinds of this program.</summary>
internal sealed record Installation(HubOptions Options, MappingCatalog Mappings, IReadOnlyDictionary<string, IConnectorKind> Kinds)
{
    /// <summary>Where the mappings were found: those that ship, then the company's own.</summary>
    public required IReadOnlyList<string> MappingFolders { get; init; }
}
