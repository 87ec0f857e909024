using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Finds the mapping files of an installation: a later folder's file replaces the earlier one of the same relative path.</summary>
internal static class MappingFolders
{
    private const string CasesEnd = ".cases.yaml";

    public static LoadedMappings Load(IReadOnlyList<string> folders, CustomFieldTypes custom)
    {
        var missing = folders
            .Where(folder => !Directory.Exists(folder))
            .Select(folder => new ConfigurationError(folder, 1, 1, "the folder of mappings does not exist", "create it, or name another"));
        var files = Read(folders, isCases: false, out var unreadable);
        var loaded = new CatalogCompiler(custom).Compile(files);
        return loaded with { Errors = [.. missing, .. unreadable, .. loaded.Errors] };
    }

    public static IReadOnlyList<MappingFile> Cases(IReadOnlyList<string> folders, out IReadOnlyList<ConfigurationError> unreadable) =>
        Read(folders, isCases: true, out unreadable);

    private static List<MappingFile> Read(IReadOnlyList<string> folders, bool isCases, out IReadOnlyList<ConfigurationError> unreadable)
    {
        var paths = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in folders.Where(Directory.Exists))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories))
            {
                if (path.EndsWith(CasesEnd, StringComparison.Ordinal) == isCases)
                {
                    paths[Path.GetRelativePath(folder, path).Replace('\\', '/')] = path;
                }
            }
        }

        var errors = new List<ConfigurationError>();
        var files = new List<MappingFile>();
        foreach (var path in paths.Values)
        {
            if (TextFile.Read(path, out var error) is { } text)
            {
                files.Add(new MappingFile(path, text));
            }
            else
            {
                errors.Add(error!);
            }
        }

        unreadable = errors;
        return files;
    }
}
