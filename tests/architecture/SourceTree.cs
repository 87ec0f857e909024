using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace QtcHub.Tests.Architecture;

/// <summary>The repository's source files, parsed once.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files { get; } = [.. Scan().OrderBy(file => file.Path, StringComparer.Ordinal)];

    public static IReadOnlyList<string> Kinds { get; } =
    [
        .. Directory
            .GetDirectories(Path.Combine(Root, "connectors"))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => name is not ("bin" or "obj")),
    ];

    public static IEnumerable<SourceFile> In(params string[] folders) =>
        Files.Where(file => folders.Any(folder => file.Path.StartsWith($"{folder}/", StringComparison.Ordinal)));

    private static IEnumerable<SourceFile> Scan() =>
        Directory
            .EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Full: path, Relative: Path.GetRelativePath(Root, path).Replace('\\', '/')))
            .Where(path => !path.Relative.Split('/').Any(part => part is "bin" or "obj" || part.StartsWith('.')))
            .Select(path => new SourceFile(path.Relative, File.ReadAllText(path.Full)));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "QtcHub.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("QtcHub.sln lies above the tests");
    }
}

/// <summary>One source file.</summary>
internal sealed class SourceFile(string path, string text)
{
    private readonly Lazy<CompilationUnitSyntax> root = new(() => CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot());

    public string Path { get; } = path;

    public string Text { get; } = text;

    public CompilationUnitSyntax Syntax => root.Value;

    public int Lines => Text.AsSpan().TrimEnd('\n').Count('\n') + 1;

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    public IEnumerable<T> All<T>() => Syntax.DescendantNodes().OfType<T>();
}
