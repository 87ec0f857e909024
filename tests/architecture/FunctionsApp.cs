using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace QtcHub.Tests.Architecture;

/// <summary>The Azure head as its files say it is: its packages cannot be had everywhere, so it is read rather than run.</summary>
internal static class FunctionsApp
{
    /// <summary>Names of what comes from the packages; nothing else may be unknown to the compiler.</summary>
    private static readonly string[] OfPackages =
    [
        "'Azure' does not exist in the namespace 'Microsoft'",
        "AuthorizationLevel",
        "Function",
        "HttpTrigger",
        "Messaging",
        "ServiceBus",
        "TimerInfo",
        "TimerTrigger",
    ];

    // A name, a namespace or a type that is not there.
    private static readonly string[] Unknown = ["CS0103", "CS0234", "CS0246"];

    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Threading; global using System.Threading.Tasks;
        """;

    public static XDocument Project { get; } = XDocument.Load(Path.Combine(SourceTree.Root, "functions", "QtcHub.Functions.csproj"));

    public static XDocument Versions { get; } = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Packages.props"));

    public static IReadOnlyList<SourceFile> Files { get; } = [.. SourceTree.In("functions")];

    /// <summary>The files that hold a trigger.</summary>
    public static IReadOnlyList<SourceFile> Triggers { get; } = [.. Files.Where(file => Functions(file).Any())];

    /// <summary>The triggers of a file.</summary>
    public static IEnumerable<MethodDeclarationSyntax> Functions(SourceFile file) =>
        file.All<MethodDeclarationSyntax>()
            .Where(method =>
                method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() == "Function")
            );

    /// <summary>What a trigger does beyond binding and calling.</summary>
    public static IEnumerable<string> Decisions(SourceFile file) =>
        file.All<SyntaxNode>()
            .Where(node =>
                node
                    is IfStatementSyntax
                        or SwitchStatementSyntax
                        or SwitchExpressionSyntax
                        or ConditionalExpressionSyntax
                        or ConditionalAccessExpressionSyntax
                        or IsPatternExpressionSyntax
                        or ForStatementSyntax
                        or ForEachStatementSyntax
                        or WhileStatementSyntax
                        or DoStatementSyntax
                        or TryStatementSyntax
                        or ThrowStatementSyntax
                        or ThrowExpressionSyntax
                || node is BinaryExpressionSyntax binary
                    && binary.Kind() is SyntaxKind.CoalesceExpression or SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression
            )
            .Select(node => $"{file.Path}: {node.Kind()}");

    /// <summary>What the compiler says against the app but that the packages are not there; generated code is not, either.</summary>
    public static IReadOnlyList<string> Mistakes(IEnumerable<SourceFile> files)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);
        var trees = files
            .Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings, options, "usings"));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "functions",
            trees,
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
        );
        return [.. compilation.GetDiagnostics().Where(IsMistake).Select(found => found.ToString())];
    }

    private static bool IsMistake(Diagnostic found)
    {
        var text = found.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        var isOfPackages = Unknown.Contains(found.Id) && OfPackages.Any(name => text.Contains(name, StringComparison.Ordinal));
        var isGenerated =
            found.Id == "CS8795"
            || found.Location.SourceTree?.FilePath == "functions/FunctionsJson.cs"
            || (
                found.Id == "CS0117"
                && text.Contains("'FunctionsJson' does not contain a definition for 'Default'", StringComparison.Ordinal)
            );
        return found.Severity == DiagnosticSeverity.Error && !isOfPackages && !isGenerated;
    }
}
