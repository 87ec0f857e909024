using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Simulation;

/// <summary>Reads what a simulation runs from the files that a head would run.</summary>
public static class SimulationFiles
{
    /// <summary>The setup of a <c>hub.yaml</c> that was checked before; one that is wrong is a bug here.</summary>
    public static SimulationSetup Load(string stack, string mappings, IReadOnlyDictionary<string, IConnectorKind> kinds)
    {
        var loaded = MappingCatalog.Load([mappings]);
        Invariant.Holds(loaded.Errors.Count == 0, loaded.Errors.Count == 0 ? null : loaded.Errors[0].ToString());
        var facts = kinds.ToDictionary(kind => kind.Key, kind => kind.Value.Facts, StringComparer.Ordinal);
        var polled = facts.Where(kind => kind.Value.Sources.Count > 0).Select(kind => kind.Key).ToHashSet(StringComparer.Ordinal);
        var read = HubFile.Parse(stack, File.ReadAllText(stack), facts, polled, loaded.Catalog);
        Invariant.Holds(read.Options is not null, read.Errors.Count == 0 ? null : read.Errors[0].ToString());
        return new SimulationSetup(read.Options, loaded.Catalog, kinds);
    }
}
