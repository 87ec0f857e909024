using System.Reflection;

namespace QtcHub.Sandbox;

/// <summary>Finds the pretend vendor of a kind: the one public vendor in the folder (namespace) of that name.</summary>
public static class PretendVendors
{
    /// <summary>Makes the pretend vendor of a kind, or null where there is none.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="setup">What it is made from.</param>
    /// <param name="besides">Assemblies that have vendors besides this one.</param>
    public static IPretendVendor? Make(string kind, VendorSetup setup, params Assembly[] besides)
    {
        var type = besides
            .Prepend(typeof(IPretendVendor).Assembly)
            .SelectMany(assembly => assembly.GetExportedTypes())
            .FirstOrDefault(candidate => IsVendor(candidate) && IsOf(candidate, kind));
        return type is null ? null : (IPretendVendor)Activator.CreateInstance(type, setup)!;
    }

    private static bool IsVendor(Type type) =>
        typeof(IPretendVendor).IsAssignableFrom(type) && type is { IsClass: true, IsAbstract: false };

    private static bool IsOf(Type type, string kind) => type.Namespace!.EndsWith($".{kind}", StringComparison.OrdinalIgnoreCase);
}
