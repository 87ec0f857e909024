using QtcHub.Tests.Connectors;

namespace QtcHub.Tests.Newcomer;

/// <summary>The connector under test is the one that docs/adding-a-connector.md shows, to the letter.</summary>
public sealed class PageTests
{
    private static readonly string[] Shown = ["connectors", "mappings", "sandbox", "tests"];
    private static readonly string Root = Bench.FindUp("QtcHub.sln")!;
    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "adding-a-connector.md"));

    [Fact]
    public void The_page_shows_every_file_as_it_is()
    {
        var differing = Differing(PageFiles.In(Page), Files()).ToList();

        Assert.True(differing.Count == 0, string.Join('\n', differing));
    }

    [Fact]
    public void A_word_that_only_the_page_or_only_the_code_has_is_told()
    {
        var files = Files();
        var kind = "connectors/paperbox/PaperboxKind.cs";

        var edited = PageFiles.In(
            Page.Replace("KeyLife = TimeSpan.FromHours(24)", "KeyLife = TimeSpan.FromHours(25)", StringComparison.Ordinal)
        );
        Assert.StartsWith($"{kind}:", Assert.Single(Differing(edited, files)), StringComparison.Ordinal);

        var lacking = PageFiles.In(Page.Replace($"`{kind}`", "`elsewhere.cs`", StringComparison.Ordinal));
        Assert.Equal(
            [$"{kind}: is not on the page", "elsewhere.cs: is on the page and not in the folder"],
            Differing(lacking, files).Order(StringComparer.Ordinal)
        );
    }

    private static SortedDictionary<string, string> Files()
    {
        var folder = Path.Combine(Root, "tests", "newcomer");
        var paths = Shown
            .SelectMany(part => Directory.EnumerateFiles(Path.Combine(folder, part), "*", SearchOption.AllDirectories))
            .Append(Path.Combine(folder, "hub.yaml"));
        return new SortedDictionary<string, string>(
            paths.ToDictionary(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllText),
            StringComparer.Ordinal
        );
    }

    private static IEnumerable<string> Differing(IReadOnlyDictionary<string, string> page, SortedDictionary<string, string> files)
    {
        foreach (var (path, text) in files)
        {
            if (!page.TryGetValue(path, out var shown))
            {
                yield return $"{path}: is not on the page";
            }
            else if (shown != text)
            {
                var (onPage, inFile) = (shown.Split('\n'), text.Split('\n'));
                var line = onPage.Zip(inFile).TakeWhile(pair => pair.First == pair.Second).Count();
                yield return $"{path}:{line + 1}: the page and the file differ: {onPage.ElementAtOrDefault(line)} | {inFile.ElementAtOrDefault(line)}";
            }
        }

        foreach (var path in page.Keys.Except(files.Keys, StringComparer.Ordinal))
        {
            yield return $"{path}: is on the page and not in the folder";
        }
    }
}

/// <summary>The files that a page shows: a line that is nothing but a path in backquotes, and the fenced block after it.</summary>
internal static class PageFiles
{
    public static Dictionary<string, string> In(string page)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = page.Split('\n');
        string? path = null;
        for (var at = 0; at < lines.Length; at++)
        {
            var fence = lines[at].TakeWhile(letter => letter == '`').Count();
            if (fence >= 3)
            {
                var end = Array.IndexOf(lines, new string('`', fence), at + 1);
                if (path is not null)
                {
                    files.Add(path, string.Concat(lines[(at + 1)..end].Select(line => $"{line}\n")));
                }

                at = end;
            }

            var isPath = fence == 1 && lines[at].Length > 2 && lines[at].IndexOf('`', 1) == lines[at].Length - 1;
            path =
                isPath ? lines[at][1..^1]
                : lines[at].Length == 0 ? path
                : null;
        }

        return files;
    }
}
