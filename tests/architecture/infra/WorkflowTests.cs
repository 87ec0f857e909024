using System.Text.RegularExpressions;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace QtcHub.Tests.Architecture.Infra;

public sealed partial class WorkflowTests
{
    private static readonly string[] Allowed = ["contents: read", "id-token: write"];

    public static TheoryData<string> Paths =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(SourceTree.Root, ".github", "workflows"))
                .Select(path => Path.GetRelativePath(SourceTree.Root, path)),
        ];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_workflow_has_no_secrets_and_few_rights(string path) => Assert.Empty(Faults(Read(path)));

    [Theory]
    [InlineData("actions/checkout@v5", "actions/checkout@main")]
    [InlineData("permissions:\n  contents: read", "permissions:\n  contents: write")]
    [InlineData("permissions:\n  contents: read\n", "")]
    [InlineData("id-token: write", "actions: write")]
    [InlineData("environment: ${{ inputs.stage }}", "timeout-minutes: 60")]
    [InlineData("${{ vars.AZURE_CLIENT_ID }}", "${{ secrets.AZURE_CLIENT_ID }}")]
    [InlineData("\"$URI/health\"", "${{ github.head_ref }}")]
    public void A_planted_mistake_is_found(string from, string to)
    {
        var text = Read(".github/workflows/azure-deploy.yml");
        Assert.Contains(from, text, StringComparison.Ordinal);

        Assert.NotEmpty(Faults(text.Replace(from, to, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_infrastructure_is_compiled_and_everything_tested_before_a_deployment()
    {
        var text = Read(".github/workflows/azure.yml");

        Assert.Contains("az bicep build --file infra/main.bicep", text, StringComparison.Ordinal);
        Assert.Contains("run: bash .ci/run", text, StringComparison.Ordinal);
        Assert.Contains("dotnet publish functions", text, StringComparison.Ordinal);
        Assert.All(
            Jobs(text).Where(job => Scalar(job.Value, "uses") is not null),
            job => Assert.Superset(Needed, Names(job.Value, "needs"))
        );
    }

    private static HashSet<string> Needed => new(["infrastructure", "tests", "package"], StringComparer.Ordinal);

    private static IEnumerable<string> Faults(string text)
    {
        var root = Root(text);
        var jobs = Jobs(text).ToList();
        var steps = jobs.SelectMany(job => job.Value.Children.TryGetValue("steps", out var all) ? (YamlSequenceNode)all : [])
            .Cast<YamlMappingNode>()
            .ToList();
        var uses = jobs.Select(job => Scalar(job.Value, "uses")).Concat(steps.Select(step => Scalar(step, "uses"))).OfType<string>();
        var unpinned = uses.Where(name => !Pinned().IsMatch(name)).Select(name => $"not pinned: {name}");
        var rights = jobs.SelectMany(job => Rights(job.Value))
            .Concat(Rights(root))
            .Except(Allowed, StringComparer.Ordinal)
            .Select(right => $"a right too many: {right}");
        var open = Rights(root).SequenceEqual(["contents: read"], StringComparer.Ordinal) ? [] : new[] { "the workflow's own rights" };
        var secrets = text.Contains("secrets.", StringComparison.Ordinal) ? new[] { "a secret" } : [];
        var injected = steps
            .Select(step => Scalar(step, "run"))
            .OfType<string>()
            .Where(run => run.Contains("${{", StringComparison.Ordinal))
            .Select(run => $"a value written into a script: {run}");
        var unguarded = jobs.Where(job => LogsIn(job.Value) && Scalar(job.Value, "environment") is null)
            .Select(job => $"{job.Key} has no environment");
        return unpinned.Concat(rights).Concat(open).Concat(secrets).Concat(injected).Concat(unguarded);
    }

    private static bool LogsIn(YamlMappingNode job) =>
        Rights(job).Contains("id-token: write", StringComparer.Ordinal) && Scalar(job, "uses") is null;

    private static IEnumerable<string> Rights(YamlMappingNode node) =>
        node.Children.TryGetValue("permissions", out var rights)
            ? rights is YamlMappingNode named
                ? named.Children.Select(one => $"{one.Key}: {one.Value}")
                : [rights.ToString()]
            : [];

    private static IEnumerable<(string Key, YamlMappingNode Value)> Jobs(string text) =>
        ((YamlMappingNode)Root(text).Children["jobs"]).Children.Select(job => (job.Key.ToString(), (YamlMappingNode)job.Value));

    private static string? Scalar(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(name, out var value) ? (value as YamlScalarNode)?.Value : null;

    private static HashSet<string> Names(YamlMappingNode node, string name) =>
        [.. ((YamlSequenceNode)node.Children[name]).Select(one => one.ToString())];

    private static YamlMappingNode Root(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(SourceTree.Root, path));

    [GeneratedRegex(@"^([\w.-]+/[\w.-]+@v\d+|\./\.github/workflows/[\w-]+\.yml)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pinned();
}
