namespace QtcHub.Tests.Architecture.Infra;

/// <summary>One declaration of a Bicep file: a resource, module, parameter, variable or output.</summary>
/// <param name="Keyword">What it declares.</param>
/// <param name="Name">Its symbol.</param>
/// <param name="Type">A resource's type and version, a module's path, or the type of a parameter or output.</param>
/// <param name="Value">What it is, or a parameter's default; null for a parameter that must be given.</param>
/// <param name="Condition">When it is made, as written; null for always.</param>
/// <param name="Decorators">What stands before it, each without its <c>@</c>.</param>
internal sealed record BicepDeclaration(
    string Keyword,
    string Name,
    string Type,
    BicepValue? Value,
    string? Condition,
    IReadOnlyList<string> Decorators
)
{
    /// <summary>A resource's type without its version.</summary>
    public string Kind => Type.Split('@')[0];

    public string? Text(string path) => Value?.Text(path);

    public string? Literal(string path) => Value?.Literal(path);
}

/// <summary>One Bicep file, read whole: what cannot be read is refused.</summary>
internal sealed class BicepFile
{
    private readonly IReadOnlyList<BicepDeclaration> declarations;

    public BicepFile(string path, string text)
    {
        Path = path;
        Text = text;
        declarations = new BicepReader(path, text).ReadAll();
    }

    public string Path { get; }

    public string Text { get; }

    public IEnumerable<BicepDeclaration> Resources => Of("resource");

    public IEnumerable<BicepDeclaration> Modules => Of("module");

    public IEnumerable<BicepDeclaration> Parameters => Of("param");

    public IEnumerable<BicepDeclaration> Outputs => Of("output");

    public IEnumerable<BicepDeclaration> Typed(string kind) => Resources.Where(one => one.Kind == kind);

    public BicepValue? Variable(string name) => Of("var").SingleOrDefault(one => one.Name == name)?.Value;

    private IEnumerable<BicepDeclaration> Of(string keyword) => declarations.Where(one => one.Keyword == keyword);
}
