using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary>Every mapping and lookup of an installation, checked and compiled.</summary>
public sealed class MappingCatalog
{
    private readonly IReadOnlyDictionary<string, CompiledMapping> mappings;
    private readonly CustomFieldTypes custom;

    internal MappingCatalog(IReadOnlyDictionary<string, CompiledMapping> mappings, CustomFieldTypes custom)
    {
        this.mappings = mappings;
        this.custom = custom;
    }

    /// <summary>Every mapping, by name.</summary>
    public IEnumerable<CompiledMapping> Mappings => mappings.Values.OrderBy(mapping => mapping.Name, StringComparer.Ordinal);

    /// <summary>The mapping from <paramref name="kind"/>'s <paramref name="externalType"/> to a canonical type, or null.</summary>
    public CompiledMapping? In(string kind, string externalType, RecordType type) =>
        Find(new Heading(Direction.In, kind, externalType, type));

    /// <summary>The mapping from a canonical type to <paramref name="kind"/>'s <paramref name="externalType"/>, or null.</summary>
    public CompiledMapping? Out(string kind, RecordType type, string externalType) =>
        Find(new Heading(Direction.Out, kind, externalType, type));

    /// <summary>The mappings that a person means by a heading (white space aside) or by the vendor's end of one; several where the end has both directions.</summary>
    public IReadOnlyList<CompiledMapping> Named(string name)
    {
        var plain = Plain(name);
        var exact = Mappings.Where(mapping => Plain(mapping.Name) == plain).ToList();
        return exact.Count > 0 ? exact : [.. Mappings.Where(mapping => mapping.Vendor == plain)];
    }

    private static string Plain(string heading) => heading.Replace(" ", "", StringComparison.Ordinal);

    /// <summary>The compiled <c>when:</c> of a route, which has been checked with the configuration; one that is wrong is a bug.</summary>
    public CompiledFilter Filter(RecordType type, string when)
    {
        var errors = new ErrorList("when");
        var filter = Filter(type, new YamlScalar(1, 1, when, Quoted: false, OneLine: true), errors, custom);
        Invariant.Holds(filter is not null, errors.All.Count == 0 ? null : errors.All[0].ToString());
        return filter;
    }

    /// <summary>
    /// Reads every <c>*.yaml</c> below the folders, save <c>*.cases.yaml</c>; a later folder's file replaces the earlier one of the same relative path.
    /// The catalog holds what is right; the errors tell all that is wrong.
    /// </summary>
    /// <param name="folders">Where the files lie.</param>
    /// <param name="custom">The company's custom fields; none where it is left out.</param>
    public static LoadedMappings Load(IReadOnlyList<string> folders, CustomFieldTypes? custom = null) =>
        MappingFolders.Load(folders, custom ?? CustomFieldTypes.None);

    /// <summary>The files of cases (<c>*.cases.yaml</c>) below the folders, found as mappings are.</summary>
    public static IReadOnlyList<MappingFile> Cases(IReadOnlyList<string> folders, out IReadOnlyList<ConfigurationError> unreadable) =>
        MappingFolders.Cases(folders, out unreadable);

    /// <summary>As <see cref="Load"/>, of texts at hand.</summary>
    public static LoadedMappings Compile(IReadOnlyList<MappingFile> files, CustomFieldTypes? custom = null) =>
        new CatalogCompiler(custom ?? CustomFieldTypes.None).Compile(files);

    internal static CompiledFilter? Filter(RecordType type, YamlScalar when, ErrorList errors, CustomFieldTypes custom)
    {
        var checker = new ExpressionChecker(
            errors,
            new Dictionary<string, LookupTable>(StringComparer.Ordinal),
            Direction.Out,
            isFilter: true
        );
        var record = CanonicalShapes.Of(type, custom);
        return checker.Condition(when with { Quoted = false }, new ScopeShape(record, record, null)) is { } condition
            ? new CompiledFilter(condition, checker.Names)
            : null;
    }

    private CompiledMapping? Find(Heading heading) => mappings.GetValueOrDefault(heading.Name);
}

/// <summary>What loading gave.</summary>
public sealed record LoadedMappings(MappingCatalog Catalog, IReadOnlyList<ConfigurationError> Errors);
