using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace QtcHub.Tests.Architecture;

/// <summary>The rules of the house, each as a function from a file to what is wrong in it.</summary>
internal static class SourceRules
{
    public const int MethodLines = 60;
    public const int FileLines = 400;
    public const int TestFileLines = 500;
    public const int MostParameters = 5;

    private static readonly string[] ForbiddenNames =
    [
        "Manager",
        "Helper",
        "Helpers",
        "Common",
        "Util",
        "Utils",
        "Utility",
        "Dto",
        "Service",
        "Services",
    ];
    private static readonly string[] ForbiddenCalls =
    [
        "DateTime.UtcNow",
        "DateTime.Now",
        "DateTimeOffset.UtcNow",
        "DateTimeOffset.Now",
        "Guid.NewGuid",
        "Thread.Sleep",
        "Task.Run",
        "Task.Yield",
        "Random.Shared",
        "TimeProvider.System",
    ];

    public static IEnumerable<string> TooLong(SourceFile file)
    {
        if (file.Lines > (file.IsTest ? TestFileLines : FileLines))
        {
            yield return $"{file.Path}: {file.Lines} lines";
        }

        foreach (var method in file.All<SyntaxNode>().Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax))
        {
            var span = method.SyntaxTree.GetLineSpan(method.Span);
            var lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
            if (lines > MethodLines)
            {
                yield return $"{file.Path}:{span.StartLinePosition.Line + 1}: a method of {lines} lines";
            }
        }
    }

    /// <summary>Methods' and classes' primary constructors; records are shapes of data.</summary>
    public static IEnumerable<string> TooManyParameters(SourceFile file)
    {
        var methods = file.All<BaseMethodDeclarationSyntax>()
            .Where(method => Counted(method.ParameterList) > MostParameters)
            .Select(method =>
                (method is MethodDeclarationSyntax named ? named.Identifier.Text : "constructor", Count: Counted(method.ParameterList))
            );
        var classes = file.All<ClassDeclarationSyntax>()
            .Where(type => type.ParameterList is { } list && Counted(list) > MostParameters)
            .Select(type => (type.Identifier.Text, Count: Counted(type.ParameterList!)));
        return methods.Concat(classes).Select(found => $"{file.Path}: {found.Item1} takes {found.Count}");
    }

    public static IEnumerable<string> ForbiddenTypeNames(SourceFile file) =>
        file.All<BaseTypeDeclarationSyntax>()
            .Select(type => type.Identifier.Text)
            .Where(name => ForbiddenNames.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
            .Select(name => $"{file.Path}: {name}");

    public static IEnumerable<string> Unfinished(SourceFile file)
    {
        foreach (
            var word in new[] { "TO" + "DO", "NotImplemented" + "Exception" }.Where(word =>
                file.Text.Contains(word, StringComparison.Ordinal)
            )
        )
        {
            yield return $"{file.Path}: {word}";
        }
    }

    public static IEnumerable<string> FloatingPoint(SourceFile file) =>
        file.All<PredefinedTypeSyntax>()
            .Where(type => type.Keyword.IsKind(SyntaxKind.DoubleKeyword) || type.Keyword.IsKind(SyntaxKind.FloatKeyword))
            .Select(type => $"{file.Path}:{Line(type)}: {type}")
            .Concat(
                file.All<LiteralExpressionSyntax>()
                    .Where(literal => literal.Token.Value is double or float)
                    .Select(literal => $"{file.Path}:{Line(literal)}: {literal}")
            );

    public static IEnumerable<string> ForbiddenCallsIn(SourceFile file)
    {
        var calls = file.All<MemberAccessExpressionSyntax>()
            .Where(access => ForbiddenCalls.Contains(access.ToString(), StringComparer.Ordinal) || Blocks(access))
            .Select(access => $"{file.Path}:{Line(access)}: {access}");
        var names = file.All<IdentifierNameSyntax>()
            .Where(name => name.Identifier.Text == "SemaphoreSlim")
            .Select(name => $"{file.Path}:{Line(name)}: {name}");
        return calls.Concat(names);
    }

    public static IEnumerable<string> CatchesAll(SourceFile file) =>
        file.All<CatchClauseSyntax>()
            .Where(caught =>
                caught.Declaration is null
                || (caught.Declaration.Type.ToString() is "Exception" or "System.Exception" && caught.Filter is null)
            )
            .Select(caught => $"{file.Path}:{Line(caught)}: catches everything");

    public static IEnumerable<string> Names(SourceFile file, IEnumerable<string> kinds) =>
        kinds.Where(kind => file.Text.Contains(kind, StringComparison.OrdinalIgnoreCase)).Select(kind => $"{file.Path}: names {kind}");

    // The token that every asynchronous method takes last is not counted.
    private static int Counted(ParameterListSyntax list) =>
        list.Parameters.Count(parameter => parameter.Type?.ToString() != "CancellationToken");

    private static bool Blocks(MemberAccessExpressionSyntax access) =>
        access.Name.Identifier.Text == "Result"
        || (
            access.Name.Identifier.Text is "Wait" or "GetResult"
            && access.Parent is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 }
        );

    private static int Line(SyntaxNode node) => node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
}
