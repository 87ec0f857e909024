using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace QtcHub.Tests.Architecture;

/// <summary>docs/hard-cases.md says for each case which test holds the hub to it: that test is there.</summary>
public sealed partial class HardCasesTests
{
    [Fact]
    public void Every_test_that_a_hard_case_names_is_there()
    {
        var (types, methods) = Declared();
        var rows = File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "hard-cases.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .ToList();

        Assert.True(rows.Count > 100, $"{rows.Count} rows");
        Assert.Empty(rows.SelectMany(row => Missing(row, types, methods)));
        Assert.Equal(["HardCasesTests.Is_nowhere"], Missing("| a case | what | `HardCasesTests.Is_nowhere` |", types, methods));
        Assert.Single(Missing("| a case | what | nothing |", types, methods));
    }

    private static (HashSet<string> Types, HashSet<string> Methods) Declared()
    {
        var tests = SourceTree.In("tests").ToList();
        return (
            [.. tests.SelectMany(file => file.All<ClassDeclarationSyntax>()).Select(type => type.Identifier.Text)],
            [.. tests.SelectMany(file => file.All<MethodDeclarationSyntax>()).Select(method => method.Identifier.Text)]
        );
    }

    /// <summary>What of the last column, in which a test's name may go without its class once that was said, names no test; or the row, where it names none at all.</summary>
    private static IEnumerable<string> Missing(string row, HashSet<string> types, HashSet<string> methods)
    {
        var column = row.TrimEnd(' ', '|').Split(" | ")[^1];
        if (column is "test" or "---")
        {
            return [];
        }

        var named = Name().Matches(column).Select(match => match.Groups["name"].Value).ToList();
        return named.Count == 0
            ? [row]
            : named.Where(name => !IsCases(name) && !name.Split('.').All(part => types.Contains(part) || methods.Contains(part)));
    }

    /// <summary>Cases beside a mapping are tests, too; once a folder was said, a file goes without it.</summary>
    private static bool IsCases(string name) =>
        name.EndsWith(".cases.yaml", StringComparison.Ordinal)
        && Directory
            .EnumerateFiles(Path.Combine(SourceTree.Root, "mappings"), Path.GetFileName(name), SearchOption.AllDirectories)
            .Any(path => path.Replace('\\', '/').EndsWith($"/{name}", StringComparison.Ordinal));

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Name();
}
