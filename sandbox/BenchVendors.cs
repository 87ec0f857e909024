namespace QtcHub.Sandbox;

/// <summary>Finds what vendors have for benchmarks: the one public class of that sort in the folder (namespace) of a kind.</summary>
public static class BenchVendors
{
    /// <summary>The benchmark's webhooks of a kind, or null where there are none.</summary>
    public static IBenchSource? Source(string kind) => Make<IBenchSource>(kind);

    /// <summary>The benchmark's API of a kind, or null where there is none.</summary>
    public static IBenchTarget? Target(string kind) => Make<IBenchTarget>(kind);

    private static T? Make<T>(string kind)
        where T : class
    {
        var type = Array.Find(
            typeof(T).Assembly.GetExportedTypes(),
            candidate =>
                typeof(T).IsAssignableFrom(candidate)
                && candidate is { IsClass: true, IsAbstract: false }
                && candidate.Namespace!.EndsWith($".{kind}", StringComparison.OrdinalIgnoreCase)
        );
        return type is null ? null : (T)Activator.CreateInstance(type)!;
    }
}
