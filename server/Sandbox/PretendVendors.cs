using QtcHub.Sandbox;

namespace QtcHub.Server.Sandbox;

/// <summary>Finds the pretend vendors of the sandbox assembly by kind, so that adding one adds a folder and edits nothing.</summary>
internal static class PretendVendors
{
    /// <summary>Makes the pretend vendor of a kind, or null where there is none. A vendor's kind is the last part of its namespace, whatever the case.</summary>
    public static IPretendVendor? Make(string kind, VendorSetup setup)
    {
        var type = Array.Find(typeof(IPretendVendor).Assembly.GetExportedTypes(), type => IsVendor(type) && IsOf(type, kind));
        return type is null ? null : (IPretendVendor)Activator.CreateInstance(type, setup)!;
    }

    private static bool IsVendor(Type type) =>
        typeof(IPretendVendor).IsAssignableFrom(type)
        && type is { IsClass: true, IsAbstract: false }
        && type.GetConstructor([typeof(VendorSetup)]) is not null;

    private static bool IsOf(Type type, string kind) =>
        string.Equals(type.Namespace?[(type.Namespace.LastIndexOf('.') + 1)..], kind, StringComparison.OrdinalIgnoreCase);
}
