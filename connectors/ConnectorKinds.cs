using System.Reflection;

namespace QtcHub.Connectors;

/// <summary>Finds the connector kinds, so that adding one adds a folder and edits nothing.</summary>
public static class ConnectorKinds
{
    /// <summary>The public kinds of the given assemblies by name, in ordinal order. Two kinds of one name are a bug.</summary>
    public static IReadOnlyDictionary<string, IConnectorKind> Scan(params Assembly[] assemblies)
    {
        var kinds = new SortedDictionary<string, IConnectorKind>(StringComparer.Ordinal);
        foreach (var type in assemblies.Distinct().SelectMany(assembly => assembly.GetExportedTypes()).Where(IsKind))
        {
            var kind = (IConnectorKind)Activator.CreateInstance(type)!;
            Invariant.Holds(kinds.TryAdd(kind.Name, kind), $"{type.FullName}: one connector kind per name, and '{kind.Name}' is taken");
        }

        return kinds;
    }

    private static bool IsKind(Type type) =>
        typeof(IConnectorKind).IsAssignableFrom(type)
        && type is { IsClass: true, IsAbstract: false }
        && type.GetConstructor(Type.EmptyTypes) is not null;
}
