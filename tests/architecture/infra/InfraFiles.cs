namespace QtcHub.Tests.Architecture.Infra;

/// <summary>The files of infra/, as they are or with one of them changed.</summary>
internal sealed class InfraFiles
{
    private readonly IReadOnlyDictionary<string, string> texts;

    private InfraFiles(IReadOnlyDictionary<string, string> texts)
    {
        this.texts = texts;
        Bicep = [.. Ending(".bicep").Select(path => new BicepFile(path, texts[path]))];
    }

    /// <summary>What lies in the repository.</summary>
    public static InfraFiles Real { get; } = Load();

    public IReadOnlyList<BicepFile> Bicep { get; }

    public BicepFile Main => this["main.bicep"];

    /// <summary>Parameter files, azd's own included.</summary>
    public IEnumerable<string> ParameterFiles => Ending(".parameters.json");

    public IEnumerable<(BicepFile File, BicepDeclaration Resource)> Resources =>
        Bicep.SelectMany(file => file.Resources.Select(resource => (file, resource)));

    public BicepFile this[string path] => Bicep.Single(file => file.Path == path);

    public bool Has(string path) => texts.ContainsKey(path);

    public string Text(string path) => texts[path];

    public IEnumerable<(BicepFile File, BicepDeclaration Resource)> Typed(string kind) => Resources.Where(one => one.Resource.Kind == kind);

    /// <summary>The same with one text replaced everywhere in a file; refused where the file does not have it.</summary>
    public InfraFiles Changed(string path, string from, string to) =>
        texts[path].Contains(from, StringComparison.Ordinal)
            ? new InfraFiles(
                new Dictionary<string, string>(texts, StringComparer.Ordinal)
                {
                    [path] = texts[path].Replace(from, to, StringComparison.Ordinal),
                }
            )
            : throw new ArgumentException($"{path} does not say {from}", nameof(from));

    private IEnumerable<string> Ending(string end) =>
        texts.Keys.Where(path => path.EndsWith(end, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static InfraFiles Load()
    {
        var root = Path.Combine(SourceTree.Root, "infra");
        return new InfraFiles(
            Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Where(path => Path.GetExtension(path) is ".bicep" or ".json")
                .ToDictionary(path => Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText, StringComparer.Ordinal)
        );
    }
}
