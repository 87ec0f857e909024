using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace QtcHub.Tests.Architecture;

public sealed partial class FunctionsTests
{
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["Azure.Messaging.ServiceBus"] = "7.20.1",
        ["Microsoft.ApplicationInsights.WorkerService"] = "2.23.0",
        ["Microsoft.Azure.Functions.Worker"] = "2.52.0",
        ["Microsoft.Azure.Functions.Worker.ApplicationInsights"] = "2.50.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore"] = "2.1.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.ServiceBus"] = "5.24.0",
        ["Microsoft.Azure.Functions.Worker.Extensions.Timer"] = "4.3.1",
        ["Microsoft.Azure.Functions.Worker.Sdk"] = "2.0.7",
    };

    private static readonly string[] Triggers =
    [
        "CollectInboundPoison",
        "CollectLanePoison",
        "FollowTrace",
        "ListDeadLetters",
        "Measure",
        "Poll",
        "ProcessInbound",
        "ProcessLane",
        "ReceiveWebhook",
        "RelayDue",
        "Retain",
        "ShowDeadLetter",
        "SweepBlobs",
        "TellHealth",
        "Verify",
        "WakeParked",
    ];

    private static string Docs => File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "azure.md"));

    [Fact]
    public void The_app_asks_for_exactly_its_packages()
    {
        var versions = Named(FunctionsApp.Versions, "PackageVersion")
            .ToDictionary(item => item.Name, item => item.Version, StringComparer.Ordinal);
        var asked = Named(FunctionsApp.Project, "PackageReference").Select(item => (item.Name, Version: versions[item.Name]));

        Assert.Equal(
            Packages.Select(package => (package.Key, (string?)package.Value)).OrderBy(package => package.Key, StringComparer.Ordinal),
            asked.OrderBy(package => package.Name, StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_app_references_core_connectors_its_store_and_telemetry_alone()
    {
        var references = Named(FunctionsApp.Project, "ProjectReference").Select(item => item.Name);
        Assert.Equal(
            [
                "../connectors/QtcHub.Connectors.csproj",
                "../core/QtcHub.Core.csproj",
                "../stores/azure/QtcHub.Stores.Azure.csproj",
                "../telemetry/QtcHub.Telemetry.csproj",
            ],
            references.Order(StringComparer.Ordinal)
        );
        var dependent = Directory
            .EnumerateFiles(SourceTree.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("QtcHub.Functions.csproj", StringComparison.Ordinal));
        Assert.Empty(dependent);
    }

    [Fact]
    public void Without_its_packages_the_app_builds_as_an_empty_library_inside_the_solution()
    {
        var conditional = FunctionsApp.Project.Root!.Elements("ItemGroup").Select(group => (string?)group.Attribute("Condition"));
        Assert.All(conditional, condition => Assert.Equal("'$(Azure)' == 'true'", condition));
        var azure = FunctionsApp.Project.Descendants("Azure").Single();
        Assert.Equal(
            ("'$(Azure)' == '' and '$(SolutionFileName)' != 'QtcHub.sln'", "true"),
            ((string?)azure.Attribute("Condition"), azure.Value)
        );
        Assert.Contains(
            "functions\\QtcHub.Functions.csproj",
            File.ReadAllText(Path.Combine(SourceTree.Root, "QtcHub.sln")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Each_trigger_has_a_file_of_its_own_name()
    {
        Assert.Equal(
            Triggers,
            FunctionsApp.Triggers.Select(file => Path.GetFileNameWithoutExtension(file.Path)).Order(StringComparer.Ordinal)
        );
        Assert.All(
            FunctionsApp.Triggers,
            file =>
            {
                var function = Assert.Single(FunctionsApp.Functions(file));
                var name = Path.GetFileNameWithoutExtension(file.Path);
                Assert.Contains($"[Function(nameof({name}))]", file.Text, StringComparison.Ordinal);
                Assert.Equal(name, ((ClassDeclarationSyntax)function.Parent!).Identifier.Text);
            }
        );
    }

    [Fact]
    public void A_trigger_binds_calls_and_settles_and_decides_nothing()
    {
        Assert.Empty(FunctionsApp.Triggers.SelectMany(FunctionsApp.Decisions));
        Assert.All(FunctionsApp.Triggers, file => Assert.True(file.Lines < 40, file.Path));

        var planted = new SourceFile("functions/Planted.cs", "class A { [Function(\"a\")] void B() { if (C) { D(); } } int E => F ?? 1; }");
        Assert.Equal(2, FunctionsApp.Decisions(planted).Count());
    }

    [Fact]
    public void Every_message_is_settled_by_the_app_and_no_queue_has_sessions()
    {
        var bindings = FunctionsApp
            .Files.SelectMany(file => file.All<AttributeSyntax>())
            .Where(one => one.Name.ToString() == "ServiceBusTrigger")
            .ToList();
        Assert.Equal(4, bindings.Count);
        Assert.All(
            bindings,
            binding =>
            {
                var named = binding.ArgumentList!.Arguments.Skip(1).Select(argument => argument.ToString());
                Assert.Equal(["Connection = \"ServiceBus\"", "AutoCompleteMessages = false"], named);
            }
        );
    }

    [Fact]
    public void Only_a_webhook_whose_signature_is_checked_is_taken_from_anybody()
    {
        var anonymous = FunctionsApp.Files.Where(file => file.Text.Contains("AuthorizationLevel.Anonymous", StringComparison.Ordinal));
        Assert.Equal("functions/ReceiveWebhook.cs", Assert.Single(anonymous).Path);
    }

    [Fact]
    public void The_host_prefetches_nothing_completes_nothing_by_itself_and_drops_no_failure()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "host.json")));
        var bus = host.RootElement.GetProperty("extensions").GetProperty("serviceBus");
        Assert.Equal(0, bus.GetProperty("prefetchCount").GetInt32());
        Assert.False(bus.GetProperty("autoCompleteMessages").GetBoolean());
        Assert.InRange(bus.GetProperty("maxConcurrentCalls").GetInt32(), 2, 64);
        Assert.Equal("", host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
        var sampling = host.RootElement.GetProperty("logging").GetProperty("applicationInsights").GetProperty("samplingSettings");
        Assert.Superset(
            new HashSet<string>(["Exception", "Request"]),
            new HashSet<string>(sampling.GetProperty("excludedTypes").GetString()!.Split(';'))
        );
        Assert.Contains("EnableAdaptiveSampling = false", Text("Program.cs"), StringComparison.Ordinal);
        var linked = FunctionsApp.Project.Descendants("None").Single(item => (string?)item.Attribute("Include") == "../host.json");
        Assert.Equal("host.json", (string?)linked.Attribute("Link"));
    }

    [Fact]
    public void Every_setting_that_the_app_reads_is_told_of_and_none_holds_a_secret()
    {
        var read = SettingRead()
            .Matches(Text("AppSettings.cs"))
            .Select(match => match.Groups["name"].Value.Replace(":", "__", StringComparison.Ordinal))
            .ToList();
        Assert.Contains("Storage__tableEndpoint", read);
        Assert.Contains("ServiceBus__fullyQualifiedNamespace", read);
        Assert.All(read, name => Assert.Contains($"`{name}`", Docs, StringComparison.Ordinal));
        Assert.All(
            FunctionsApp.Files,
            file =>
                Assert.True(file.Path.EndsWith("AppSettings.cs", StringComparison.Ordinal) || !SettingRead().IsMatch(file.Text), file.Path)
        );

        using var sample = JsonDocument.Parse(Text("local.settings.sample.json"));
        Assert.All(
            sample.RootElement.GetProperty("Values").EnumerateObject(),
            value => Assert.DoesNotContain("AccountKey=", value.Value.GetString(), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Every_trigger_has_its_row_in_the_table_of_the_page() =>
        Assert.All(Triggers, trigger => Assert.Contains($"| `{trigger}` |", Docs, StringComparison.Ordinal));

    [Fact]
    public void Every_test_that_the_page_names_is_there()
    {
        var named = TestNamed().Matches(Docs).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToList();
        var classes = SourceTree.In("tests").SelectMany(file => file.All<ClassDeclarationSyntax>()).Select(type => type.Identifier.Text);
        Assert.True(named.Count > 10, $"{named.Count} tests");
        Assert.Empty(named.Except(classes, StringComparer.Ordinal));
    }

    [Fact]
    public void The_app_calls_core_and_the_store_as_they_are()
    {
        Assert.Empty(FunctionsApp.Mistakes(FunctionsApp.Files));

        // A call that core does not have, and a type that nobody has, are seen although the packages are not there.
        Assert.NotEmpty(FunctionsApp.Mistakes(Planted("hub.SweepAsync(", "hub.SweeepAsync(")));
        Assert.NotEmpty(FunctionsApp.Mistakes(Planted("hub.SweepAsync(cancellationToken)", "hub.SweepAsync()")));
        Assert.NotEmpty(FunctionsApp.Mistakes(Planted("WakeParked(Hub hub)", "WakeParked(Hubb hub)")));
    }

    private static IEnumerable<SourceFile> Planted(string right, string wrong)
    {
        Assert.Contains(FunctionsApp.Files, file => file.Text.Contains(right, StringComparison.Ordinal));
        return FunctionsApp.Files.Select(file => new SourceFile(file.Path, file.Text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(SourceTree.Root, "functions", file));

    private static IEnumerable<(string Name, string? Version)> Named(XDocument document, string element) =>
        document.Descendants(element).Select(item => ((string)item.Attribute("Include")!, (string?)item.Attribute("Version")));

    [GeneratedRegex("`(?<name>[A-Za-z]+Tests)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestNamed();

    [GeneratedRegex("""configuration\["(?<name>[^"]+)"\]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettingRead();
}
