using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace QtcHub.Tests.Architecture;

/// <summary>docs/runbook.md tells of every fault and of every code under which the hub itself refuses a record.</summary>
public sealed partial class RunbookTests
{
    private static readonly HashSet<string> Told =
    [
        .. File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "runbook.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split(" | ")[0])
            .SelectMany(cell => Word().Matches(cell).Select(match => match.Groups["word"].Value)),
    ];

    [Fact]
    public void Every_fault_has_a_row()
    {
        var faults = SourceTree
            .In("core")
            .Single(file => file.Path == "core/Pipeline/Fault.cs")
            .All<RecordDeclarationSyntax>()
            .Select(record => record.Identifier.Text)
            .Where(name => name != "Fault")
            .ToList();

        Assert.Equal(13, faults.Count);
        Assert.Empty(faults.Except(Told, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_code_of_the_hub_has_a_row_and_no_row_is_of_a_code_that_is_not_there()
    {
        var codes = SourceTree.In("core", "connectors").SelectMany(Codes).ToHashSet(StringComparer.Ordinal);

        Assert.True(codes.Count > 50, $"{codes.Count} codes");
        Assert.Contains("line-taken", codes);
        Assert.Contains("merged-and-stands", codes);
        Assert.Empty(codes.Except(Told, StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Empty(Told.Where(word => char.IsAsciiLetterLower(word[0])).Except(codes, StringComparer.Ordinal));
    }

    /// <summary>The first argument of each refusal, whether it is written there, is a constant, or the type is left to be understood.</summary>
    private static IEnumerable<string> Codes(SourceFile file)
    {
        var constants = file.All<VariableDeclaratorSyntax>()
            .Where(constant => constant.Initializer?.Value is LiteralExpressionSyntax)
            .ToLookup(
                constant => constant.Identifier.Text,
                constant => ((LiteralExpressionSyntax)constant.Initializer!.Value).Token.ValueText,
                StringComparer.Ordinal
            );
        foreach (var made in file.All<BaseObjectCreationExpressionSyntax>())
        {
            var first = made.ArgumentList?.Arguments.FirstOrDefault()?.Expression;
            var isRefusal = made is ObjectCreationExpressionSyntax { Type: var type }
                ? type.ToString() == "Fault.Rejected"
                : IsUnderstood(made);
            if (!isRefusal)
            {
                continue;
            }

            var texts = first switch
            {
                LiteralExpressionSyntax literal => [literal.Token.ValueText],
                IdentifierNameSyntax name => constants[name.Identifier.Text],
                _ => [],
            };
            foreach (var text in texts.Where(text => Code().IsMatch(text)))
            {
                yield return text;
            }
        }
    }

    private static bool IsUnderstood(BaseObjectCreationExpressionSyntax made) =>
        made.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { ReturnType: var type, ExpressionBody: not null }
        && type.ToString() == "Fault.Rejected";

    [GeneratedRegex("`(?<word>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Word();

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Code();
}
