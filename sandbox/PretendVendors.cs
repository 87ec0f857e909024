namespace QtcHub.Sandbox;

/// <summary>Finds the pretend vendor of a kind: the one public vendor in the folder (namespace) of that name.</summary>
public static class PretendVendors
{
    /// <summary>Makes the pretend vendor of a kind, or null where there is none.</summary>
    public static IPretendVendor? Make(string kind, VendorSetup setup)
    {
        var type = Array.Find(
            typeof(IPretendVendor).Assembly.GetExportedTypes(),
            candidate => IsVendor(candidate) && IsOf(candidate, kind)
        );
        return type is null ? null : (IPretendVendor)Activator.CreateInstance(type, setup)!;
    }

    private static bool IsVendor(Type type) =>
        typeof(IPretendVendor).IsAssignableFrom(type) && type is { IsClass: true, IsAbstract: false };

    private static bool IsOf(Type type, string kind) => type.Namespace!.EndsWith($".{kind}", StringComparison.OrdinalIgnoreCase);
}
