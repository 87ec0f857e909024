using System.Runtime.CompilerServices;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

/// <summary>The mappings of the repository.</summary>
internal static class MappingFolder
{
    public static string Path { get; } = Find();

    public static MappingCatalog Catalog { get; } = Load();

    private static string Find([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../../mappings"));

    private static MappingCatalog Load()
    {
        var loaded = MappingCatalog.Load([Path]);
        Assert.Empty(loaded.Errors);
        return loaded.Catalog;
    }
}
