using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Finds the mapping files of an installation.</summary>
internal static class MappingFolders
{
    public static LoadedMappings Load(IReadOnlyList<string> folders)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var missing = new List<ConfigurationError>();
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                missing.Add(new ConfigurationError(folder, 1, 1, "the folder of mappings does not exist", "create it, or name another"));
                continue;
            }

            foreach (var path in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories))
            {
                if (!path.EndsWith(".cases.yaml", StringComparison.Ordinal))
                {
                    files[Path.GetRelativePath(folder, path).Replace('\\', '/')] = path;
                }
            }
        }

        var loaded = new CatalogCompiler().Compile([.. files.Values.Select(path => new MappingFile(path, File.ReadAllText(path)))]);
        return loaded with { Errors = [.. missing, .. loaded.Errors] };
    }
}
