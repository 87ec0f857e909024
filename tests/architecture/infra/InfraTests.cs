using System.Text.RegularExpressions;
using Xunit;

namespace QtcHub.Tests.Architecture.Infra;

public sealed class InfraTests
{
    private static readonly Dictionary<string, Func<InfraFiles, IEnumerable<string>>> Rules = new(StringComparer.Ordinal)
    {
        ["public"] = AccessRules.PublicBlobs,
        ["transport"] = AccessRules.WeakTransport,
        ["keys"] = AccessRules.Keys,
        ["secrets"] = AccessRules.Secrets,
        ["roles"] = AccessRules.WideRoles,
        ["diagnostics"] = OperationRules.Unwatched,
        ["conditions"] = OperationRules.Conditions,
        ["queues"] = OperationRules.Queues,
        ["alerts"] = OperationRules.Alerts,
        ["head"] = OperationRules.Head,
        ["modules"] = ShapeRules.Modules,
        ["parameters"] = ShapeRules.Parameters,
        ["stages"] = ShapeRules.Stages,
    };

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void The_infrastructure_keeps_the_rule(string rule) => Assert.Empty(Rules[rule](InfraFiles.Real));

    [Theory]
    [ClassData(typeof(InfraMistakes))]
    public void A_planted_mistake_is_found_by_its_rule(string rule, string path, string from, string to) =>
        Assert.NotEmpty(Rules[rule](InfraFiles.Real.Changed(path, from, to)));

    [Fact]
    public void Every_rule_has_mistakes_that_it_finds() =>
        Assert.Equal(
            Rules.Keys.Order(StringComparer.Ordinal),
            new InfraMistakes().Select(row => row.Data.Item1).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void The_reader_sees_every_resource_and_module()
    {
        var declared = InfraFiles.Real.Bicep.Sum(file =>
            Regex.Count(file.Text, @"^(resource|module) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
        );

        Assert.Equal(declared, InfraFiles.Real.Bicep.Sum(file => file.Resources.Count() + file.Modules.Count()));
        Assert.True(declared > 30, $"{declared} resources and modules");
    }

    [Fact]
    public void The_reader_refuses_what_it_does_not_know()
    {
        Assert.Throws<FormatException>(() => new BicepFile("x.bicep", "assert a = true\n"));
        Assert.Throws<FormatException>(() => new BicepFile("x.bicep", "var a = {\n  b: 1\n  b: 2\n}\n"));
        Assert.Throws<FormatException>(() => new BicepFile("x.bicep", "var a = 'b\n"));
        Assert.Throws<FormatException>(() => new BicepFile("x.bicep", "var a = {\n  resource b 'c' = {\n    d: 1\n  }\n  e: 1\n}\n"));
    }

    [Fact]
    public void Azd_finds_what_it_deploys_to()
    {
        var azd = File.ReadAllText(Path.Combine(SourceTree.Root, "azure.yaml"));

        Assert.Matches(@"services:\n  functions:\n    project: \./functions\n    language: dotnet\n    host: function\n", azd);
        Assert.Equal(
            "union(tags, { 'azd-service-name': 'functions' })",
            InfraFiles.Real["modules/function-app.bicep"].Typed("Microsoft.Web/sites").Single().Text("tags")
        );
        Assert.Contains("'azd-env-name': environmentName", InfraFiles.Real.Main.Text, StringComparison.Ordinal);
        Assert.Superset(
            new HashSet<string>(["AZURE_LOCATION", "AZURE_RESOURCE_GROUP", "AZURE_TENANT_ID"], StringComparer.Ordinal),
            InfraFiles.Real.Main.Outputs.Select(one => one.Name).ToHashSet(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Every_parameter_is_told_of_in_the_page_on_deployment()
    {
        var page = Page("azure-deployment.md");

        Assert.All(
            InfraFiles.Real.Main.Parameters.Select(one => one.Name),
            name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Every_setting_is_told_of_in_the_page_on_the_azure_head()
    {
        Assert.SkipUnless(File.Exists(PathOf("azure.md")), "docs/azure.md is not there yet");
        var page = Page("azure.md");

        Assert.All(OperationRules.Settings, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private static string Page(string name) => File.ReadAllText(PathOf(name));

    private static string PathOf(string name) => Path.Combine(SourceTree.Root, "docs", name);
}
